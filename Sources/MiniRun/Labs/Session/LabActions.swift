import CShim
import Namespaces
import SystemPackage

/// What a student does in a lab, from inside its world. Each action returns what is to be said.
public struct LabActions {
    /// The lab that is done.
    public let lab: Lab
    var session: LabSession

    /// For the lab of a session. Throws `LabError` when its files are gone.
    public init(_ session: LabSession) throws {
        self.session = session
        lab = try Lab(session.directory, seed: session.seed)
    }

    /// Writes down what the student has done.
    mutating func change(_ change: (inout LabSession) -> Void) throws { session = try session.changed(change) }

    // MARK: Looking

    /// How it stands. What was broken and is whole again counts from then on.
    public mutating func check() throws -> LabGrade {
        let grade = try LabGrade(lab, session)
        if let damage = grade.damage, damage.isOver {
            try change { session in
                // Another check may have been faster.
                guard session.faults == damage.faults else { return }
                session.mended += damage.outcomes
                (session.faults, session.candidates, session.named) = ([], [], [])
            }
        }
        return grade
    }

    /// The sheet for a terminal.
    public func sheet(width: Int, colours: Bool) throws -> String {
        try Self.sheet(of: lab, answers: session.answers, width: width, colours: colours)
    }

    /// The sheet of any lab.
    public static func sheet(
        of lab: Lab, answers: [String: String] = [:], width: Int, colours: Bool
    ) throws -> String {
        // Longer lines are hard to read.
        let page = SheetText(questions: lab.questionsByID, answers: answers, language: .current, width: min(width, 100))
        return page.lines(try lab.sheet(.current)).text(colours: colours)
    }

    /// The same thing as Docker, minirun and ip say it: the sheet's last part, for whoever has done the lab.
    public func ladder(width: Int, colours: Bool) throws -> String {
        let sheet = try lab.sheet(.current).section("ladder")
        let page = SheetText(questions: [:], answers: [:], language: .current, width: min(width, 100))
        return page.lines(sheet).text(colours: colours)
    }

    /// Goals and topology, again whenever something changes, until a signal ends it.
    public func watch() throws {
        let (lab, session) = (lab, session)
        try TopologyWatch(StatePaths()) {
            let now = try LabSession.current() ?? session
            return try LabGrade(lab, now).summary(width: TerminalWidth.columns)
        }.run()
    }

    // MARK: Questions

    /// Questions that are still open, in order.
    public var openQuestions: [LabQuestion] {
        lab.questions.filter { question in
            guard let answer = session.answers[question.id] else { return true }
            return !question.isPrediction && !question.accepts(answer)
        }
    }

    /// Takes an answer; the question `faults` takes what the student holds for broken. Throws `LabError` for no such question
    /// and for what is no answer.
    public mutating func answer(_ id: String, _ words: [String]) throws -> String {
        if id == "faults" { return try name(words) }
        guard let question = lab.questions.first(where: { $0.id == id }) else {
            let known = lab.questions.map(\.id).joined(separator: ", ")
            throw LabError(
                "lab \(lab.number) asks nothing called \(id.goQuoted): \(known)",
                "实验 \(lab.number) 没有名为 \(id.goQuoted) 的问题：\(known)")
        }
        let text = words.joined(separator: " ")
        guard question.understands(text) else {
            let letters = question.choices.indices.map(LabQuestion.letter).joined(separator: ", ")
            throw LabError(
                "\(text.goQuoted) is no answer to \(id): " + (letters.isEmpty ? "a number" : "one of \(letters)"),
                "\(text.goQuoted) 不是 \(id) 的答案：" + (letters.isEmpty ? "应为数字" : "应为 \(letters) 之一"))
        }
        let isRight = question.accepts(text)
        if question.isPrediction, let first = session.answers[id] {
            return "\(LabWords.predictionStands(first))\n\(question.reveal)\n"
        }
        // A prediction is made once: afterwards one knows.
        try change { session in
            if session.answers[id] == nil || !question.isPrediction { session.answers[id] = text }
        }
        let reveal = question.reveal.description
        if isRight { return "\(LabWords.right)\n\(reveal)\n" }
        return question.isPrediction ? "\(LabWords.predicted(text))\n\(reveal)\n" : "\(LabWords.notRight)\n"
    }

    private mutating func name(_ words: [String]) throws -> String {
        guard !session.faults.isEmpty else {
            throw LabError("nothing was broken: minirun lab break", "还没有弄坏任何东西：minirun lab break")
        }
        guard !words.isEmpty else { return broken }
        for word in words where !lab.faults.contains(where: { $0.id == word }) {
            throw lab.unknown(fault: word)
        }
        let words = words.enumerated().filter { !words[..<$0].contains($1) }.map(\.1)
        guard words.count <= session.faults.count else {
            throw LabError(
                "\(session.faults.count) of them, not \(words.count): who names everything has named nothing",
                "共 \(session.faults.count) 处，不是 \(words.count) 处：什么都说等于没说")
        }
        try change { $0.named = words }
        return LabWords.wroteDown(words, of: session.faults.count).description + "\n"
    }

    // MARK: The world

    /// Plays a reference solution; returns the exit code. `omitting` leaves one block out, to see which check notices.
    public mutating func solve(
        _ dialect: LabSolution.Dialect, isExplained: Bool, omitting omitted: String? = nil
    ) throws -> Int32 {
        guard !lab.isExam else { throw LabError("an exam has no solution to be played", "考试没有可以演示的答案") }
        guard let solution = try lab.solution(dialect) else {
            throw LabError(
                "lab \(lab.number) has no solution \(dialect.rawValue)", "实验 \(lab.number) 没有 \(dialect.rawValue) 答案")
        }
        if let omitted, !solution.blocks.contains(where: { $0.name == omitted }) {
            throw LabError(
                "\(omitted.goQuoted) is no block of \(dialect.rawValue).sh: "
                    + solution.blocks.map(\.name).joined(separator: ", "))
        }
        try change { $0.isSolved = true }
        let script = solution.script(telling: isExplained ? .current : nil, omitting: omitted)
        let code = try HostProgram(["/bin/sh", "-c", script]).wait().code
        if code != 0, omitted == nil { StandardError.write("minirun: \(LabWords.solutionStopped)\n") }
        return code
    }

    /// Begins anew: ends the shell, whose end makes a new world.
    public func reset() throws {
        guard let shell = pid_t(try Files.text(ifPresent: LabPlaces.shell)?.trimmed ?? ""), shell > 1 else {
            throw LabError(
                "this lab was started with a command in place of the shell: start it again",
                "这个实验启动时用命令代替了 shell：请重新启动")
        }
        try Files.write("", to: LabPlaces.reset)
        // Stopped jobs and their children go with the world.
        kill(shell, SIGHUP)
        kill(shell, SIGCONT)
    }
}
