import CShim
import Namespaces
import SystemPackage

/// Carries out a scenario, from inside the lab's world.
public struct LabTrial {
    private var actions: LabActions

    /// For a lab that has just been started.
    public init(_ actions: LabActions) { self.actions = actions }

    /// Servers need a moment, and what has ended does too.
    private static let patience = 6.0

    /// What is not as the lab says; empty when all is.
    public mutating func problems(_ scenario: LabScenario) throws -> [String] {
        guard !actions.lab.isExam || actions.session.faults.isEmpty else {
            throw UsageError("an exam has no solution to be played")
        }
        try actions.change { $0.isSolved = true }
        switch scenario.kind {
        case .solution: return try solution(scenario.dialect)
        case .omission(let block): return try omission(scenario.dialect, block)
        case .fault(let id): return try fault(id, after: scenario.dialect)
        }
    }

    private mutating func solution(_ dialect: LabSolution.Dialect) throws -> [String] {
        let failed = try play(dialect)
        if !failed.isEmpty { return failed }
        for question in actions.lab.questions {
            guard question.accepts(question.rightAnswer) else {
                return ["question \(question.id): its own answer is not right"]
            }
            _ = try actions.answer(question.id, [question.rightAnswer])
        }
        let grade = try settled { $0.isComplete }
        return grade.lines.filter { !$0.isMet }.map { "\($0.id): \($0.evidence.english)" }
    }

    private mutating func omission(_ dialect: LabSolution.Dialect, _ block: String) throws -> [String] {
        _ = try play(dialect, omitting: block)
        let expected = try Set(actions.lab.solution(dialect)?.blocks.first { $0.name == block }?.checks ?? [])
        let grade = try settled { $0.failingIDs == expected }
        let failing = grade.failingIDs
        return expected.subtracting(failing).sorted().map { "\($0) should fail, and is met" }
            + failing.subtracting(expected).sorted().map { id in
                "\(id) should be met: \(grade.lines.first { $0.id == id }?.evidence.english ?? "")"
            }
    }

    private mutating func fault(_ id: String, after dialect: LabSolution.Dialect) throws -> [String] {
        guard let fault = actions.lab.faults.first(where: { $0.id == id }) else { return ["there is no fault \(id)"] }
        let failed = try play(dialect)
        if !failed.isEmpty { return failed }
        let before = try settled { $0.isWhole }
        guard before.isWhole else { return before.failing.map { "before the fault: \($0.id) fails" } }
        _ = try actions.makeFault(id, seed: nil)
        var problems: [String] = []
        let broken = try settled { $0.failingIDs.isSuperset(of: fault.fails) }
        problems += Set(fault.fails).subtracting(broken.failingIDs).sorted().map {
            "\($0) should fail with it, and is met"
        }
        if fault.fails.isEmpty { problems.append("it makes no check fail") }
        // Of what is built in another way than usual doctor may know nothing.
        if let diagnosis = fault.doctor, dialect == fault.dialects.first {
            let words = ["doctor"] + (diagnosis.subject.map { [$0] } ?? [])
            let said = try Command.run([OwnProgram.path().string] + words).output
            if !said.contains(" FAIL \(diagnosis.check) ") {
                problems.append("\(words.joined(separator: " ")) does not find it as \(diagnosis.check):\n\(said)")
            }
        }
        _ = try actions.takeBack()
        let after = try settled { $0.isWhole }
        problems += after.failing.map {
            "after the undo: \($0.id): \($0.evidence.english)"
        }
        if let whole = try JSONFile.read(LabSnapshot.self, from: LabPlaces.whole) {
            problems += try LabSnapshot(taking: LabWorld(StatePaths())).differences(from: whole).map {
                "after the undo: \($0.english)"
            }
        }
        return problems
    }

    /// Plays a solution unseen; what it says when it fails.
    private mutating func play(_ dialect: LabSolution.Dialect, omitting block: String? = nil) throws -> [String] {
        guard let solution = try actions.lab.solution(dialect) else { return ["there is no \(dialect.rawValue).sh"] }
        let (code, said) = try LabScript.run(solution.script(omitting: block))
        guard code != 0, block == nil else { return [] }
        return ["\(dialect.rawValue).sh ends with \(code): \(said)"]
    }

    /// The grade once it is as wanted, or when nobody is to be waited for any more.
    private func settled(_ isWanted: (LabGrade) -> Bool) throws -> LabGrade {
        let end = Moment.after(seconds: Self.patience)
        while true {
            let grade = try LabGrade(actions.lab, actions.session)
            if isWanted(grade) || end.hasCome { return grade }
            usleep(100_000)
        }
    }
}
