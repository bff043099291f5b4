import ArgumentParser
import MiniRun
import Namespaces

/// `minirun capture`: what passes, as tcpdump shows it.
struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Show what passes a container's interfaces, a bridge or a card, or write it to a file.",
        usage: "minirun capture [OPTIONS] CONTAINER|BRIDGE|INTERFACE",
        discussion: "A bridge may be named by its network. The file can be opened by Wireshark and by tcpdump.",
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(
        name: [.customShort("w"), .customLong("write")],
        help: ArgumentHelp("A capture file in place of lines; - for standard output.", valueName: "file"),
        completion: .file())
    var file: String?
    @Option(name: .shortAndLong, help: ArgumentHelp("End after so many packets.", valueName: "number"))
    var count: Int?
    @Option(name: .long, help: ArgumentHelp("End after this time.", valueName: "seconds"))
    var timeout: Double?
    @Argument(help: "A container, a bridge or its network, an interface of the host.", completion: .containers)
    var target: String

    func run() throws {
        try refusing {
            try Capture(target, file: file, count: count, timeout: timeout, minirun.paths).run()
        }
    }
}
