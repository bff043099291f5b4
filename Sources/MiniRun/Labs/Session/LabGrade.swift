import Namespaces

/// How a lab stands: every check and every question, with what was seen.
public struct LabGrade: Sendable {
    /// One check or question.
    public struct Line: Sendable {
        /// Its word.
        public var id: String
        /// The step that it belongs to.
        public var step: String
        /// What it counts.
        public var weight: Int
        /// Whether it is as it should be.
        public var isMet: Bool
        /// Whether it is a question.
        public var isQuestion = false
        /// What was seen.
        public var evidence: Phrase
        /// A nudge, where it is not met.
        public var nudge: Phrase?
    }

    /// The lab.
    public let lab: Lab
    /// In the order of the steps.
    public let lines: [Line]
    /// What was broken, if anything was.
    public let damage: LabDamage?

    /// Looks at everything, from inside the lab's world. Throws `KernelError` when it cannot look.
    public init(_ lab: Lab, _ session: LabSession) throws {
        self.lab = lab
        let world = try LabWorld(
            StatePaths(), baseline: JSONFile.read(LabSnapshot.self, from: LabPlaces.start))
        let findings = LabChecks.look(at: world, lab.checks.map(\.check))
        var lines = zip(lab.checks, findings).map { condition, finding in
            Line(
                id: condition.id, step: condition.step, weight: condition.weight, isMet: finding.isMet,
                evidence: finding.evidence, nudge: finding.isMet ? nil : condition.because)
        }
        lines += lab.questions.map { Self.line($0, session.answers[$0.id]) }
        self.lines = lab.steps.flatMap { step in lines.filter { $0.step == step.id } }
        let met = Set(lines.filter(\.isMet).map(\.id))
        damage = try session.faults.isEmpty ? nil : LabDamage(lab, session, met: met)
    }

    /// With what was seen already.
    init(_ lab: Lab, _ lines: [Line]) { (self.lab, self.lines, damage) = (lab, lines, nil) }

    private static func line(_ question: LabQuestion, _ answer: String?) -> Line {
        guard let answer else {
            return Line(
                id: question.id, step: question.step, weight: question.weight, isMet: false, isQuestion: true,
                evidence: LabWords.notAnswered(question.id))
        }
        let isRight = question.accepts(answer)
        return Line(
            id: question.id, step: question.step, weight: question.weight, isMet: isRight || question.isPrediction,
            isQuestion: true, evidence: LabWords.answered(answer, isRight: isRight))
    }

    /// What is met counts.
    public var points: Int { lines.filter(\.isMet).map(\.weight).reduce(0, +) }

    /// Whether there is nothing left to do. Broken things count as well.
    public var isComplete: Bool { lines.allSatisfy(\.isMet) && damage?.isOver != false }

    /// Whether the world is as it should be, whatever was answered.
    public var isWhole: Bool { failing.isEmpty }

    /// The checks that are not met; questions are another matter.
    var failing: [Line] { lines.filter { !$0.isMet && !$0.isQuestion } }

    /// Their words.
    var failingIDs: Set<String> { Set(failing.map(\.id)) }

    /// 0 when all is as it should be, 1 when something is not, 2 when there was nothing to look at.
    public var exitCode: Int32 { lines.isEmpty ? 2 : isComplete ? 0 : 1 }
}
