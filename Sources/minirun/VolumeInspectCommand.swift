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
        let result = try refusing { try Volumes(group.minirun.paths).inspect(volumes, format: format) }
        print(result.output, terminator: "")
        for problem in result.problems { StandardError.write("Error: \(problem)\n") }
        if !result.problems.isEmpty { throw ExitCode(1) }
    }
}
