extension JSONValue {
    /// On one line without blanks: `{"Pid":42}`, as `{{json .}}` gives it.
    public var compact: String { rendered(indent: nil) }

    /// Over several lines, each level indented by four blanks, as `docker inspect` prints it.
    public var pretty: String { rendered(indent: 0) }

    private func rendered(indent: Int?) -> String {
        var text = ""
        print(to: &text, indent)
        return text
    }

    private func print(to text: inout String, _ indent: Int?) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .unsigned(let value): text += String(value)
        case .number(let value): text += Self.text(of: value)
        case .string(let value): text += Self.quote(value)
        case .array(let values):
            Self.print(values, "[", "]", to: &text, indent) { $0.print(to: &$1, $2) }
        case .object(let members):
            Self.print(members, "{", "}", to: &text, indent) { member, text, inner in
                text += Self.quote(member.key)
                text += inner == nil ? ":" : ": "
                member.value.print(to: &text, inner)
            }
        }
    }

    /// Items between brackets, each on a line of its own unless everything stands on one.
    private static func print<Item>(
        _ items: [Item], _ open: String, _ close: String, to text: inout String, _ indent: Int?,
        _ print: (Item, inout String, Int?) -> Void
    ) {
        func newLine(_ indent: Int) {
            text += "\n"
            for _ in 0..<indent { text += "    " }
        }
        text += open
        for (place, item) in items.enumerated() {
            if place > 0 { text += "," }
            if let indent { newLine(indent + 1) }
            print(item, &text, indent.map { $0 + 1 })
        }
        if let indent, !items.isEmpty { newLine(indent) }
        text += close
    }

    /// A number as JSON knows it: there is no infinity and no NaN.
    package static func text(of value: Double) -> String {
        guard value.isFinite else { return "null" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }

    /// A JSON string. `<`, `>` and `&` stay, as in `docker inspect`.
    package static func quote(_ text: String) -> String {
        // Nearly every text: plain ASCII with nothing to escape.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c && $0 < 0x7f }) {
            return "\"" + text + "\""
        }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{c}": result += "\\f"
            // Line separators are legal in JSON and not in JavaScript; Go escapes them, and so do we. Terminals obey C1.
            case "\u{2028}", "\u{2029}", "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
