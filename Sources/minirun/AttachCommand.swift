import ArgumentParser
import MiniRun

/// `minirun attach`: the streams of a container that runs.
struct AttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Attach to a running container's input and output.",
        usage: "minirun attach [OPTIONS] CONTAINER", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(name: .long, help: ArgumentHelp("Keys that let go of the container (ctrl-p,ctrl-q).", valueName: "keys"))
    var detachKeys: String?
    @Flag(name: .long, help: "Do not send standard input.")
    var noStdin = false
    @Option(name: .long, help: ArgumentHelp("Pass signals on to a container without a terminal.", valueName: "bool"))
    var sigProxy = true
    @Argument(help: "Name or id.", completion: .containers)
    var container: String

    func run() throws {
        throw ExitCode(
            try Lifecycle(minirun.paths).attach(
                container, readsInput: !noStdin, detachKeys: detachKeys.map { try DetachKeys(parsing: $0) },
                passesSignals: sigProxy))
    }
}
