/// Text that is no JSON, or JSON that does not say what was expected of it.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, as the end of a sentence: `is missing`, `unexpected end`.
    public var reason: String
    /// The member that is meant, from outside inward: `process.args[2]`; empty for the value itself.
    public var path = ""
    /// Where the text stops being JSON, in bytes from its start; nil for a fault of meaning.
    public var offset: Int?

    /// A value that is not what it should be.
    package init(_ reason: String, path: String = "") {
        self.reason = reason
        self.path = path
    }

    /// A text that is no JSON from this byte on.
    init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The same fault seen from the value that has the faulty one as its member `key`.
    func inside(_ key: String) -> JSONError {
        var error = self
        error.path = path.isEmpty ? key : path.utf8.first == UInt8(ascii: "[") ? key + path : "\(key).\(path)"
        return error
    }

    /// `process.args[2] is no text`, or `unexpected end at byte 17`.
    public var description: String {
        if let offset { return "\(reason) at byte \(offset)" }
        return path.isEmpty ? "it \(reason)" : "\(path) \(reason)"
    }
}
