import ArgumentParser
import MiniRun

/// `minirun network prune`: removes all networks that nothing is connected to.
struct NetworkPruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove all unused networks.", usage: "minirun network prune [-f]",
        discussion: """
            When nothing uses the default network either, its bridge, minirun's table in the firewall and the loop pair go
            as well, and the host's settings (ip_forward) are as they were before minirun. The next start makes them anew.
            """, helpNames: .long)

    @ParentCommand var group: NetworkCommand
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var force = false
    @Option(
        name: .long,
        help: ArgumentHelp("Only those that match: until=TIME, label=KEY[=VALUE], label!=...", valueName: "filter"))
    var filter: [String] = []

    func run() throws {
        try refusing {
            let filter = try NetworkPruneFilter(filter)
            if !force {
                try confirm("WARNING! This will remove all custom networks not used by at least one container.")
            }
            reportDeleted("Networks", try Networks(group.minirun.paths).prune(filter))
        }
    }
}
