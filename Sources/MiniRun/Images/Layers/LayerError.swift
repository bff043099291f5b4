import Namespaces
import SystemPackage

/// A layer that is refused, or cannot be unpacked.
public struct LayerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name of the entry at fault, as the archive has it; nil when it is the archive itself.
    public let entry: String?
    /// What is wrong with it.
    public let reason: String
    /// The kernel's answer, where it refused: `.noSpace` for a full disk.
    public let errno: Errno?

    init(_ reason: String, entry: String? = nil, errno: Errno? = nil) {
        self.entry = entry
        self.reason = reason
        self.errno = errno
    }

    /// The kernel's answer to something that was done for an entry: `set the owner: operation not permitted`. Nothing is said
    /// of the making itself.
    init(kernel errno: Errno, _ operation: String? = nil) {
        let words = KernelError.words(errno)
        self.init(operation.map { "\($0): \(words)" } ?? words, errno: errno)
    }

    /// The same of an entry, where none is named yet.
    func of(_ path: [UInt8]) -> LayerError {
        guard entry == nil else { return self }
        return LayerError(reason, entry: String(decoding: path, as: UTF8.self), errno: errno)
    }

    /// `layer entry "etc/passwd": it leads out of the layer`. A name has no control characters in it any more.
    public var description: String {
        guard let entry else { return "layer: \(reason)" }
        let shown = entry.utf8.count > 300 ? String(entry.unicodeScalars.prefix(300)) + "..." : entry
        return "layer entry \(shown.goQuoted): \(reason)"
    }
}
