import ArgumentParser
import MiniRun

/// `minirun lab ...`: teaching labs that check themselves.
struct LabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab", abstract: "Learn container networks in small worlds that check what you do.",
        discussion: """
            `lab start 1` opens a shell on a host of its own, without privilege; `exit` leaves nothing. There, do what the sheet
            says with any tool, and ask `lab check`. Commands about a running lab work from another terminal too.
            """,
        subcommands: [
            LabLsCommand.self, LabStartCommand.self, LabSheetCommand.self, LabAnswerCommand.self, LabCheckCommand.self,
            LabHintCommand.self, LabWatchCommand.self, LabResetCommand.self, LabSolveCommand.self,
            LabBreakCommand.self, LabReportCommand.self, LabExamCommand.self, LabVerifyReportCommand.self,
            LabExportCommand.self, LabNewCommand.self, LabTestCommand.self, LabTrialCommand.self, LabLookCommand.self,
            LabInsideCommand.self,
        ],
        helpNames: .long)

    @ParentCommand var minirun: Minirun

    /// What a student does in the lab that runs.
    static func actions() throws -> LabActions {
        do { return try LabActions(LabSession.here(Array(CommandLine.arguments.dropFirst()))) } catch let error as NoLab
        {
            throw RunFailure(exitCode: 2, "\(error)")
        }
    }
}
