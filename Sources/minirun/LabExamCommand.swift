import ArgumentParser
import MiniRun

/// `minirun lab exam`: a finished machine with faults in it.
struct LabExamCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exam",
        abstract: "Open a shell on a machine with faults of several kinds, to be named and mended.",
        usage: "minirun lab exam [--seed N] [--student NAME] [-- COMMAND [ARG...]]", helpNames: .long)

    @Option(name: .long, help: "Which faults: the same for everybody with this number.")
    var seed: UInt64 = 1
    @Option(name: .long, help: "Whose name is on the report.")
    var student: String?
    @Argument(parsing: .postTerminator, help: "What to run instead of a shell.")
    var command: [String] = []

    func run() throws {
        let lab = try LabLibrary.lab("exam", seed: seed)
        throw ExitCode(try LabStart(lab, student: student, command: command).run())
    }
}
