import ArgumentParser
import MiniRun

/// `minirun lab start`: a world for a lab.
struct LabStartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Open a shell in a lab's world.",
        usage: "minirun lab start [--seed N] [--student NAME] [--anyway] LAB [-- COMMAND [ARG...]]", helpNames: .long)

    @Option(
        name: .long, help: "Other names and addresses than the notes have, the same for everybody with this number.")
    var seed: UInt64 = LabValues.plainSeed
    @Option(name: .long, help: "Whose name is on the report.")
    var student: String?
    @Flag(name: .long, help: "Start although the kernel lacks something that the lab needs.")
    var anyway = false
    @Flag(name: .long, help: "An exam without its faults; for authors.")
    var whole = false
    @Argument(help: "Number, name, or a directory with a lab.json.", completion: .labs)
    var lab: String
    @Argument(parsing: .postTerminator, help: "What to run instead of a shell.")
    var command: [String] = []

    func run() throws {
        var start = LabStart(try LabLibrary.lab(lab, seed: seed), student: student, command: command)
        start.ignoresNeeds = anyway
        start.omitsFaults = whole
        throw ExitCode(try start.run())
    }
}
