import ArgumentParser
import MiniRun

/// `minirun logs`: what a container has written.
struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print the log of a container.", usage: "minirun logs [OPTIONS] CONTAINER",
        helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Flag(name: .shortAndLong, help: "Go on with what is still to come.")
    var follow = false
    @Option(
        name: [.customShort("n", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("Only the last lines, that many.", valueName: "number|all"))
    var tail = "all"
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Nothing before this moment: 2013-01-02T13:23:37Z, or 42m for 42 minutes ago.", valueName: "time"))
    var since: String?
    @Option(name: .long, help: ArgumentHelp("Nothing after this moment.", valueName: "time"))
    var until: String?
    @Flag(name: .shortAndLong, help: "Show when each line was written.")
    var timestamps = false
    @Flag(name: .long, help: "Show the labels and variables that --log-opt named.")
    var details = false
    @Argument(help: "Name or id.", completion: .custom { _, _, prefix in RunCompletion().containers(prefix) })
    var container: String

    func run() throws {
        var query = try LogQuery(tail: tail, since: since, until: until)
        query.follows = follow
        query.showsTime = timestamps
        query.showsDetails = details
        try LogReader(ContainerStore(minirun.paths).logSource(of: container), query).run()
    }
}
