import ArgumentParser
import MiniRun

/// `minirun container ...`: the long form of what is done to containers, as Docker has it.
struct ContainerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "container", abstract: "Manage containers: the long form of the commands above, and prune.",
        subcommands: Minirun.containerCommands + [PruneCommand.self], helpNames: .long)
}

/// `minirun container prune`: removes all containers that do not run.
struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove all stopped containers.", usage: "minirun container prune [-f]",
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var force = false
    @Option(
        name: .long,
        help: ArgumentHelp("Only those that match: until=TIME, label=KEY[=VALUE], label!=...", valueName: "filter"))
    var filter: [String] = []

    func run() throws {
        let isWanted = try PruneFilter(filter)
        if !force { try confirm("WARNING! This will remove all stopped containers.") }
        let removed = try Lifecycle(minirun.paths).prune(isWanted)
        reportDeleted("Containers", removed.ids)
        reportReclaimed(removed.size)
    }
}
