import CShim
import Namespaces

/// Takes the ends of all children off the kernel's hands, also of those that were somebody else's: orphans come to pid 1.
final class Reaper: PollParticipant {
    /// The child whose end is waited for.
    var command: pid_t?
    /// What that one ended with; nil as long as it runs.
    private(set) var code: Int32?
    private let queue: SignalQueue

    /// Before there are children. Throws `KernelError`.
    init() throws(KernelError) { queue = try SignalQueue([SIGCHLD]) }

    var interest: [pollfd] { [pollfd(fd: queue.descriptor, events: Int16(POLLIN), revents: 0)] }

    func serve(_ polled: ArraySlice<pollfd>) {
        // One signal may stand for several ends.
        guard !queue.take().isEmpty else { return }
        var status: CInt = 0
        while true {
            let ended = waitpid(-1, &status, WNOHANG)
            guard ended > 0 else { return }
            if ended == command { code = ProcessExit(waitStatus: status).code }
        }
    }
}
