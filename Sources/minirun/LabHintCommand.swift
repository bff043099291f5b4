import ArgumentParser
import MiniRun

/// `minirun lab hint`: a nudge.
struct LabHintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hint", abstract: "Get a hint for a step: first a nudge, then more, at last the command.",
        helpNames: .long)

    @Argument(help: "The step; the first that is not done yet when none is named.")
    var step: String?

    func run() throws {
        var actions = try LabCommand.actions()
        print(try actions.hint(step, width: TerminalWidth.prose), terminator: "")
    }
}
