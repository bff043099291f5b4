import SystemPackage

/// A system call that failed: what was being done, in the user's words, and the kernel's answer.
public struct KernelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// From the user's object inward: `mount overlay on / (lower /srv/web)`.
    public var operation: String
    /// The kernel's error number.
    public var errno: Errno
    /// What to do next, where the reason is well known.
    public var hint: String?

    /// Describes a failed call whose error number is at hand; ``current(_:)`` takes it from errno.
    public init(_ operation: String, _ errno: Errno, hint: String? = nil) {
        self.operation = operation
        self.errno = errno
        self.hint = hint
    }

    /// The call that has just failed. Takes errno before `operation` is put into words, which may make calls of its own.
    package static func current(_ operation: @autoclosure () -> String) -> KernelError {
        let errno = Errno.current
        return KernelError(operation(), errno)
    }

    /// `operation: kernel's words (hint)`.
    public var description: String {
        let words = "\(operation): \(Self.words(errno))"
        return hint.map { "\(words) (\($0))" } ?? words
    }

    /// The kernel's words for an error number, as they stand in the middle of a sentence: `no such file or directory`.
    public static func words(_ errno: Errno) -> String {
        let text = errno.description
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
