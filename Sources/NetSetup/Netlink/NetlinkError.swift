import CShim
import SystemPackage

/// A netlink request that the kernel refused: what was asked, its error number, and its own sentence when it gave one.
public struct NetlinkError: Error, Sendable, Equatable, CustomStringConvertible {
    /// From the user's object inward: `create bridge minirun0`.
    public var asked: String
    /// The error number of the acknowledgement, or of the socket call.
    public var errno: Errno
    /// The text of the extended acknowledgement (NLMSGERR_ATTR_MSG), which most requests get on failure.
    public var sentence: String?
    /// What to do next, where the reason is well known.
    public var hint: String?

    /// Describes a refused request.
    public init(_ asked: String, _ errno: Errno, sentence: String? = nil, hint: String? = nil) {
        self.asked = asked
        self.errno = errno
        self.sentence = sentence
        self.hint = hint
    }

    /// `asked: kernel's words: kernel's sentence (hint)`.
    public var description: String {
        let words = errno.description
        var text = "\(asked): \(words.prefix(1).lowercased() + words.dropFirst())"
        if let sentence { text += ": \(sentence)" }
        if let hint { text += " (\(hint))" }
        return text
    }
}

extension Errno {
    /// ENODEV: no such device, by its name in errno(3); SystemPackage knows it as "operation not supported by device".
    package static var noSuchDevice: Errno { Errno(rawValue: CShim.ENODEV) }
}
