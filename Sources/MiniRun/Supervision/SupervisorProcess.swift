import CShim
import Namespaces
import SystemPackage

/// The process that a container's supervisor lives in: a copy of the one that was asked to start the container, in a session
/// of its own.
///
/// It keeps its maker's standard error until the container runs, so that warnings and `--explain` come out where they are
/// read, and has nothing of it afterwards. How the start went it says on a control connection, by which its maker may also
/// be attached from the beginning.
struct SupervisorProcess {
    let start: ContainerStart
    let ground: ContainerStart.Ground

    /// How the maker wants to go on.
    struct Wishes {
        /// Whether it sees the output.
        var isAttached = false
        /// The size of its terminal; 0 without one.
        var rows: UInt16 = 0
        /// Likewise.
        var columns: UInt16 = 0
    }

    /// Starts the supervisor; `hold` takes the container, in the new process, and pushes what a failed start takes back.
    /// Returns once the container runs. Throws `RunFailure`, whose sentence has been said already when it is empty.
    func launch(
        _ wishes: Wishes, hold: (Stage) throws -> HeldContainer, failed: (HeldContainer, String) -> Void = { _, _ in }
    ) throws -> ControlConnection {
        let (ours, theirs) = try ControlConnection.pair()
        let pid = minirun_fork()
        guard pid >= 0 else { throw KernelError("start a supervisor", Errno(rawValue: -pid)) }
        if pid == 0 {
            ours.close()
            _exit(supervise(theirs, wishes, hold, failed))
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

    private func supervise(
        _ front: ControlConnection, _ wishes: Wishes, _ hold: (Stage) throws -> HeldContainer,
        _ failed: (HeldContainer, String) -> Void
    ) -> Int32 {
        setsid()
        // Whoever reads is gone, or a limit on the size of files is reached: answers, no reasons to die.
        [SIGPIPE, SIGXFSZ].forEach(minirun_ignore_signal)
        Self.closeInherited()
        let null = minirun_open("/dev/null", O_RDWR, 0)
        for stream: CInt in [0, 1] { dup2(null, stream) }
        // The directory that the user stands in shall stay removable.
        _ = chdir("/")
        let stage = Stage()
        var held: HeldContainer?
        do {
            let container = try hold(stage)
            held = container
            let supervisor = try DetachedSupervisor(container, start: start, stage: stage)
            supervisor.size = (wishes.rows, wishes.columns)
            try supervisor.run(on: ground) {
                front.send(.started)
                dup2(null, 2)
                if null > 2 { close(null) }
                if wishes.isAttached { supervisor.adopt(front) } else { front.close() }
            }
            return 0
        } catch {
            stage.unwindTellingFailures()
            StandardError.write("minirun: \(error)\n")
            if let held { failed(held, "\(error)") }
            front.send(.failed(code: (error as? RunFailure)?.exitCode ?? 125))
            return 1
        }
    }
}
