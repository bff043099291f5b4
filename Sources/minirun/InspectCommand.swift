import ArgumentParser
import MiniRun

/// `minirun inspect`: everything that is known of a container, an image, a network or a volume, with Docker's keys.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show containers in detail, or what else has the name.",
        usage: "minirun inspect [-f FORMAT] [--type TYPE] NAME...", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(name: .shortAndLong, help: "Go template, such as '{{.State.Pid}}'.")
    var format: String?
    @Option(
        name: .long, help: "Only a container, image, network or volume.",
        completion: .list(ObjectInspection.Kind.allCases.map(\.rawValue)))
    var type = ""
    @Argument(help: "Names or ids.", completion: .custom { _, _, prefix in RunCompletion().containers(prefix) })
    var names: [String]

    func run() throws {
        try show(ObjectInspection(minirun.paths, type: type).inspect(names, format: format))
    }
}
