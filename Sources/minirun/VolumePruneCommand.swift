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
                print(
                    "WARNING! This will remove \(kind) local volumes not used by at least one container.\n"
                        + "Are you sure you want to continue? [y/N] ", terminator: "")
                guard ["y", "Y", "yes"].contains(readLine() ?? "") else { throw ExitCode(1) }
            }
            let removed = try Volumes(group.minirun.paths).prune(filter, all: all)
            if !removed.names.isEmpty { print("Deleted Volumes:\n" + removed.names.joined(separator: "\n") + "\n") }
            print("Total reclaimed space: \(removed.size)")
        }
    }
}
