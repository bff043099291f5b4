import CShim
import Namespaces
import SystemPackage

/// A process of minirun's own that goes on behind the one that the user started: a copy of it, in a session of its own.
///
/// It keeps its maker's standard error until it says that it has started, so that warnings and `--explain` come out where
/// they are read, and has nothing of it afterwards.
enum BackgroundProcess {
    /// The way back to the maker.
    final class Front {
        /// Where the maker listens.
        let connection: ControlConnection
        private let null: CInt

        fileprivate init(_ connection: ControlConnection) {
            self.connection = connection
            null = minirun_open("/dev/null", O_RDWR, 0)
            for stream: CInt in [0, 1] { dup2(null, stream) }
        }

        /// What it was made for runs: the maker goes on.
        func hasStarted() {
            connection.send(.started)
            dup2(null, 2)
            if null > 2 { close(null) }
        }
    }

    /// Makes the process, which does `work` and ends with its result. Returns once the work has said that it has started.
    /// Throws `RunFailure`, whose sentence has been said already when it is empty.
    static func launch(_ work: (Front) -> Int32) throws -> ControlConnection {
        let (ours, theirs) = try ControlConnection.pair()
        let pid = minirun_fork()
        guard pid >= 0 else { throw KernelError("start a supervisor", Errno(rawValue: -pid)) }
        if pid == 0 {
            ours.close()
            setsid()
            // Whoever reads is gone, or a limit on the size of files is reached: answers, no reasons to die.
            [SIGPIPE, SIGXFSZ].forEach(minirun_ignore_signal)
            closeInherited()
            let front = Front(theirs)
            // The directory that the user stands in shall stay removable.
            _ = chdir("/")
            _exit(work(front))
        }
        theirs.close()
        while true {
            let (message, isGone) = ours.receive(waits: true)
            switch message {
            case .started: return ours
            case .failed(let code):
                _ = waitpid(pid, nil, 0)
                throw RunFailure(alreadyTold: code)
            case .none where !isGone: continue
            default:
                _ = waitpid(pid, nil, 0)
                throw RunFailure(
                    KernelError("the supervisor ended before the container ran", .noSuchProcess), program: "")
            }
        }
    }

    /// Lets go of what its maker was given by others, a script's pipes for instance: our own descriptors are all
    /// close-on-exec.
    private static func closeInherited() {
        for name in (try? Files.names(in: "/proc/self/fd")) ?? [] {
            guard let number = CInt(name), number > 2, minirun_fcntl(number, F_GETFD, 0) == 0 else { continue }
            _ = CShim.close(number)
        }
    }
}
