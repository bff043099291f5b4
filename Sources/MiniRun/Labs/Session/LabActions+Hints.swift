import Namespaces

extension LabActions {
    /// The next hint for a step, on lines of a width. Without one: for what is broken, or else for the first step that is not done.
    /// Throws `LabError` for no such step.
    public mutating func hint(_ word: String?, width: Int) throws -> String {
        // Commands stay whole, to be copied.
        try hint(word).split(separator: "\n").flatMap { line in
            TextFlow.lines(TextFlow.atoms(of: String(line), keepingCode: true), width: width, indent: 2)
        }.text(colours: false)
    }

    private mutating func hint(_ word: String?) throws -> String {
        guard !lab.isExam else { throw LabError("an exam gives no hints", "考试没有提示") }
        if let word {
            guard let step = lab.steps.first(where: { $0.id == word }) else {
                let known = lab.steps.map(\.id).joined(separator: ", ")
                throw LabError(
                    "lab \(lab.number) has no step \(word.goQuoted): \(known)",
                    "实验 \(lab.number) 没有步骤 \(word.goQuoted)：\(known)")
            }
            return try hint(for: step)
        }
        let grade = try LabGrade(lab, session)
        if let fault = lab.faults.first(where: { session.faults.contains($0.id) }) {
            return try hint(for: fault, grade)
        }
        let open = Set(grade.failing.map(\.step))
        let questions = grade.lines.filter { !$0.isMet && $0.isQuestion }.map(\.id)
        if open.isEmpty, !questions.isEmpty { return "\(LabWords.onlyQuestions(questions))\n" }
        guard let step = lab.steps.first(where: { open.contains($0.id) }) else { return "\(LabWords.nothingToHint)\n" }
        return try hint(for: step)
    }

    private mutating func hint(for step: Lab.Step) throws -> String {
        try next(of: step.hints.map { hint in { hint } }, for: step.id, called: step.id)
            ?? "\(LabWords.noMoreHints(step.id))\n"
    }

    /// About something that was broken: where it shows, what it is among, and who finds it and how it is mended.
    private mutating func hint(for fault: LabFault, _ grade: LabGrade) throws -> String {
        guard !grade.isWhole else {
            return "\(session.named.isEmpty ? LabWords.mendedUnnamed : LabWords.mendedAndNamed)\n"
        }
        let (lab, candidates, seed) = (lab, session.candidates, session.seed)
        let hints: [() -> Phrase] = [
            { LabWords.faultShows(in: grade.failing.map(\.id)) },
            { LabWords.faultAmong(lab.candidates(with: fault, of: candidates, seed: seed)) },
            {
                guard let diagnosis = fault.doctor, diagnosis.isConfirmed else { return LabWords.faultIs(fault) }
                return LabWords.doctorFinds(diagnosis)
            },
        ]
        return try next(of: hints, for: "\(fault.id) \(session.mended.count)", called: "break")
            ?? "\(LabWords.noMoreFaultHints)\n"
    }

    /// The first of the hints that was not given yet; nil when all were.
    private mutating func next(of hints: [() -> Phrase], for topic: String, called name: String) throws -> String? {
        let level = session.hints[topic] ?? 0
        guard level < hints.count else { return nil }
        try change { $0.hints[topic] = level + 1 }
        return "\(LabWords.hint(name, level + 1, of: hints.count, hints[level]()))\n"
    }
}

extension Lab {
    /// The words of a fault and of another one, in order.
    fileprivate func candidates(with fault: LabFault, of candidates: [String], seed: UInt64) -> [String] {
        var source = SeededSource(name, seed: seed)
        let others = faults.filter { $0.id != fault.id && candidates.contains($0.id) }.shuffled(using: &source).prefix(
            1)
        return (others + [fault]).map(\.id).sorted()
    }
}

extension LabFault.Diagnosis {
    /// Whether doctor does find it; of what was built by hand it knows nothing.
    fileprivate var isConfirmed: Bool {
        let found = (try? Doctor(StatePaths()).examine(subject)) ?? []
        return found.contains { $0.result == .fail && $0.id == check }
    }
}
