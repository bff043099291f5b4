import ArgumentParser
import MiniRun

/// `minirun network ls`: the networks, predefined ones included.
struct NetworkLsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List networks.", helpNames: .long, aliases: ["list"])

    @ParentCommand var group: NetworkCommand
    @Option(
        name: [.customShort("f", allowingJoined: true), .long],
        help: ArgumentHelp(
            "Only those that match: name=, id=, driver=, label=, type=custom|builtin, dangling=true ...",
            valueName: "filter"))
    var filter: [String] = []
    @Option(name: .long, help: "table, table TEMPLATE, json, or a Go template such as '{{.Name}}'.")
    var format: String?
    @Flag(name: .long, help: "Do not shorten.")
    var noTrunc = false
    @Flag(name: .shortAndLong, help: "Print ids only.")
    var quiet = false

    func run() throws {
        let options = ListingOptions(format: format, quiet: quiet, isShortened: !noTrunc)
        try refusing {
            print(try Networks(group.minirun.paths).list(filters: filter, options), terminator: "")
        }
    }
}
