import Namespaces

/// The part of Go's text/template that `inspect -f` and `--format` are used with, over JSON values.
///
/// Literal text; fields (`.State.Pid`), variables, parentheses, pipes; `if`, `else`, `with`, `range` (with `$key, $value :=`),
/// `end`, comments, trimming with `{{-` and `-}}`; the functions in `GoTemplate+Functions.swift`. Templates that define or
/// call others are not in it. Messages are Go's, as Docker shows them.
public struct GoTemplate: Sendable {
    let nodes: [Node]

    /// What Docker puts in front of the errors of most templates.
    static let complaint = "template parsing error"

    /// Parses the text of a template; throws `template parsing error: template: :LINE: …`.
    public init(parsing text: String) throws(UsageError) {
        try self.init(parsing: text, complaint: Self.complaint)
    }

    /// The same with other words in front of its errors.
    init(parsing text: String, complaint: String) throws(UsageError) {
        do {
            var parser = try Parser(text)
            nodes = try parser.parse()
        } catch { throw UsageError("\(complaint): \(error)") }
    }

    /// Fills the template in; throws `template parsing error: template: :LINE:COLUMN: executing "" at <.X>: …`.
    public func render(_ value: JSONValue) throws(UsageError) -> String {
        try render(value, as: Receiver(), complaint: Self.complaint)
    }

    /// The same with a value that stands for one of Docker's types.
    func render(
        _ value: JSONValue, as receiver: Receiver, complaint: String = complaint
    ) throws(UsageError) -> String {
        var evaluator = Evaluator(root: value, receiver)
        do { try evaluator.run(nodes, dot: value) } catch {
            // Docker ignores what goes wrong in a heading, and prints as far as it came.
            guard receiver.isHeading else { throw UsageError("\(complaint): \(error)") }
        }
        return evaluator.output
    }

    /// One piece of a parsed template.
    indirect enum Node: Sendable {
        case text(String)
        case output(Pipeline)
        case conditional(Pipeline, then: [Node], otherwise: [Node])
        case with(Pipeline, then: [Node], otherwise: [Node])
        case loop(Pipeline, body: [Node], otherwise: [Node])
    }

    /// `$x := command | command`.
    struct Pipeline: Sendable {
        /// Variables that are declared (`:=`) or set (`=`).
        var variables: [String] = []
        var declares = false
        var commands: [Command] = []
    }

    /// An operand alone, or a function and its arguments.
    struct Command: Sendable {
        var operands: [Operand] = []
        var place: Place
    }

    /// One value of an expression.
    struct Operand: Sendable {
        indirect enum Base: Sendable {
            case dot
            case variable(String)
            case literal(JSONValue)
            case function(String)
            case pipeline(Pipeline)
        }

        var base: Base
        /// Names behind the base: `.State.Pid` is dot with two of them.
        var fields: [String] = []
        var place: Place
    }

    /// Where something stands in the template, for messages.
    struct Place: Sendable {
        var line: Int
        /// Bytes from the line's start; Go counts them from 0 on the first line and from 1 on the others.
        var column: Int
        /// The text itself.
        var source: String
    }
}
