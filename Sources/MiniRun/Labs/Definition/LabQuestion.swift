import Namespaces

/// What a student is asked.
public struct LabQuestion: Sendable {
    /// Its word, which answers name.
    public var id: String
    /// The step that it belongs to.
    public var step: String
    /// Whether any answer will do, because it is asked before one can know.
    public var isPrediction: Bool
    /// The question.
    public var ask: Phrase
    /// What there is to choose from; empty for a free answer.
    public var choices: [Phrase]
    /// What is told once it is answered.
    public var reveal: Phrase
    /// What it counts.
    public var weight: Int
    private let expected: Expected

    private enum Expected: Sendable {
        case number(Double, tolerance: Double)
        case text(String)
        case pattern(String, example: String)
        /// Its index, from 0.
        case choice(Int)
    }

    init(_ json: JSONValue) throws(JSONError) {
        try json.allow(["id", "step", "prediction", "ask", "choices", "answer", "tolerance", "reveal", "weight"])
        id = try json.string("id")
        step = try json.string("step")
        isPrediction = try json.bool(ifPresent: "prediction") ?? false
        ask = try json.phrase("ask")
        choices = try json.list("choices") { (json) throws(JSONError) in try JSONValue.phrase(of: json) }
        guard choices.count <= 26 else { throw JSONError("are more than there are letters", path: "choices") }
        reveal = try json.phrase("reveal")
        weight = try json.weight()
        switch json["answer"] {
        case .integer(let index) where !choices.isEmpty:
            guard choices.indices.contains(Int(index)) else { throw JSONError("is no choice", path: "answer") }
            expected = .choice(Int(index))
        case .integer, .number:
            expected = .number(
                try json.number("answer"), tolerance: try json.member(ifPresent: "tolerance", JSONValue.number) ?? 0)
        case .string(let text): expected = .text(text)
        case .object:
            let text = try json.member("answer") { (json) throws(JSONError) in try json.string("matches") }
            guard Pattern("(?i)" + text) != nil else {
                throw JSONError("is no regular expression: \(text)", path: "answer.matches")
            }
            expected = .pattern(
                text, example: try json.member("answer") { (json) throws(JSONError) in try json.string("example") })
        default: throw JSONError("is neither a number, a text nor a pattern", path: "answer")
        }
    }

    /// Whether an answer is right. A choice is given by its letter or its number from 1.
    public func accepts(_ answer: String) -> Bool {
        let answer = answer.trimmed.lowercased()
        switch expected {
        case .number(let value, let tolerance): return Double(answer).map { abs($0 - value) <= tolerance } ?? false
        case .text(let text): return answer == text.lowercased()
        case .pattern(let text, _): return Pattern("(?i)" + text)?.matches(answer) ?? false
        case .choice(let index): return Self.index(of: answer) == index
        }
    }

    /// Whether a text can be an answer at all: a number, one of the choices.
    public func understands(_ answer: String) -> Bool {
        switch expected {
        case .number: Double(answer.trimmed) != nil
        case .choice: Self.index(of: answer.trimmed.lowercased()).map(choices.indices.contains) ?? false
        case .text, .pattern: !answer.trimmed.isEmpty
        }
    }

    /// A right answer, for the tests of the lab itself.
    var rightAnswer: String {
        switch expected {
        case .number(let value, _): JSONValue.text(of: value)
        case .text(let text): text
        case .pattern(_, let example): example
        case .choice(let index): Self.letter(index)
        }
    }

    /// `a` for the first choice.
    public static func letter(_ index: Int) -> String {
        UnicodeScalar(UInt8(ascii: "a") + UInt8(clamping: index)).description
    }

    private static func index(of answer: String) -> Int? {
        if let number = Int(answer) { return number > 0 ? number - 1 : nil }
        guard answer.utf8.count == 1, let byte = answer.utf8.first, byte >= UInt8(ascii: "a") else { return nil }
        return Int(byte - UInt8(ascii: "a"))
    }
}
