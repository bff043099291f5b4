import SystemPackage

/// What made the child end before it was the workload.
public struct ChildFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The operation that failed; nil when the child died without a word (killed, or its parent's side closed).
    public var operation: ChildOperation?
    /// Its place in the program; -1 when there is none.
    public var index: Int
    /// The kernel's error number.
    public var errno: Errno

    /// Whether the command itself could not be invoked; exit code 127 or 126 by ``isNotFound``, not 125.
    public var isExec: Bool {
        if case .exec = operation { return true }
        return false
    }

    /// Whether there is no such command.
    public var isNotFound: Bool { isExec && (errno == .noSuchFileOrDirectory || errno == .notDirectory) }

    /// 127: no such command; 126: it cannot be invoked; 125: anything before.
    public var exitCode: Int32 { isNotFound ? 127 : isExec ? 126 : 125 }

    /// `mount proc on /proc: operation not permitted (hint)`.
    public var description: String {
        guard let operation else { return "the container's first process died before it could start the command" }
        return KernelError(operation.summary, errno, hint: operation.hint(for: errno)).description
    }
}
