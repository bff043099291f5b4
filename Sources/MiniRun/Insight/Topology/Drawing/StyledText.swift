/// Text with looks, as wide as a terminal shows it.
struct StyledText: Equatable {
    /// How a piece looks; the values are those of ECMA-48's SGR.
    enum Look: String {
        case plain = ""
        case faint = "2"
        case bold = "1"
        case router = "1;34"
        case bridge = "1;32"
        case container = "1;33"
        case named = "1;35"
        case accent = "36"
        case warning = "31"
    }

    private(set) var pieces: [(text: String, look: Look)] = []
    private(set) var width = 0

    init() {}
    init(_ text: String, _ look: Look = .plain) { append(text, look) }

    mutating func append(_ text: String, _ look: Look = .plain) {
        guard !text.isEmpty else { return }
        width += TextTable.width(of: text)
        if let last = pieces.last, last.look == look {
            pieces[pieces.count - 1].text += text
        } else {
            pieces.append((text, look))
        }
    }

    mutating func append(_ other: StyledText) { for piece in other.pieces { append(piece.text, piece.look) } }

    /// Blanks up to a width.
    mutating func pad(to width: Int) { append(String(repeating: " ", count: max(0, width - self.width))) }

    /// All of it in one look, of what is nobody's business here.
    func dimmed() -> StyledText { StyledText(pieces.map(\.text).joined(), .faint) }

    /// So much of it as leaves room for `…` where it is wider than that.
    func shortened(to limit: Int) -> StyledText {
        guard width > limit else { return self }
        var result = StyledText()
        for piece in pieces {
            let room = limit - result.width
            guard TextTable.width(of: piece.text) < room else {
                // What follows is left out, so the piece has to end with the sign for that.
                let text = TextTable.shortened(piece.text + "  ", to: room)
                result.append(text.hasSuffix("…") ? text : text + "…", piece.look)
                return result
            }
            result.append(piece.text, piece.look)
        }
        return result
    }

    /// With escape sequences or without.
    func text(colours: Bool) -> String {
        let all = pieces.map { piece in
            colours && piece.look != .plain ? "\u{1b}[\(piece.look.rawValue)m\(piece.text)\u{1b}[0m" : piece.text
        }.joined()
        guard !colours else { return all }
        return String(all.reversed().drop { $0 == " " }.reversed())
    }

    static func == (left: StyledText, right: StyledText) -> Bool {
        left.text(colours: true) == right.text(colours: true)
    }
}

extension StyledText {
    /// Words on as many lines as it takes, those after the first further in. A word that fits no line is cut in two.
    static func wrapped(_ words: [StyledText], width: Int, indent: Int) -> [StyledText] {
        let indent = min(indent, max(0, width - 8))
        var lines: [StyledText] = []
        var line = StyledText()
        var isEmpty = true
        func begin() {
            lines.append(line)
            line = StyledText(String(repeating: " ", count: indent))
            isEmpty = true
        }
        for word in words where word.width > 0 {
            if !isEmpty, line.width + 1 + word.width > width { begin() }
            if !isEmpty { line.append(" ") }
            var rest = word
            while line.width + rest.width > width {
                let (head, tail) = rest.split(at: width - line.width)
                line.append(head)
                begin()
                rest = tail
            }
            line.append(rest)
            isEmpty = false
        }
        return lines + (isEmpty ? [] : [line])
    }

    /// As much as fits a width, and the rest; never nothing.
    private func split(at limit: Int) -> (StyledText, StyledText) {
        var head = StyledText()
        var tail = StyledText()
        for piece in pieces {
            for character in piece.text {
                let text = String(character)
                let fits = tail.width == 0 && head.width + TextTable.width(of: text) <= max(limit, 2)
                if fits { head.append(text, piece.look) } else { tail.append(text, piece.look) }
            }
        }
        return (head, tail)
    }
}

extension [StyledText] {
    /// The lines, each with its end.
    func text(colours: Bool) -> String { map { $0.text(colours: colours) + "\n" }.joined() }
}
