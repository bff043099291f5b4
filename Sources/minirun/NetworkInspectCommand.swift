import ArgumentParser
import MiniRun

/// `minirun network inspect`: everything that is known of a network, with Docker's keys.
struct NetworkInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show networks in detail.",
        usage: "minirun network inspect [-f FORMAT] NETWORK...", helpNames: .long)

    @ParentCommand var group: NetworkCommand
    @Option(name: .shortAndLong, help: "Go template, such as '{{.IPAM.Config}}'.")
    var format: String?
    @Flag(name: .shortAndLong, help: "Accepted: a network of one host has no more to show.")
    var verbose = false
    @Argument(help: "Names or ids.", completion: .networks)
    var networks: [String]

    func run() throws {
        try show(refusing { try Networks(group.minirun.paths).inspect(networks, format: format) })
    }
}
