import ArgumentParser
import MiniRun

/// `minirun lab check`: what is right, what is wrong, and why.
struct LabCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Look at what you have built: what is right, what is not, and what was seen.",
        discussion:
            "The exit code is 0 when everything is right, 1 when something is not, 2 when there is nothing to check.",
        helpNames: .long)

    @Flag(name: .long, help: "For programs.") var json = false
    @Flag(name: .long, help: "For spreadsheets.") var csv = false
    @Flag(name: .shortAndLong, help: "Only the exit code.") var quiet = false
    @Flag(name: .shortAndLong, help: "Tell everything of later steps too.") var all = false

    func validate() throws {
        if [json, csv, quiet].count(where: \.self) > 1 { throw ValidationError("one of --json, --csv and --quiet") }
    }

    func run() throws {
        var actions = try LabCommand.actions()
        let grade = try actions.check()
        if json {
            print(grade.json.pretty)
        } else if csv {
            print(grade.csv, terminator: "")
        } else if !quiet {
            let text = grade.text(colours: TerminalWidth.showsColours, width: TerminalWidth.columns, all: all)
            print(text, terminator: "")
            if grade.isComplete {
                print(try "\n" + actions.ladder(width: TerminalWidth.columns, colours: TerminalWidth.showsColours))
            }
        }
        if grade.exitCode != 0 { throw ExitCode(grade.exitCode) }
    }
}
