import ArgumentParser
import MiniRun

/// `minirun lab report`: what a student hands in.
struct LabReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a report with a code that the teacher verifies.", helpNames: .long)

    @Option(name: .shortAndLong, help: "A file instead of standard output.", completion: .file())
    var output: String?

    func run() throws {
        var actions = try LabCommand.actions()
        let report = try actions.report()
        guard let output else { return print(report.text, terminator: "") }
        try report.write(to: output)
        StandardError.write("\(output)\n")
    }
}
