import ArgumentParser
import MiniRun

/// `minirun top`: the processes of a container, as the host's ps(1) shows them.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Show the processes of a container.",
        usage: "minirun top CONTAINER [ps OPTIONS]", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Argument(help: "Name or id.", completion: .custom { _, _, prefix in RunCompletion().containers(prefix) })
    var container: String
    @Argument(parsing: .captureForPassthrough, help: "Options of ps; -ef without any.")
    var options: [String] = []

    func run() throws {
        for line in try ContainerTop(minirun.paths).lines(of: container, options: options) { print(line) }
    }
}
