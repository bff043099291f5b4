import ArgumentParser
import CShim
import MiniRun
import Namespaces
import NetSetup

/// `minirun net ...`: the ways between containers.
struct NetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "net", abstract: "Look at the ways between containers.", subcommands: [NetMatrixCommand.self],
        helpNames: .long)

    @ParentCommand var minirun: Minirun
}

/// `minirun net matrix`: who reaches whom.
struct NetMatrixCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matrix", abstract: "Try who reaches whom, beside what the configuration says.",
        discussion: "The exit code is 1 when something is not as expected.", helpNames: .long)

    @ParentCommand var group: NetCommand
    @Option(name: .long, help: "Only containers in this network.", completion: .networks)
    var network: [String] = []
    @Option(name: .long, help: "tcp or udp.", completion: .list(["tcp", "udp"]))
    var proto = "tcp"
    @Option(name: .long, help: "text or json.", completion: .list(["text", "json"]))
    var format = "text"

    func run() throws {
        guard let transport = ConnectionProbe.Transport(rawValue: proto) else {
            throw UsageError("--proto is tcp or udp, not \(proto)")
        }
        guard ["text", "json"].contains(format) else { throw UsageError("--format is text or json, not \(format)") }
        let matrix = try ReachMatrix(group.minirun.paths, networks: network, transport: transport)
        if format == "json" {
            print(matrix.json.pretty)
        } else {
            print(matrix.text(colours: isatty(1) == 1 && getenv("NO_COLOR") == nil), terminator: "")
        }
        if !matrix.surprises.isEmpty { throw ExitCode(1) }
    }
}
