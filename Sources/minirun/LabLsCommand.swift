import ArgumentParser
import MiniRun

/// `minirun lab ls`: which labs there are.
struct LabLsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List the labs.", helpNames: .long, aliases: ["list"])

    func run() throws { print(LabTable.text(try LabLibrary().all()), terminator: "") }
}
