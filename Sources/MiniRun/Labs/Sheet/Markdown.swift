/// The part of Markdown that sheets are written in: no library for it is at hand, and nothing else is wanted of it.
///
/// Headings with `{#id}`, paragraphs, lists of one level, fenced code, tables, quotations, rules; `?[id]` asks a question,
/// `![topology]` draws what is there.
struct Markdown: Equatable {
    /// A piece of a sheet.
    enum Block: Equatable {
        case heading(level: Int, text: String, id: String?)
        case paragraph(String)
        case list(items: [String], isNumbered: Bool)
        case code(language: String, text: String)
        case table(header: [String], rows: [[String]])
        case quotation(String)
        case rule
        case question(String)
        case topology
    }

    let blocks: [Block]

    init(parsing text: String) {
        var reader = Reader(lines: text.parts("\n")[...])
        blocks = reader.blocks()
    }

    private init(blocks: [Block]) { self.blocks = blocks }

    /// The part under the heading with this id, heading included; empty when there is none.
    func section(_ id: String) -> Markdown {
        func level(_ block: Block) -> Int? { if case .heading(let level, _, _) = block { level } else { nil } }
        let start = blocks.firstIndex { block in if case .heading(_, _, id) = block { true } else { false } }
        guard let start, let own = level(blocks[start]) else { return Markdown(blocks: []) }
        let end = blocks[(start + 1)...].firstIndex { level($0).map { $0 <= own } ?? false } ?? blocks.endIndex
        return Markdown(blocks: Array(blocks[start..<end]))
    }

    private struct Reader {
        var lines: ArraySlice<String>

        mutating func blocks() -> [Block] {
            var found: [Block] = []
            while let line = lines.popFirst() {
                let text = line.trimmed
                if text.isEmpty { continue }
                found.append(block(text))
            }
            return found
        }

        private mutating func block(_ text: String) -> Block {
            if text.begins(with: "```") { return code(language: String(text.dropFirst(3)).trimmed) }
            if let heading = Self.heading(text) { return heading }
            if text == "---" { return .rule }
            if text == "![topology]" { return .topology }
            if text.begins(with: "?["), text.hasSuffix("]") { return .question(String(text.dropFirst(2).dropLast())) }
            if text.begins(with: ">") {
                let more = take { $0.begins(with: ">") }
                return .quotation(Self.joined(([text] + more).map { String($0.dropFirst()).trimmed }))
            }
            if text.begins(with: "|") {
                let rows = ([text] + take { $0.begins(with: "|") }).map(Self.cells)
                let body = rows.dropFirst().filter { !$0.allSatisfy { $0.allSatisfy { "-: ".contains($0) } } }
                return .table(header: rows[0], rows: Array(body))
            }
            if let item = Self.item(text) { return list(item) }
            return .paragraph(Self.joined([text] + take { !Self.beginsBlock($0) }))
        }

        /// The lines that follow as long as they are like that.
        private mutating func take(while isPart: (String) -> Bool) -> [String] {
            var taken: [String] = []
            while let text = lines.first?.trimmed, !text.isEmpty, isPart(text) {
                taken.append(text)
                lines.removeFirst()
            }
            return taken
        }

        private mutating func code(language: String) -> Block {
            var taken: [String] = []
            while let line = lines.popFirst(), line.trimmed != "```" { taken.append(line) }
            return .code(language: language, text: taken.joined(separator: "\n"))
        }

        private mutating func list(_ first: (text: String, isNumbered: Bool)) -> Block {
            var items = [first.text]
            while let text = lines.first?.trimmed, !text.isEmpty {
                if let item = Self.item(text) {
                    guard item.isNumbered == first.isNumbered else { break }
                    items.append(item.text)
                } else if Self.beginsBlock(text) {
                    break
                } else {
                    items[items.count - 1] = Self.joined([items[items.count - 1], text])
                }
                lines.removeFirst()
            }
            return .list(items: items, isNumbered: first.isNumbered)
        }

        private static func heading(_ text: String) -> Block? {
            let level = text.prefix { $0 == "#" }.count
            guard (1...4).contains(level), text.dropFirst(level).first == " " else { return nil }
            var title = String(text.dropFirst(level)).trimmed
            var id: String?
            if title.hasSuffix("}"), let mark = title.firstRange(of: "{#") {
                id = String(title[mark.upperBound...].dropLast())
                title = String(title[..<mark.lowerBound]).trimmed
            }
            return .heading(level: level, text: title, id: id)
        }

        private static func item(_ text: String) -> (text: String, isNumbered: Bool)? {
            if text.begins(with: "- ") { return (String(text.dropFirst(2)).trimmed, false) }
            let digits = text.prefix(while: \.isNumber)
            guard !digits.isEmpty, text.dropFirst(digits.count).hasPrefix(". ") else { return nil }
            return (String(text.dropFirst(digits.count + 2)).trimmed, true)
        }

        private static func beginsBlock(_ text: String) -> Bool {
            text.begins(with: "```") || text.begins(with: ">") || text.begins(with: "|") || text == "---"
                || text.begins(with: "?[") || text == "![topology]" || heading(text) != nil || item(text) != nil
        }

        private static func cells(_ row: String) -> [String] {
            var text = row[...]
            if text.first == "|" { text = text.dropFirst() }
            if text.last == "|" { text = text.dropLast() }
            // A bar in a cell is written \|.
            return String(text).replacing("\\|", with: "\u{1}").parts("|").map {
                $0.replacing("\u{1}", with: "|").trimmed
            }
        }

        /// Lines of one paragraph: Chinese needs no blank between them.
        private static func joined(_ lines: [String]) -> String {
            lines.reduce("") { text, line in
                guard let last = text.unicodeScalars.last, let first = line.unicodeScalars.first else {
                    return text + line
                }
                return text + (last.isWide && first.isWide ? "" : " ") + line
            }
        }
    }
}

extension Unicode.Scalar {
    /// Whether it is of a script that has no blanks between words, and may be broken anywhere.
    var isWide: Bool {
        (0x2e80...0x9fff).contains(value) || (0xf900...0xfaff).contains(value) || (0xff00...0xff60).contains(value)
    }
}
