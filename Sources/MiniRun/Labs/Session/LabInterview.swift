import CShim
import Namespaces

/// Asks a lab's questions at a terminal, one after the other; elsewhere it lists them.
public struct LabInterview {
    private var actions: LabActions

    /// For a lab that runs.
    public init(_ actions: LabActions) { self.actions = actions }

    /// Asks the question of this word, or with nil those that are open. An empty answer passes over a question. Throws
    /// `LabError` for no such question.
    public mutating func run(_ word: String?) throws {
        let lab = actions.lab
        var questions = actions.openQuestions
        if word == "faults" { return print(try actions.answer("faults", []), terminator: "") }
        if let word {
            guard let question = lab.questions.first(where: { $0.id == word }) else {
                // Its message names those that there are.
                _ = try actions.answer(word, [])
                return
            }
            questions = [question]
        }
        guard !questions.isEmpty else { return print(LabWords.noQuestions) }
        for question in questions {
            let lines = question.lines(.current, width: TerminalWidth.columns) + [question.command]
            print(lines.text(colours: TerminalWidth.showsColours), terminator: "")
            guard isatty(0) == 1 else { continue }
            while true {
                print("> ", terminator: "")
                fflush(nil)
                guard let line = readLine()?.trimmed else { return print() }
                guard !line.isEmpty else { break }
                do {
                    print(try actions.answer(question.id, [line]))
                    break
                } catch let error as LabError { print(error) }
            }
        }
    }
}
