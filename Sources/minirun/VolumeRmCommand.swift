import ArgumentParser
import MiniRun

/// `minirun volume rm`: volumes are removed, with all that is in them.
struct VolumeRmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Remove volumes that no container has.",
        usage: "minirun volume rm [-f] VOLUME...", helpNames: .long, aliases: ["remove"])

    @ParentCommand var group: VolumeCommand
    @Flag(name: .shortAndLong, help: "A volume that is not there is no error.")
    var force = false
    @Argument(help: "Names.", completion: .volumes)
    var volumes: [String]

    func run() throws {
        try report(volumes, try refusing { try Volumes(group.minirun.paths).remove(volumes, force: force) })
    }
}
