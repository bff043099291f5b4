import Namespaces

/// The kernel's rule for names of interfaces (dev_valid_name, IFNAMSIZ), without what nft(8) reads as more than a letter.
enum InterfaceName {
    /// At most 15 bytes, no `/`, `:` or white space, not `.` or `..`, no `"`, `*` or `\`; throws a sentence that names
    /// `what`.
    @discardableResult
    static func parse(_ text: String, what: String) throws(UsageError) -> String {
        let problem: String? =
            if text.isEmpty {
                "is empty"
            } else if text.utf8.count > 15 {
                "is longer than 15 bytes"
            } else if text == "." || text == ".." {
                "is a directory's"
            } else if text.unicodeScalars.contains(where: {
                "/:%\"*\\".unicodeScalars.contains($0) || $0.properties.isWhitespace
                    || $0.properties.generalCategory == .control
            }) {
                "contains a character that names of interfaces cannot have"
            } else {
                nil
            }
        if let problem { throw UsageError("invalid \(what) \(text.goQuoted): the name \(problem)") }
        return text
    }
}
