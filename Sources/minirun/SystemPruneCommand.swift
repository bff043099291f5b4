import ArgumentParser
import MiniRun

/// `minirun system df`.
struct SystemUsageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "df", abstract: "Show what images, containers and volumes take on disk.", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(name: .long, help: "table, json, or a Go template such as '{{.Type}} {{.Size}}'.")
    var format: String?

    func run() throws { print(try refusing { try SystemUsage(minirun.paths).text(format: format) }, terminator: "") }
}

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

    func run() throws {
        try refusing {
            if !force {
                let images =
                    all ? "all images without at least one container associated to them" : "all dangling images"
                try confirm(
                    "WARNING! This will remove:\n  - all stopped containers\n"
                        + "  - all networks not used by at least one container\n"
                        + (volumes ? "  - all anonymous volumes not used by at least one container\n" : "")
                        + "  - \(images)\n")
            }
            let containers = try Lifecycle(minirun.paths).prune(PruneFilter([]))
            reportDeleted("Containers", containers.ids)
            reportDeleted("Networks", try Networks(minirun.paths).prune(NetworkPruneFilter([])))
            if volumes {
                reportDeleted("Volumes", try Volumes(minirun.paths).prune(VolumePruneFilter(), all: false).names)
            }
            let images = try Images(minirun.paths).prune(all: all)
            reportDeleted("Images", images.lines)
        }
    }
}
