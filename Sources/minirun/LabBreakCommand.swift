import ArgumentParser
import MiniRun

/// `minirun lab break`: something to find.
struct LabBreakCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "break", abstract: "Break something in a finished lab, to be named and mended.", helpNames: .long)

    @Option(name: .long, help: "Which fault: the same for everybody with this number.") var seed: UInt64?
    @Flag(name: .long, help: "Give up: take it back, and tell what it was.") var undo = false
    @Argument(help: "A fault of your choice.") var fault: String?

    func validate() throws {
        if undo && (seed != nil || fault != nil) { throw ValidationError("--undo takes back whatever was broken") }
    }

    func run() throws {
        var actions = try LabCommand.actions()
        print(try undo ? actions.undoBreak() : actions.breakSomething(fault, seed: seed), terminator: "")
    }
}
