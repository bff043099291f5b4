import ArgumentParser
import MiniRun
import Namespaces

/// `minirun system df`.
struct SystemUsageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "df", abstract: "Show what images, containers and volumes take on disk.", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(name: .long, help: "table, json, or a Go template such as '{{.Type}} {{.Size}}'.")
    var format: String?
    @Flag(name: .shortAndLong, help: "Each image, container and volume.")
    var verbose = false

    func run() throws {
        let text = try refusing {
            guard verbose else { return try SystemUsage(minirun.paths).text(format: format) }
            guard format == nil else { throw UsageError("the verbose list has no --format") }
            return try DetailedUsage(minirun.paths).text()
        }
        print(text, terminator: "")
    }
}
