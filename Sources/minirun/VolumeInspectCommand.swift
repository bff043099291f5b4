import ArgumentParser
import MiniRun

/// `minirun volume inspect`: everything that is known of a volume, with Docker's keys.
struct VolumeInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show volumes in detail.",
        usage: "minirun volume inspect [-f FORMAT] VOLUME...", helpNames: .long)

    @ParentCommand var group: VolumeCommand
    @Option(name: .shortAndLong, help: "Go template, such as '{{.Mountpoint}}'.")
    var format: String?
    @Argument(help: "Names.", completion: .volumes)
    var volumes: [String]

    func run() throws {
        try show(refusing { try Volumes(group.minirun.paths).inspect(volumes, format: format) })
    }
}
