import ArgumentParser
import MiniRun

/// `minirun ps`: the containers.
struct PsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps", abstract: "List containers.", helpNames: .long, aliases: ["ls", "list"])

    @ParentCommand var minirun: Minirun
    @Flag(name: .shortAndLong, help: "Show those that do not run as well.")
    var all = false
    @Option(
        name: [.customShort("f", allowingJoined: true), .long],
        help: ArgumentHelp("Only those that match: name=, status=, label=, exited=, publish= ...", valueName: "filter"))
    var filter: [String] = []
    @Option(name: .long, help: "table, table TEMPLATE, json, or a Go template such as '{{.Names}}'.")
    var format: String?
    @Option(
        name: [.customShort("n", allowingJoined: true), .long], parsing: .unconditional,
        help: "Only the youngest, so many, in whatever state.")
    var last: Int?
    @Flag(name: .shortAndLong, help: "Only the youngest, in whatever state.")
    var latest = false
    @Flag(name: .long, help: "Do not shorten.")
    var noTrunc = false
    @Flag(name: .shortAndLong, help: "Print ids only.")
    var quiet = false
    @Flag(name: .shortAndLong, help: "Show what they have written, in bytes.")
    var size = false

    func run() throws {
        var wish = Containers.Wish()
        wish.all = all
        wish.limit = latest ? 1 : last.flatMap { $0 < 0 ? nil : $0 }
        wish.filters = filter
        wish.showsSize = size
        if quiet, format != nil {
            StandardError.write("WARNING: Ignoring custom format, because both --format and --quiet are set.\n")
        }
        let options = ListingOptions(format: format, quiet: quiet, isShortened: !noTrunc)
        print(try Containers(minirun.paths).list(wish, options), terminator: "")
        if format == nil, !quiet, filter.isEmpty { tellExposure(minirun.paths) }
    }
}
