import ArgumentParser
import MiniRun

/// `minirun lab solve`: the reference solution.
struct LabSolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "solve", abstract: "Play the solution; with --explain step by step.",
        usage: "minirun lab solve [--explain] [--with by-hand|iptables|minirun] [--without BLOCK]",
        discussion: "--explain says why before each step, and shows its commands.", helpNames: .long)

    // The parser knows --explain as minirun's own option, which takes a value: `CommandWords` puts this word in its place.
    @Flag(name: .customLong("explained"), help: .hidden)
    var explain = false
    @Option(
        name: .long, help: ArgumentHelp("In which commands.", valueName: "by-hand|iptables|minirun"),
        completion: .list(LabSolution.Dialect.allCases.map(\.rawValue)))
    var with = LabSolution.Dialect.byHand
    @Option(name: .long, help: "Leave a block out, to see which check notices; for authors.") var without: String?

    func run() throws {
        var actions = try LabCommand.actions()
        let code = try actions.solve(with, isExplained: explain, omitting: without)
        if code != 0, without == nil { throw ExitCode(code) }
    }
}

extension LabSolution.Dialect: ExpressibleByArgument {}
