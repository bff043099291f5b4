import CShim

/// A regular expression for names and ids: the C library's, which costs nothing until it is used.
///
/// People write these filters for Go's regular expressions. What differs in the notation of names (`\d`, `(?i)`, `(?:`) is
/// translated; what is beyond that matches as POSIX says, or makes no expression.
final class Pattern {
    private var compiled = regex_t()

    /// Nil when the text is no regular expression.
    init?(_ text: String) {
        let isCaseBlind = text.utf8.starts(with: "(?i)".utf8)
        let flags = REG_EXTENDED | REG_NOSUB | (isCaseBlind ? REG_ICASE : 0)
        let expression = Self.posix(isCaseBlind ? String(text.dropFirst(4)) : text)
        guard regcomp(&compiled, expression, flags) == 0 else { return nil }
    }

    deinit { regfree(&compiled) }

    /// Whether the expression is found anywhere in the text.
    func matches(_ text: String) -> Bool { regexec(&compiled, text, 0, nil, 0) == 0 }

    /// The POSIX form of Go's notation.
    static func posix(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)[...]
        var result = String.UnicodeScalarView()
        var isInBrackets = false
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\\":
                guard let escaped = scalars.popFirst() else {
                    result.append(scalar)
                    continue
                }
                result += translate(escaped, isInBrackets).unicodeScalars
            case "[" where !isInBrackets:
                isInBrackets = true
                result.append(scalar)
                if scalars.first == "^" { result.append(scalars.removeFirst()) }
                // A bracket that comes first stands for itself.
                if scalars.first == "]" { result.append(scalars.removeFirst()) }
            case "[" where scalars.first == ":":
                // The name of a class: [[:digit:]].
                result.append(scalar)
                while let inner = scalars.popFirst() {
                    result.append(inner)
                    if inner == "]" { break }
                }
            case "]" where isInBrackets:
                isInBrackets = false
                result.append(scalar)
            case "(" where !isInBrackets && scalars.starts(with: ["?", ":"]):
                result.append(scalar)
                scalars = scalars.dropFirst(2)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func translate(_ escaped: Unicode.Scalar, _ isInBrackets: Bool) -> String {
        switch (escaped, isInBrackets) {
        case ("d", false): "[0-9]"
        case ("D", false): "[^0-9]"
        case ("d", true): "0-9"
        case ("w", true): "[:alnum:]_"
        case ("s", true): "[:space:]"
        case ("A", false): "^"
        case ("z", false): "$"
        // Inside brackets a backslash is nothing special; what is special there gets brackets of its own.
        case ("]", true), ("^", true), ("-", true): "[.\(escaped).]"
        case (_, true): String(escaped)
        default: "\\\(escaped)"
        }
    }
}
