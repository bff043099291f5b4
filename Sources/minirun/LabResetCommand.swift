import ArgumentParser
import MiniRun

/// `minirun lab reset`: from the start.
struct LabResetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Begin the lab anew, in a new world.", helpNames: .long)

    func run() throws { try LabCommand.actions().reset() }
}
