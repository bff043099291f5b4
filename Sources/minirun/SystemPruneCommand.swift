import ArgumentParser
import MiniRun
import Namespaces

/// `minirun system prune`: one prune after the other.
struct SystemPruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove all that nobody uses.",
        usage: "minirun system prune [-a] [-f] [--volumes]", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Flag(name: .shortAndLong, help: "Images too that have a name, but no container.")
    var all = false
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var force = false
    @Flag(name: .long, help: "Volumes without a name as well.")
    var volumes = false
    @Option(
        name: .long,
        help: ArgumentHelp("Only what matches: until=TIME, label=KEY[=VALUE], label!=...", valueName: "filter"))
    var filter: [String] = []

    func run() throws {
        try refusing {
            let isWanted = try PruneFilter(filter)
            let isWantedNetwork = try NetworkPruneFilter(filter)
            if volumes, filter.contains(where: { $0.hasPrefix("until=") }) {
                throw UsageError("ERROR: The \"until\" filter is not supported with \"--volumes\"")
            }
            let isWantedVolume = try volumes ? VolumePruneFilter(filter) : VolumePruneFilter()
            if !force {
                let images =
                    all ? "all images without at least one container associated to them" : "all dangling images"
                try confirm(
                    "WARNING! This will remove:\n  - all stopped containers\n"
                        + "  - all networks not used by at least one container\n"
                        + (volumes ? "  - all anonymous volumes not used by at least one container\n" : "")
                        + "  - \(images)\n")
            }
            // Before anything has gone: of a damaged container nobody can know what it has.
            try Containers(minirun.paths).checkRecords()
            let containers = try Lifecycle(minirun.paths).prune(isWanted)
            reportDeleted("Containers", containers.ids)
            reportDeleted("Networks", try Networks(minirun.paths).prune(isWantedNetwork))
            var size = containers.size
            if volumes {
                let removed = try Volumes(minirun.paths).prune(isWantedVolume, all: false)
                reportDeleted("Volumes", removed.names)
                size += removed.size
            }
            let images = try Images(minirun.paths).prune(isWanted, all: all)
            reportDeleted("Images", images.lines)
            reportReclaimed(size + images.size)
        }
    }
}
