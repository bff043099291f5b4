import ArgumentParser
import MiniRun
import Namespaces

/// `minirun trace`: a packet's way, there and back.
struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Send a packet, or wait for one, and tell its way there and back.",
        usage: "minirun trace [OPTIONS] FROM TO[:PORT]",
        discussion: """
            FROM is a container, host, a name of `ip netns`, an address, or an interface of the host; TO a container, host, an
            address, or a port of the host's alone. From an interface, and from an address that is nobody's here, a packet of
            somebody else's is waited for. Without a port it is a ping.
            """,
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(
        name: .customLong("proto"), help: ArgumentHelp("tcp, udp or icmp.", valueName: "protocol"),
        completion: .list(["tcp", "udp", "icmp"]))
    var kind: String?
    @Option(name: .long, help: ArgumentHelp("How many packets.", valueName: "number"))
    var count = 1
    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long to wait for an answer (2), or for the packet itself (for ever).", valueName: "seconds"))
    var timeout: Double?
    @Flag(name: .long, help: "Send nothing: wait for a packet of somebody else's.")
    var wait = false
    @Option(
        name: .long, help: ArgumentHelp("text, json or html (a page with a picture).", valueName: "format"),
        completion: .list(["text", "json", "html"]))
    var format = "text"
    @Argument(help: "Whence.", completion: .containers)
    var from: String
    @Argument(help: "Whither.", completion: .containers)
    var to: String

    func run() throws {
        let request = try TraceRequest(
            from: from, to: to, protocol: kind, count: count, timeout: timeout, waits: wait)
        let code = try refusing { try Trace(request, format: format, minirun.paths).run() }
        if code != 0 { throw ExitCode(code) }
    }
}
