import ArgumentParser
import MiniRun

/// `minirun lab test`: does a lab do what it says?
struct LabTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Prove a lab: its solutions, each with a block left out, and its faults.",
        discussion: """
            For authors. Each solution has to be worth full marks; a solution without one of its blocks has to fail exactly the checks
            that the block names; each fault has to fail its checks, to be found by doctor, and to be healed by its undo.
            Words choose among what is told: `minirun lab test 1 by-hand`, `minirun lab test 1 "fault lo-down"`.
            """, helpNames: .long)

    @Option(name: .long, help: "The seed of its values.") var seed: UInt64 = LabValues.plainSeed
    @Option(name: .shortAndLong, help: "How many worlds at the same time.") var jobs = 2
    @Argument(help: "Number, name, or a directory with a lab.json.", completion: .labs) var lab: String
    @Flag(name: .long, help: "Nothing but the solutions.") var onlySolutions = false
    @Argument(help: "Only what begins with one of these.") var words: [String] = []

    func validate() throws { if jobs < 1 { throw ValidationError("--jobs is 1 or more") } }

    func run() throws {
        let lab = try LabLibrary.lab(lab, seed: seed)
        let chosen = try LabScenario.all(of: lab).filter { scenario in
            (words.isEmpty || words.contains { "\(scenario)".hasPrefix($0) })
                && (!onlySolutions || scenario.kind == .solution)
        }
        guard !chosen.isEmpty else { throw ValidationError("lab \(lab.number) has nothing like that to prove") }
        let isGood = try LabProof(lab).run(chosen, sideBySide: jobs) { result in
            print(result.problem.map { "✘ \(result.scenario)\n    \($0)" } ?? "✔ \(result.scenario)")
        }
        let problems = words.isEmpty ? try lab.sheetProblems() : []
        for problem in problems { print("✘ sheets\n    \(problem)") }
        if !isGood || !problems.isEmpty { throw ExitCode(1) }
    }
}
