import ArgumentParser
import MiniRun

/// `minirun version`: which minirun this is, and what of the kernel it can use.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Show the version, and the features of the kernel that were found.",
        usage: "minirun version [-f FORMAT]", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(name: .shortAndLong, help: "json, or a Go template such as '{{.Client.Version}}'.")
    var format: String?

    func run() throws { print(try VersionReport(minirun.paths).text(format: format), terminator: "") }
}
