import ArgumentParser
import MiniRun

/// The lab's own first process; people have no use for it.
struct LabInsideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inside", abstract: "The inner half of a lab.", shouldDisplay: false)

    @Option(name: .long) var seed: UInt64 = LabValues.plainSeed
    @Option(name: .long) var student = "student"
    @Flag(name: .long) var anyway = false
    @Flag(name: .long) var whole = false
    @Argument var directory: String
    @Argument(parsing: .postTerminator) var command: [String] = []

    func run() throws {
        let lab = try LabLibrary.lab(directory, seed: seed)
        var inside = LabInside(lab, student: student, command: command)
        inside.ignoresNeeds = anyway
        inside.omitsFaults = whole
        throw ExitCode(try inside.run())
    }
}

extension CompletionKind {
    /// The names of labs.
    static var labs: CompletionKind {
        .custom { _, _, prefix in ((try? LabLibrary().names()) ?? []).filter { $0.hasPrefix(prefix) } }
    }
}
