extension String {
    /// The text in a buffer that C has filled: up to the first NUL, or all of it.
    package init(untilNul buffer: some Sequence<CChar>) {
        self.init(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The text before the first `separator`, and what follows it; nil when there is none.
    package func cut(_ separator: Character) -> (String, String?) {
        // By scalars: a combining mark behind the separator must not hide it inside one grapheme.
        guard let mark = separator.unicodeScalars.first, let index = unicodeScalars.firstIndex(of: mark) else {
            return (self, nil)
        }
        return (String(unicodeScalars[..<index]), String(unicodeScalars[unicodeScalars.index(after: index)...]))
    }

    /// The parts between `separator`, empty ones too; by scalars, as `cut` does it.
    package func parts(_ separator: Unicode.Scalar) -> [String] {
        unicodeScalars.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }

    /// Whether the text starts with these bytes. `hasPrefix` compares whole graphemes: to it `/` with a combining mark
    /// behind it is no slash, but to the kernel it is.
    package func begins(with start: String) -> Bool { utf8.starts(with: start.utf8) }

    /// The text in double quotes, escaped as Go's `%q` does it: Docker quotes offending values this way.
    package var goQuoted: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{7}": text += "\\a"
            case "\u{8}": text += "\\b"
            case "\u{b}": text += "\\v"
            case "\u{c}": text += "\\f"
            default: text += scalar.isPrintable ? String(scalar) : scalar.goEscape
            }
        }
        return text + "\""
    }

    /// Without the leading and trailing characters that Go's `strings.TrimSpace` removes.
    package var trimmed: String {
        let scalars = unicodeScalars.drop { $0.properties.isWhitespace }
        guard let last = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
        return String(scalars[...last])
    }

    /// The words between runs of white space, as Go's `strings.Fields` finds them.
    package var words: [String] {
        unicodeScalars.split { $0.properties.isWhitespace }.map(String.init)
    }
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool {
        if value < 0x7f { return value >= 0x20 }
        return switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }

    fileprivate var goEscape: String {
        let digits = String(value, radix: 16)
        let (prefix, width) = value < 0x80 ? ("\\x", 2) : value < 0x10000 ? ("\\u", 4) : ("\\U", 8)
        return prefix + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
