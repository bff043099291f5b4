import Namespaces

extension LabGrade {
    /// For people: step by step, what is met and what is not, with a nudge where it is not. Steps that come after one that is not
    /// done are told in a line each, unless `all` is wanted: who has just begun has not failed there.
    public func text(colours: Bool, width: Int, all: Bool = false) -> String {
        let score = LabWords.score(points, of: lab.possible).description
        var lines = [StyledText(LabWords.title(lab).description, .bold), StyledText(score), StyledText("")]
        var isReached = true
        for step in lab.steps {
            let own = self.lines.filter { $0.step == step.id }
            guard !own.isEmpty else { continue }
            if isReached || all || own.allSatisfy(\.isMet) {
                lines.append(StyledText(step.id, .accent))
                for line in own { lines += Self.lines(line, width: width) }
            } else {
                lines += Self.brief(step, own, width: width)
            }
            // Questions may be left for later.
            if own.contains(where: { !$0.isMet && !$0.isQuestion }) { isReached = false }
        }
        if let damage { lines += damage.lines(lab, width: width) }
        return lines.text(colours: colours)
    }

    private static func lines(_ line: Line, width: Int) -> [StyledText] {
        var first = StyledText("  ")
        switch (line.isMet, line.isQuestion) {
        case (true, _): first.append("✔ ", .bridge)
        case (false, true): first.append("? ", .container)
        case (false, false): first.append("✘ ", .warning)
        }
        first.append(line.id, line.isMet ? .plain : .bold)
        first.append("  ")
        var result = TextFlow.lines(line.evidence.description, after: first, width: width, indent: 4)
        if let nudge = line.nudge {
            result += TextFlow.lines(nudge.description, after: StyledText("    "), width: width, indent: 4, .faint)
        }
        return result
    }

    /// What stands at the top of a screen: how much of each step is done.
    func summary(width: Int) -> [StyledText] {
        var title = TextFlow.atoms(of: LabWords.title(lab).description, .bold)
        title.append(.init(text: StyledText(" \(LabWords.score(points, of: lab.possible))"), hasBlank: true))
        return TextFlow.lines(title, width: width, indent: 0)
            + lab.steps.flatMap { step in
                let own = lines.filter { $0.step == step.id }
                return own.isEmpty ? [] : Self.brief(step, own, width: width)
            }
    }

    /// A step in short: what of it fails, and which of its questions are open.
    private static func brief(_ step: Lab.Step, _ own: [Line], width: Int) -> [StyledText] {
        var atoms = [TextFlow.Atom(text: StyledText(step.id, .accent), hasBlank: false)]
        func add(_ mark: String, _ look: StyledText.Look, _ lines: [Line] = []) {
            // A mark stands before something.
            var words = TextFlow.atoms(of: lines.map(\.id).joined(separator: ", "), .faint)
            var first = StyledText(" \(mark)", look)
            if !words.isEmpty {
                first.append(" ")
                first.append(words.removeFirst().text)
            }
            atoms.append(.init(text: first, hasBlank: true))
            atoms += words
        }
        let failing = own.filter { !$0.isMet && !$0.isQuestion }
        let asked = own.filter { !$0.isMet && $0.isQuestion }
        if failing.isEmpty, asked.isEmpty { add("✔", .bridge) }
        if !failing.isEmpty { add("✘", .warning, failing) }
        if !asked.isEmpty { add("?", .container, asked) }
        return TextFlow.lines(atoms, width: width, indent: 4)
    }

    /// For programs.
    public var json: JSONValue {
        .record([
            "lab": .string(lab.name), "seed": .integer(Int64(bitPattern: lab.seed)),
            "points": .integer(Int64(points)), "possible": .integer(Int64(lab.possible)),
            "complete": .bool(isComplete),
            "checks": .array(
                lines.map { line in
                    .record([
                        "id": .string(line.id), "step": .string(line.step), "met": .bool(line.isMet),
                        "question": .bool(line.isQuestion), "weight": .integer(Int64(line.weight)),
                        "evidence": .string(line.evidence.english),
                    ])
                }),
            "damage": damage?.json,
        ])
    }

    /// For spreadsheets (RFC 4180).
    public var csv: String {
        let header = ["lab", "step", "id", "met", "weight", "evidence"]
        let rows = lines.map { line in
            [lab.name, line.step, line.id, "\(line.isMet)", "\(line.weight)", line.evidence.english]
        }
        return CommaSeparatedValues.text([header] + rows)
    }
}

/// Rows as RFC 4180 has them, with plain line ends.
enum CommaSeparatedValues {
    static func text(_ rows: [[String]]) -> String {
        rows.map { $0.map(field).joined(separator: ",") + "\n" }.joined()
    }

    private static func field(_ text: String) -> String {
        // What a spreadsheet would take for a formula is kept a text.
        let text =
            text.unicodeScalars.first { !$0.properties.isWhitespace }.map { "=+-@".unicodeScalars.contains($0) } == true
            ? "'\(text)" : text
        guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}
