extension JSONValue {
    /// On one line without blanks: `{"Pid":42}`, as `{{json .}}` gives it.
    public var compact: String { rendered(indent: nil) }

    /// Over several lines, each level indented by four blanks, as `docker inspect` prints it.
    public var pretty: String { rendered(indent: 0) }

    private func rendered(indent: Int?) -> String {
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .integer(let value): return "\(value)"
        case .unsigned(let value): return "\(value)"
        case .number(let value): return Self.text(of: value)
        case .string(let value): return Self.quote(value)
        case .array(let values):
            return Self.wrap("[", values.map { $0.rendered(indent: indent.map { $0 + 1 }) }, "]", indent)
        case .object(let members):
            let items = members.map { member in
                let value = member.value.rendered(indent: indent.map { $0 + 1 })
                return Self.quote(member.key) + (indent == nil ? ":" : ": ") + value
            }
            return Self.wrap("{", items, "}", indent)
        }
    }

    private static func wrap(_ open: String, _ items: [String], _ close: String, _ indent: Int?) -> String {
        guard !items.isEmpty else { return open + close }
        guard let indent else { return open + items.joined(separator: ",") + close }
        let outer = String(repeating: "    ", count: indent)
        return open + "\n" + items.map { outer + "    " + $0 }.joined(separator: ",\n") + "\n" + outer + close
    }

    /// A number as JSON knows it: there is no infinity and no NaN.
    static func text(of value: Double) -> String {
        guard value.isFinite else { return "null" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }

    /// A JSON string. `<`, `>` and `&` stay, as in `docker inspect`.
    static func quote(_ text: String) -> String {
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
            // Line separators are legal in JSON and not in JavaScript; Go escapes them, and so do we.
            case "\u{2028}", "\u{2029}", "\u{0}"..."\u{1f}", "\u{7f}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
