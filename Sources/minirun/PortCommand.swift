import ArgumentParser
import MiniRun

/// `minirun port`: what a container publishes.
struct PortCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "port", abstract: "List the published ports of a container, or of all.",
        usage: "minirun port CONTAINER [PRIVATE_PORT[/PROTO]]\n       minirun port --all [--format json]",
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Flag(name: .shortAndLong, help: "The ports of all containers that run, with their addresses inside.")
    var all = false
    @Option(name: .long, help: "With --all: table, json, or a Go template such as '{{.Name}} {{.HostPort}}'.")
    var format: String?
    @Argument(help: "Name or id.", completion: .custom { _, _, prefix in RunCompletion().containers(prefix) })
    var container: String?
    @Argument(help: "Only where this port of the container is reached.")
    var port: String?

    func validate() throws {
        guard all == (container == nil) else {
            throw ValidationError("\"minirun port\" takes a container, or --all for all of them.")
        }
        if format != nil, !all { throw ValidationError("--format goes with --all.") }
    }

    func run() throws {
        guard let container else {
            let ports = try Containers(minirun.paths).servedPorts()
            return print(try ServedPortTable.text(ports, ListingOptions(format: format)), terminator: "")
        }
        for line in try Containers(minirun.paths).ports(of: container, matching: port) { print(line) }
        if port == nil { tellExposure(minirun.paths, of: container) }
    }
}
