import ArgumentParser
import MiniRun

/// `minirun inspect`: everything that is known of a container, with Docker's keys.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show containers in detail.",
        usage: "minirun inspect [-f FORMAT] CONTAINER...", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(name: .shortAndLong, help: "Go template, such as '{{.State.Pid}}'.")
    var format: String?
    @Argument(help: "Names or ids.", completion: .custom { _, _, prefix in RunCompletion().containers(prefix) })
    var containers: [String]

    func run() throws {
        try show(Containers(minirun.paths).inspect(containers, format: format))
    }
}
