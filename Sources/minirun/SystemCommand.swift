import ArgumentParser
import MiniRun

/// `minirun system ...`: about the whole of it.
struct SystemCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "system", abstract: "Show what there is as a whole, and remove what nobody uses.",
        subcommands: [SystemInfoCommand.self, SystemUsageCommand.self, SystemPruneCommand.self], helpNames: .long)

    @ParentCommand var minirun: Minirun
}

/// What both spellings of `info` can be told.
struct InfoOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "json, or a Go template such as '{{.ContainersRunning}}'.")
    var format: String?

    func show(_ minirun: Minirun) throws { print(try SystemReport(minirun.paths).text(format: format), terminator: "") }
}

/// `minirun system info`.
struct SystemInfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show how many containers there are, and what this host is.", helpNames: .long)

    @ParentCommand var system: SystemCommand
    @OptionGroup var options: InfoOptions

    func run() throws { try options.show(system.minirun) }
}

/// `minirun info`: the same.
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "The same as system info.", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @OptionGroup var options: InfoOptions

    func run() throws { try options.show(minirun) }
}
