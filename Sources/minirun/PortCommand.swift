import ArgumentParser
import MiniRun

/// `minirun port`: what a container publishes.
struct PortCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "port", abstract: "List the published ports of a container.",
        usage: "minirun port CONTAINER [PRIVATE_PORT[/PROTO]]", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Argument(help: "Name or id.", completion: .custom { _, _, prefix in RunCompletion().containers(prefix) })
    var container: String
    @Argument(help: "Only where this port of the container is reached.")
    var port: String?

    func run() throws {
        for line in try Containers(minirun.paths).ports(of: container, matching: port) { print(line) }
    }
}
