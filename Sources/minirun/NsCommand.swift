import ArgumentParser
import MiniRun
import Namespaces

/// `minirun ns`: the namespaces of the host and of containers beside each other.
struct NsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ns", abstract: "Show the namespaces of the host and of containers, and what is shared.",
        usage: "minirun ns [--format table|json] [CONTAINER...]", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(name: .long, help: "table or json.", completion: .list(["table", "json"]))
    var format = "table"
    @Argument(help: "Only these, with their id maps and capabilities in words.", completion: .containers)
    var containers: [String] = []

    func run() throws {
        guard ["table", "json"].contains(format) else { throw UsageError("--format is table or json, not \(format)") }
        let overview = try refusing { try NamespaceOverview(minirun.paths, containers) }
        print(
            format == "json" ? overview.json.pretty + "\n" : overview.text(inWords: !containers.isEmpty), terminator: ""
        )
    }
}
