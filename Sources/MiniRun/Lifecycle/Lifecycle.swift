import CShim
import Namespaces
import SystemPackage

/// What is done to containers that exist. Each act sweeps first, so that a container whose supervisor was killed is seen as
/// what it is; each works without a daemon, on the record, on the processes, and on the supervisor's socket.
public struct Lifecycle {
    let store: ContainerStore
    let voices: ExplainVoices?
    private let held: Set<String>

    /// Every container there is.
    func all() throws -> [Container] { try store.containers(all: true, held: held) }

    /// The containers of this store. Throws `UsageError` without privilege, and `KernelError` from sweeping.
    public init(_ paths: StatePaths, explain voices: ExplainVoices? = nil) throws {
        store = ContainerStore(paths)
        self.voices = voices
        try Privilege.check()
        held = try Sweep(store).run()
    }

    /// Does something to each of several containers, goes on past those for which it fails, and returns what it came to for
    /// each, in order.
    func each<Value>(_ references: [String], _ act: (Container) throws -> Value) -> [Result<Value, any Error>] {
        var ids: [String]?
        return references.map { reference in
            Result {
                try act(
                    store.find(reference) {
                        let all = try ids ?? store.ids()
                        ids = all
                        return all
                    })
            }
        }
    }

    /// Tells a container's supervisor that its record says something new; nobody may be there to hear it.
    func nudge(_ id: String) {
        guard let connection = try? ControlConnection.to(store.paths.control(id)) else { return }
        connection.send(.reconsider)
    }

    /// The first process of a container that runs, by a descriptor that cannot come to mean another one. Throws
    /// `ContainerConflict` when it does not run.
    func process(of container: Container) throws -> RunningProcess {
        guard container.isRunning, let identity = container.record.process, let process = try RunningProcess(identity)
        else { throw ContainerConflict(notRunning: container.record.id) }
        return process
    }
}

/// A process of another's making, held by its pidfd.
final class RunningProcess {
    /// Readable when it has ended. Borrowed.
    var descriptor: CInt { pidfd.rawValue }
    private let pidfd: OwnedDescriptor

    /// Nil when it has ended. Throws `KernelError`.
    init?(_ identity: ProcessIdentity) throws(KernelError) {
        let number = pidfd_open(identity.pid, 0)
        guard number >= 0 else {
            let error = Errno.current
            if error == .noSuchProcess { return nil }
            throw KernelError("look at process \(identity.pid)", error)
        }
        pidfd = OwnedDescriptor(owning: number)
        // Looked at once the descriptor is there: from here on the number cannot come to mean somebody else.
        guard identity.isAlive else { return nil }
    }

    /// Whether it has ended.
    var hasEnded: Bool {
        var ended = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&ended, 1, 0) != 0
    }

    /// Sends a signal; a process that is gone is no error.
    func signal(_ number: CInt) throws(KernelError) {
        let result = minirun_pidfd_signal(descriptor, number)
        if result < 0 && result != -ESRCH { throw KernelError("send signal \(number)", Errno(rawValue: -result)) }
    }
}
