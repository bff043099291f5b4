/// How a process ended.
public enum ProcessExit: Sendable, Hashable {
    /// It called exit.
    case exited(Int32)
    /// A signal ended it.
    case signaled(Int32)

    /// What waitpid(2) says of a process that has ended.
    package init(waitStatus status: CInt) {
        let signal = status & 0x7f
        self = signal == 0 ? .exited(status >> 8 & 0xff) : .signaled(signal)
    }

    /// The shell's convention: the code, or 128 and the signal.
    public var code: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }
}
