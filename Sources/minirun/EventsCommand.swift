import ArgumentParser
import MiniRun

/// `minirun events`: what happens to containers and networks.
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Print what happens to containers and networks, as it happens.",
        usage: "minirun events [OPTIONS]", helpNames: .long)

    @ParentCommand var minirun: Minirun
    @Option(
        name: .long,
        help: ArgumentHelp("Begin with what has happened since this moment, or 10m ago.", valueName: "time"))
    var since: String?
    @Option(name: .long, help: ArgumentHelp("End at this moment.", valueName: "time"))
    var until: String?
    @Option(
        name: [.customShort("f", allowingJoined: true), .long],
        help: ArgumentHelp("Only those that match: container=, event=, type=, image=, label= ...", valueName: "filter"))
    var filter: [String] = []
    @Option(name: .long, help: "Go template, such as '{{.Action}} {{.Actor.Attributes.name}}', or json.")
    var format = ""

    func run() throws {
        try EventReader(
            EventLog(minirun.paths), since: since, until: until, format: EventFormat(parsing: format),
            isWanted: EventFilter(filter).includes
        ).run()
    }
}
