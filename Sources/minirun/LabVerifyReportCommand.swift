import ArgumentParser
import MiniRun

/// `minirun lab verify-report`: the teacher's side.
struct LabVerifyReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-report", abstract: "Verify the codes of reports, and list what they say.",
        discussion: """
            The key is the one that is built in, or what MINIRUN_LAB_KEY says; it has to be the same as where the labs were done.
            The exit code is 1 when a report is not genuine.
            """, helpNames: .long)

    @Flag(name: .long, help: "For spreadsheets.") var csv = false
    @Argument(help: "Files that `lab report` has written.", completion: .file()) var files: [String]

    func run() throws {
        let (text, isGood) = LabReports.table(files, csv: csv)
        print(text, terminator: "")
        if !isGood { throw ExitCode(1) }
    }
}
