import ArgumentParser
import MiniRun

/// `minirun lab watch`: goals and topology, live.
struct LabWatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Show the goals and the topology, live, in a second terminal.", helpNames: .long
    )

    func run() throws { try refusing { try LabCommand.actions().watch() } }
}
