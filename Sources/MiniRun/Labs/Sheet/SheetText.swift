/// A sheet for a terminal.
struct SheetText {
    /// What a question looks like in it.
    let questions: [String: LabQuestion]
    /// What was answered already: the reveal is shown.
    let answers: [String: String]
    let language: Language
    let width: Int

    func lines(_ sheet: Markdown) -> [StyledText] {
        sheet.blocks.flatMap { lines($0) + [StyledText("")] }
    }

    private func lines(_ block: Markdown.Block) -> [StyledText] {
        switch block {
        case .heading(1, let text, _):
            let title = TextFlow.lines(text, width: width, indent: 0, .bold)
            let line = String(repeating: "═", count: min(width, title.map(\.width).max() ?? 0))
            return title + [StyledText(line, .faint)]
        case .heading(_, let text, _): return TextFlow.lines(text, width: width, indent: 0, .router)
        case .paragraph(let text): return TextFlow.lines(text, width: width, indent: 0)
        case .list(let items, let isNumbered):
            return items.enumerated().flatMap { index, item in
                let mark = isNumbered ? "\(index + 1). " : "• "
                return TextFlow.lines(item, after: StyledText("  \(mark)"), width: width, indent: 2 + mark.count)
            }
        case .code(_, let text):
            // Code is not broken: a command on two lines would be two.
            return text.parts("\n").map { StyledText("    \($0)", .accent) }
        case .table(let header, let rows): return table(header, rows)
        case .quotation(let text):
            return TextFlow.lines(text, width: width - 2, indent: 0).map { line in
                var quoted = StyledText("│ ", .faint)
                quoted.append(line)
                return quoted
            }
        case .rule: return [StyledText(String(repeating: "─", count: width), .faint)]
        case .question(let id): return questions[id].map(question) ?? []
        case .topology: return [StyledText("→ minirun topo", .faint)]
        }
    }

    private func question(_ question: LabQuestion) -> [StyledText] {
        var lines = question.lines(language, width: width)
        guard let answer = answers[question.id] else { return lines + [question.command] }
        lines.append(StyledText("    → \(answer)", .bridge))
        guard question.isPrediction || question.accepts(answer) else { return lines }
        return lines
            + TextFlow.lines(question.reveal.text(language), after: StyledText("    "), width: width, indent: 4)
    }

    /// Columns as wide as they have to be; where they do not fit side by side, each row stands by itself: its first cell as it is
    /// and the others below it, each behind its heading.
    private func table(_ header: [String], _ rows: [[String]]) -> [StyledText] {
        let cells = ([header] + rows).map { row in row.map { TextFlow.lines($0, width: 1000, indent: 0)[0] } }
        let widths = header.indices.map { column in
            cells.map { $0.indices.contains(column) ? $0[column].width : 0 }.max() ?? 0
        }
        guard widths.reduce(0, +) + 3 * (widths.count - 1) <= width else {
            return rows.flatMap { row in
                zip(header, row).enumerated().flatMap { column, field in
                    cell(field.1, of: field.0, isFirst: column == 0)
                } + [StyledText("")]
            }
        }
        return cells.enumerated().flatMap { index, row in
            var line = StyledText()
            for (column, cell) in row.enumerated() where widths.indices.contains(column) {
                if column > 0 { line.append(" │ ", .faint) }
                var padded = cell
                padded.pad(to: widths[column])
                line.append(padded)
            }
            let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "─┼─")
            return index == 0 ? [line, StyledText(rule, .faint)] : [line]
        }
    }

    /// A cell of a row that stands by itself.
    private func cell(_ text: String, of name: String, isFirst: Bool) -> [StyledText] {
        guard !text.isEmpty else { return [] }
        return TextFlow.lines(
            name.isEmpty ? text : LabWords.field(name, text).text(language),
            after: StyledText(isFirst ? "  " : "    "), width: width, indent: isFirst ? 4 : 6,
            // What has no heading is one.
            isFirst && name.isEmpty ? .bold : .plain)
    }
}
