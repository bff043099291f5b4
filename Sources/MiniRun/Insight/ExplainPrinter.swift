import Namespaces

/// Lays out what steps say of themselves: the reason as a numbered headline, below it the commands and the system calls
/// in one column. A single voice is printed bare, so that `--explain=sh` can be read as a script.
public struct ExplainPrinter: Sendable {
    /// The voices to print.
    public let voices: ExplainVoices
    /// Whether escape sequences may be used.
    public let colours: Bool
    private var count = 0

    /// The container's id, which is long and stands in many paths: printed as `$ID`.
    private let id: String

    /// A printer that has printed nothing yet, for the container with this id.
    public init(voices: ExplainVoices, colours: Bool, id: String) {
        self.voices = voices
        self.colours = colours
        self.id = id
    }

    /// The text for the next step.
    public mutating func text(for step: any Step) -> String {
        count += 1
        return text(step.explanation, number: "\(count)", margin: "")
    }

    /// Tells what the container's first process does as part of the step that was printed last.
    public func narrator(for step: any Step) -> Narrator {
        Narrator(printer: self, groups: ExplainGroups(step.inside))
    }

    /// The operations of one step, each group printed when the last of it has happened.
    public struct Narrator {
        fileprivate let printer: ExplainPrinter
        fileprivate let groups: ExplainGroups

        /// The text when the operation at `index` is done; empty in the middle of a group.
        public func text(at index: Int) -> String {
            guard let number = groups.completed(at: index) else { return "" }
            return printer.text(
                groups.explanation(ofGroup: number), number: "\(printer.count).\(number)", margin: printer.margin)
        }
    }

    private var margin: String { voices == .all ? style("│ ", .faint) : "" }

    private func text(_ explanation: Explanation, number: String, margin: String) -> String {
        var explanation = explanation
        for (index, line) in explanation.shell.enumerated() where !line.hasPrefix("ID=") {
            explanation.shell[index] = line.replacing(id, with: "$ID")
        }
        explanation.systemCalls = explanation.systemCalls.map { $0.replacing(id, with: "$ID") }
        return lines(for: explanation, number: number, margin: margin).map { $0 + "\n" }.joined()
    }

    private func lines(for explanation: Explanation, number: String, margin: String) -> [String] {
        if voices == .shell { return explanation.shell }
        if voices == .systemCalls { return explanation.systemCalls }
        var lines: [String] = []
        if voices.contains(.why) {
            lines.append(margin + pad(number, to: margin.isEmpty ? 5 : 6) + style(explanation.why, .bold))
        }
        if voices.contains(.shell) {
            lines += column("sh", explanation.shell, .green).map { margin + $0 }
        }
        if voices.contains(.systemCalls) {
            lines += column("syscall", explanation.systemCalls, .cyan).map { margin + $0 }
        }
        return lines
    }

    /// `     sh       first line`, the label only before the first.
    private func column(_ label: String, _ values: [String], _ look: Look) -> [String] {
        values.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }.enumerated().map {
            index, value in
            let head = "     " + pad(index == 0 ? label : "", to: 9)
            return style(head, .faint) + style(String(value), look)
        }
    }

    private func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private enum Look: String {
        case bold = "1"
        case faint = "2"
        case green = "32"
        case cyan = "36"
    }

    private func style(_ text: String, _ look: Look) -> String {
        colours && !text.isEmpty ? "\u{1b}[\(look.rawValue)m\(text)\u{1b}[0m" : text
    }
}
