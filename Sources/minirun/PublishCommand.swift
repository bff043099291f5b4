import ArgumentParser
import MiniRun

/// `minirun publish`: a port of a container that runs.
struct PublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish ports of a running container.",
        usage: "minirun publish CONTAINER [[ADDRESS:]HOSTPORT:]PORT[/PROTOCOL]...", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Argument(help: "Name or id.", completion: .containers)
    var container: String
    @Argument(help: "What to publish, as with run -p.")
    var ports: [String]

    func run() throws {
        let lifecycle = try Lifecycle(minirun.paths)
        for port in ports { try lifecycle.publish(port, of: container) }
        for line in try Containers(minirun.paths).ports(of: container, matching: nil) { print(line) }
    }
}

/// `minirun unpublish`: the reverse.
struct UnpublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpublish", abstract: "No longer publish ports of a running container.",
        usage: "minirun unpublish CONTAINER [[ADDRESS:]HOSTPORT:]PORT[/PROTOCOL]...", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Argument(help: "Name or id.", completion: .containers)
    var container: String
    @Argument(help: "What was published; a port of the container alone means all of its host ports.")
    var ports: [String]

    func run() throws {
        let lifecycle = try Lifecycle(minirun.paths)
        for port in ports { try lifecycle.unpublish(port, of: container) }
        for line in try Containers(minirun.paths).ports(of: container, matching: nil) { print(line) }
    }
}
