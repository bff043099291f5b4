import ArgumentParser
import MiniRun

/// `minirun network rm`: networks are removed, with their bridges.
struct NetworkRmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Remove networks that no container is connected to.",
        usage: "minirun network rm [-f] NETWORK...", helpNames: .long, aliases: ["remove"])

    @ParentCommand var group: NetworkCommand
    @Flag(name: .shortAndLong, help: "A network that is not there is no error.")
    var force = false
    @Argument(help: "Names or ids.", completion: .networks)
    var networks: [String]

    func run() throws {
        let results = try refusing { try Networks(group.minirun.paths).remove(networks, force: force) }
        try report(networks, results) { name, wasThere in wasThere ? name : nil }
    }
}
