import Namespaces

extension JSONValue {
    /// As Go's `%v` prints it: strings bare, `[a b]`, `map[k:v]` in the order of the keys, `<no value>` for null.
    var goText: String {
        switch self {
        case .null: "<no value>"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .number(let value): Self.text(of: value)
        case .string(let text): text
        case .array(let items): "[" + items.map(\.nestedGoText).joined(separator: " ") + "]"
        case .object(let members):
            "map["
                + members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { "\($0.key):\($0.value.nestedGoText)" }.joined(separator: " ") + "]"
        }
    }

    /// Inside a list or map Go says `<nil>`.
    private var nestedGoText: String { self == .null ? "<nil>" : goText }

    fileprivate var isNumber: Bool {
        switch self {
        case .integer, .unsigned, .number: true
        default: false
        }
    }

    /// The Go type that such a value decodes to.
    var goType: String {
        switch self {
        case .null: "nil"
        case .bool: "bool"
        case .integer, .unsigned: "int"
        case .number: "float64"
        case .string: "string"
        case .array: "[]interface {}"
        case .object: "map[string]interface {}"
        }
    }
}

/// Go's `fmt.Sprintf`, as far as templates use it: `%s %v %d %t %q %x %f %%` with `-`, a width and a precision.
enum GoFormat {
    /// The first argument is the format.
    static func text(_ arguments: [JSONValue]) throws(UsageError) -> String {
        guard case .string(let format)? = arguments.first else {
            throw UsageError("wrong number of args for printf: want at least 1 got \(arguments.count)")
        }
        var rest = format.unicodeScalars[...]
        var values = arguments.dropFirst()
        var result = ""
        while let percent = rest.firstIndex(of: "%") {
            result += String(rest[..<percent])
            rest = rest[rest.index(after: percent)...]
            let flags = rest.prefix { $0 == "-" || $0 == "0" || $0 == "+" }
            rest = rest[flags.endIndex...]
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest[digits.endIndex...]
            var precision: Int?
            if rest.first == "." {
                rest.removeFirst()
                let fraction = rest.prefix { ("0"..."9").contains($0) }
                rest = rest[fraction.endIndex...]
                precision = min(Int(String(fraction)) ?? 0, 1000)
            }
            guard let verb = rest.popFirst() else { return result + "%!(NOVERB)" }
            if verb == "%" {
                result += "%"
                continue
            }
            guard let value = values.popFirst() else {
                result += "%!\(verb)(MISSING)"
                continue
            }
            // A width beyond this is a slip, and would only fill the memory.
            let width = min(Int(String(digits)) ?? 0, 1000)
            let text = verbatim(value, verb, precision)
            result += pad(text, to: width, flags: flags, isNumber: value.isNumber)
        }
        return result + String(rest)
    }

    private static func fixed(_ number: Double, digits: Int) -> String {
        let digits = min(digits, 15)
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        guard let scaled = Int64(exactly: (abs(number) * scale).rounded()) else { return "\(number)" }
        let whole = "\(number < 0 ? "-" : "")\(scaled / Int64(scale))"
        return digits == 0 ? whole : "\(whole).\(Int(scaled % Int64(scale)).padded(digits))"
    }

    private static func pad(
        _ text: String, to width: Int, flags: Substring.UnicodeScalarView, isNumber: Bool
    ) -> String {
        let missing = max(0, width - text.unicodeScalars.count)
        if flags.contains("-") { return text + String(repeating: " ", count: missing) }
        guard flags.contains("0"), isNumber else { return String(repeating: " ", count: missing) + text }
        let sign = text.hasPrefix("-") ? "-" : ""
        return sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
    }

    private static func verbatim(_ value: JSONValue, _ verb: Unicode.Scalar, _ precision: Int?) -> String {
        switch (verb, value) {
        case ("s", .string(let text)), ("v", .string(let text)):
            String(String.UnicodeScalarView(text.unicodeScalars.prefix(precision ?? .max)))
        case ("f", .number(let number)): fixed(number, digits: precision ?? 6)
        case ("x", .string(let text)): text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        case ("v", _), ("s", .string), ("d", .integer), ("t", .bool), ("s", .array), ("s", .object): value.goText
        case ("q", .string(let text)): text.goQuoted
        case ("x", .integer(let number)): String(number, radix: 16)
        default: "%!\(verb)(\(value.goType)=\(value.goText))"
        }
    }
}
