/// Text on as many lines as it takes, in English and in Chinese, which may be broken between any two characters.
enum TextFlow {
    /// Lines that begin with `first`, those after it `indent` columns in.
    static func lines(
        _ text: String, after first: StyledText = StyledText(), width: Int, indent: Int,
        _ look: StyledText.Look = .plain
    ) -> [StyledText] {
        lines(atoms(of: text, look), after: first, width: width, indent: indent)
    }

    /// What cannot be broken: a word, or a single character of a script without blanks.
    struct Atom: Equatable {
        var text: StyledText
        /// Whether a blank stands before it, unless a line begins with it.
        var hasBlank: Bool
    }

    static func lines(
        _ atoms: [Atom], after first: StyledText = StyledText(), width: Int, indent: Int
    ) -> [StyledText] {
        var lines: [StyledText] = []
        var line = first
        var isEmpty = true
        for atom in atoms {
            let blank = atom.hasBlank && !isEmpty ? 1 : 0
            if line.width + blank + atom.text.width > max(width, indent + 8), !isEmpty || line.width > indent {
                lines.append(line)
                line = StyledText(String(repeating: " ", count: indent))
                isEmpty = true
            }
            if atom.hasBlank, !isEmpty {
                // One look for words that have the same saves half of the escape sequences.
                let look = line.pieces.last?.look
                line.append(" ", look == atom.text.pieces.first?.look ? look ?? .plain : .plain)
            }
            line.append(atom.text)
            isEmpty = false
        }
        return lines + [line]
    }

    /// The atoms of a text, its marks for bold and code shown as looks; or with code as it is written, in one atom.
    static func atoms(of text: String, _ look: StyledText.Look = .plain, keepingCode: Bool = false) -> [Atom] {
        var atoms: [Atom] = []
        var hasBlank = false
        var isGlued = false
        func add(_ word: String, _ look: StyledText.Look) {
            if isGlued, !atoms.isEmpty, !hasBlank {
                atoms[atoms.count - 1].text.append(word, look)
            } else {
                atoms.append(Atom(text: StyledText(word, look), hasBlank: hasBlank))
            }
            hasBlank = false
        }
        for span in MarkdownSpan.spans(of: text) {
            switch span {
            case .code(let code) where keepingCode:
                add("`\(code)`", look)
                isGlued = true
            case .code(let code):
                for (index, word) in code.split(separator: " ").enumerated() {
                    if index > 0 { (hasBlank, isGlued) = (true, false) }
                    add(String(word), look == .plain ? .accent : look)
                    isGlued = true
                }
            case .plain(let text), .strong(let text), .emphasis(let text), .link(let text, _):
                let own: StyledText.Look =
                    switch span {
                    case .strong, .emphasis: .bold
                    default: look
                    }
                var word = ""
                func flush() {
                    if !word.isEmpty { add(word, own) }
                    isGlued = isGlued || !word.isEmpty
                    word = ""
                }
                for character in text {
                    if character.isWhitespace {
                        flush()
                        (hasBlank, isGlued) = (true, false)
                    } else if character.unicodeScalars.first?.isWide == true {
                        flush()
                        // Punctuation does not begin a line.
                        isGlued = "，。；：！？、）》”’".contains(character)
                        add(String(character), own)
                        isGlued = "（《“‘".contains(character)
                    } else {
                        word.append(character)
                    }
                }
                flush()
                if case .link(_, let address) = span { add(" <\(address)>", .faint) }
            }
        }
        return atoms
    }
}
