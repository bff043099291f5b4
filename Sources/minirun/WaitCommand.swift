import ArgumentParser
import MiniRun

/// `minirun wait`: until the containers have ended.
struct WaitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait for the end of containers and print their exit codes.",
        usage: "minirun wait CONTAINER...", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Argument(help: "Names or ids.", completion: .containers)
    var containers: [String]

    func run() throws {
        try report(containers, Lifecycle(minirun.paths).wait(containers)) { _, code in "\(code)" }
    }
}
