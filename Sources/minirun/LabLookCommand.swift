import ArgumentParser
import MiniRun

/// `minirun lab look`: checks alone, without a lab; for their tests.
struct LabLookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "look", abstract: "Look at a JSON array of checks.", shouldDisplay: false,
        helpNames: .long)

    @ParentCommand var lab: LabCommand
    @Option(name: .long, help: "A snapshot for `unchanged`; taken now when there is no such file.", completion: .file())
    var baseline: String?
    @Argument(help: "The file, or - for standard input.", completion: .file())
    var file: String

    func run() throws {
        let (lines, allAreMet) = try LabCheckFile.look(file, baseline: baseline, lab.minirun.paths)
        for line in lines { print(line) }
        if !allAreMet { throw ExitCode.failure }
    }
}
