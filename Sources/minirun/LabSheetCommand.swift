import ArgumentParser
import MiniRun

/// `minirun lab sheet`: what is to be done.
struct LabSheetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sheet", abstract: "Read the sheet of the lab that runs, or of another one.", helpNames: .long)

    @Argument(help: "Another lab.", completion: .labs)
    var lab: String?

    func run() throws {
        let width = TerminalWidth.columns
        let colours = TerminalWidth.showsColours
        let text =
            if let lab { try LabActions.sheet(of: LabLibrary.lab(lab), width: width, colours: colours) } else {
                try LabCommand.actions().sheet(width: width, colours: colours)
            }
        try Pager.show(text)
    }
}
