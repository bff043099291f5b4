import ArgumentParser
import MiniRun

/// One scenario, inside a lab's world; `lab test` starts it.
struct LabTrialCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trial", abstract: "Carry out a scenario of lab test.", shouldDisplay: false)

    @Option(name: .long) var with = LabSolution.Dialect.byHand
    @Option(name: .long) var without: String?
    @Option(name: .long) var fault: String?

    func run() throws {
        var trial = LabTrial(try LabCommand.actions())
        let problems = try trial.problems(LabScenario(dialect: with, without: without, fault: fault))
        for problem in problems { print(problem) }
        if !problems.isEmpty { throw ExitCode(1) }
    }
}
