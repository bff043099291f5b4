/// A run of text within a paragraph.
enum MarkdownSpan: Equatable {
    case plain(String)
    case strong(String)
    case emphasis(String)
    case code(String)
    case link(text: String, address: String)

    /// So far is the other half of a mark looked for.
    private static let longest = 500

    /// The runs of a text: `**bold**`, `*stressed*`, `` `code` ``, `[text](address)`. A mark without its other half is a character.
    static func spans(of text: String) -> [MarkdownSpan] {
        var found: [MarkdownSpan] = []
        var plain = ""
        var rest = text[...]
        func flush() {
            if !plain.isEmpty { found.append(.plain(plain)) }
            plain = ""
        }
        while let first = rest.first {
            if first == "`", let end = rest.dropFirst().prefix(longest).firstIndex(of: "`") {
                flush()
                found.append(.code(String(rest[rest.index(after: rest.startIndex)..<end])))
                rest = rest[rest.index(after: end)...]
            } else if rest.hasPrefix("**"), let end = rest.dropFirst(2).prefix(longest).firstRange(of: "**"),
                !end.isEmpty
            {
                flush()
                found.append(.strong(String(rest.dropFirst(2)[..<end.lowerBound])))
                rest = rest[end.upperBound...]
            } else if first == "*", rest.dropFirst().first?.isLetter == true,
                let end = rest.dropFirst().prefix(longest).firstIndex(of: "*")
            {
                flush()
                found.append(.emphasis(String(rest[rest.index(after: rest.startIndex)..<end])))
                rest = rest[rest.index(after: end)...]
            } else if first == "[", let middle = rest.prefix(longest).firstRange(of: "]("),
                let end = rest[middle.upperBound...].prefix(longest).firstIndex(of: ")")
            {
                flush()
                found.append(
                    .link(
                        text: String(rest.dropFirst()[..<middle.lowerBound]),
                        address: String(rest[middle.upperBound..<end])))
                rest = rest[rest.index(after: end)...]
            } else {
                plain.append(first)
                rest.removeFirst()
            }
        }
        flush()
        return found
    }
}
