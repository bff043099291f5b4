import ArgumentParser
import MiniRun

/// `minirun volume prune`: removes the volumes that no container has.
struct VolumePruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove unused volumes without a name, or with -a all unused ones.",
        usage: "minirun volume prune [-a] [-f]", helpNames: .long)

    @ParentCommand var group: VolumeCommand
    @Flag(name: .shortAndLong, help: "Those with a name too.")
    var all = false
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var force = false
    @Option(
        name: .long, help: ArgumentHelp("Only those that match: label=KEY[=VALUE], label!=...", valueName: "filter"))
    var filter: [String] = []

    func run() throws {
        try refusing {
            let filter = try VolumePruneFilter(filter, all: all)
            if !force {
                let kind = all ? "all" : "anonymous"
                try confirm("WARNING! This will remove \(kind) local volumes not used by at least one container.")
            }
            let removed = try Volumes(group.minirun.paths).prune(filter, all: all)
            reportDeleted("Volumes", removed.names)
            reportReclaimed(removed.size)
        }
    }
}
