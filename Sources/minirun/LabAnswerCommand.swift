import ArgumentParser
import MiniRun

/// `minirun lab answer`: the questions of a lab.
struct LabAnswerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: "Answer a question of the sheet; without words, those that are open in turn.",
        usage: "minirun lab answer [QUESTION [ANSWER...]]",
        discussion: "After `lab break` and in an exam, `lab answer faults WORD...` names what is broken.",
        helpNames: .long)

    @Argument(help: "The question's word.")
    var question: String?
    @Argument(help: "The answer: a number, the letter of a choice, or words.")
    var words: [String] = []

    func run() throws {
        var actions = try LabCommand.actions()
        if let question, !words.isEmpty { return print(try actions.answer(question, words), terminator: "") }
        var interview = LabInterview(actions)
        try interview.run(question)
    }
}
