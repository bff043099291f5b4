import ArgumentParser
import MiniRun

/// `minirun volume ls`: the volumes.
struct VolumeLsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List volumes.", helpNames: .long, aliases: ["list"])

    @ParentCommand var group: VolumeCommand
    @Option(
        name: [.customShort("f", allowingJoined: true), .long],
        help: ArgumentHelp(
            "Only those that match: dangling=true|false, driver=, label=, name=", valueName: "filter"))
    var filter: [String] = []
    @Option(name: .long, help: "table, table TEMPLATE, json, or a Go template such as '{{.Mountpoint}}'.")
    var format: String?
    @Flag(name: .shortAndLong, help: "Print names only.")
    var quiet = false

    func run() throws {
        let options = ListingOptions(format: format, quiet: quiet)
        try refusing { print(try Volumes(group.minirun.paths).list(filters: filter, options), terminator: "") }
    }
}
