import Namespaces

/// A name by which containers find each other: a container's own, its short id, or an alias of a user's choice. It is
/// registered in the directory of its network.
public enum RegisteredName {
    /// The spellings under which a name is filed: lower-cased, and for letters beyond ASCII the `xn--` form as well.
    ///
    /// Any letters will do. Throws `UsageError` for what DNS or a directory cannot hold: nothing at all, a label without
    /// bytes or with more than 63, more than 253 bytes, a slash, and what cannot be seen.
    public static func keys(of name: String) throws(UsageError) -> [String] {
        let key = name.lowercased()
        func refusal(_ why: String) -> UsageError { UsageError("invalid name \(name.goQuoted): \(why)") }
        guard !key.isEmpty else { throw refusal("it is empty") }
        guard !key.unicodeScalars.contains("/") else { throw refusal("a name has no slash") }
        guard !key.unicodeScalars.contains(where: \.isHidden) else {
            throw refusal("it has a character that cannot be seen")
        }
        let labels = key.parts(".")
        guard labels.allSatisfy({ !$0.isEmpty }) else { throw refusal("there is nothing before or behind a dot") }
        guard labels.allSatisfy({ $0.utf8.count <= 63 }) else {
            throw refusal("it has more than 63 bytes (between two dots)")
        }
        guard key.utf8.count <= 253 else { throw refusal("it has more than 253 bytes") }
        // Where the ASCII form does not fit, nobody can ask for it either.
        guard !key.unicodeScalars.allSatisfy(\.isASCII), let ascii = Punycode.ascii(key), ascii.utf8.count <= 253 else {
            return [key]
        }
        return [key, ascii]
    }
}

extension Unicode.Scalar {
    /// A control character, an end of a line or a paragraph, or what turns the direction of writing.
    fileprivate var isHidden: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        case .format: (0x202a...0x202e).contains(value) || (0x2066...0x2069).contains(value)
        default: false
        }
    }
}
