import CShim
import SystemPackage

extension Stage {
    /// The process that an earlier step spawned. Throws ``KernelError``, that `what` cannot be done without it.
    package func process(for what: @autoclosure () -> String) throws(KernelError) -> SpawnedProcess {
        guard let process = resource(SpawnedProcess.self) else { throw KernelError(what(), .noSuchProcess) }
        return process
    }
}

/// A process between its clone and its end, as its parent holds it. ``SpawnStep`` leaves it on the stage.
///
/// The order of calls: ``send(_:to:)`` for each mount it waits for, ``waitUntilReady(report:)``, ``release()``,
/// ``waitForExec(report:)``, then ``wait()`` (or poll ``pidfd`` and ``reap()``).
public final class SpawnedProcess {
    /// Its process id in the caller's pid namespace.
    public let pid: pid_t
    /// What it runs, for the names of failed operations.
    public let program: ChildProgram
    private let pidfdOwner: OwnedDescriptor
    private let channelOwner: OwnedDescriptor
    private var master: CInt = -1
    private var exit: ProcessExit?
    private var namespaces: [NamespaceKind: NamespaceHandle] = [:]

    init(
        pid: pid_t, pidfd: consuming OwnedDescriptor, channel: consuming OwnedDescriptor, program: ChildProgram
    ) {
        self.pid = pid
        self.program = program
        pidfdOwner = pidfd
        channelOwner = channel
    }

    deinit {
        if master >= 0 { close(master) }
    }

    /// Becomes readable when the process has ended. Borrowed.
    public var pidfd: CInt { pidfdOwner.rawValue }

    /// Where it reports; readable when there is something for ``waitForExec(report:)``. Borrowed.
    public var channel: CInt { channelOwner.rawValue }

    /// A namespace it is in, opened once and kept.
    public func namespace(_ kind: NamespaceKind) throws(KernelError) -> NamespaceHandle {
        if let known = namespaces[kind] { return known }
        let handle = try NamespaceHandle(kind, of: pid)
        namespaces[kind] = handle
        return handle
    }

    /// Hands a detached mount (or any descriptor) to the place where the child waits for it. It stays the caller's.
    public func send(_ descriptor: CInt, to slot: MountSlot) throws(KernelError) {
        try send(
            minirun_message(kind: MINIRUN_MESSAGE_DESCRIPTOR.rawValue, index: slot.index, value: 0), descriptor,
            "hand a mount to the container")
    }

    /// The id maps are written: the child may begin. ``SpawnStep`` calls it.
    func go() throws(KernelError) {
        try send(
            minirun_message(kind: MINIRUN_MESSAGE_GO.rawValue, index: 0, value: 0), -1, "start the container's set-up")
    }

    /// Everything around the child is in place: it drops what it may not keep and executes the command.
    public func release() throws(KernelError) {
        try send(
            minirun_message(kind: MINIRUN_MESSAGE_RELEASE.rawValue, index: 0, value: 0), -1, "release the container")
    }

    private func send(_ message: minirun_message, _ descriptor: CInt, _ what: String) throws(KernelError) {
        let result = minirun_send(channel, message, descriptor)
        // A child that failed has closed its side; its own report, still in the queue, is the better error.
        if result < 0 && result != -EPIPE && result != -ECONNRESET {
            throw KernelError(what, Errno(rawValue: -result))
        }
    }

    /// Waits until the child reports that only the last part, after ``release()``, is left.
    ///
    /// `report` hears of each finished operation when the spawn asked for it.
    /// Throws a ``ChildFailure`` when it could not get there.
    public func waitUntilReady(report: (Int) -> Void = { _ in }) throws {
        while true {
            switch try next() {
            case .done(let index): report(index)
            case .ready: return
            case .end: throw ChildFailure(operation: nil, index: -1, errno: .noSuchProcess)
            }
        }
    }

    /// Waits until the command runs; throws a ``ChildFailure`` when it cannot.
    public func waitForExec(report: (Int) -> Void = { _ in }) throws {
        while true {
            switch try next() {
            case .done(let index): report(index)
            case .ready: continue
            case .end: return
            }
        }
    }

    private enum Report {
        case done(Int)
        case ready
        case end
    }

    private func next() throws -> Report {
        while true {
            var message = minirun_message()
            var descriptor: CInt = -1
            let result = minirun_receive(channel, &message, &descriptor)
            if result == 0 { return .end }
            // The child went with a message of ours unread. The error is told once; its own last words follow.
            if result == -ECONNRESET { continue }
            if result < 0 { throw KernelError("hear from the container", Errno(rawValue: -result)) }
            switch message.kind {
            case MINIRUN_MESSAGE_DONE.rawValue:
                return .done(Int(message.index))
            case MINIRUN_MESSAGE_READY.rawValue:
                return .ready
            case MINIRUN_MESSAGE_CONSOLE.rawValue:
                if master >= 0 { close(master) }
                master = descriptor
            case MINIRUN_MESSAGE_FAILED.rawValue:
                let index = Int(message.index)
                throw ChildFailure(
                    operation: program.operations.indices.contains(index) ? program.operations[index] : nil,
                    index: index, errno: Errno(rawValue: message.value))
            default:
                if descriptor >= 0 { close(descriptor) }
            }
        }
    }

    /// The master side of its terminal, once; it came before ``waitUntilReady(report:)`` returned. The caller owns it.
    public func takeConsole() -> OwnedDescriptor? {
        guard master >= 0 else { return nil }
        defer { master = -1 }
        return OwnedDescriptor(owning: master)
    }

    /// Sends a signal; a process that is gone is no error.
    public func signal(_ number: CInt) throws(KernelError) {
        let result = minirun_pidfd_signal(pidfd, number)
        if result < 0 && result != -ESRCH {
            throw KernelError("send signal \(number) to process \(pid)", Errno(rawValue: -result))
        }
    }

    /// Waits for its end.
    public func wait() throws(KernelError) -> ProcessExit {
        while true {
            if let exit = try reap(WEXITED) { return exit }
        }
    }

    /// How it ended; nil while it runs.
    public func reap() throws(KernelError) -> ProcessExit? {
        try reap(WEXITED | WNOHANG)
    }

    private func reap(_ options: CInt) throws(KernelError) -> ProcessExit? {
        if let exit { return exit }
        var code: CInt = 0
        let result = minirun_pidfd_wait(pidfd, options, &code)
        if result == -EINTR { return nil }
        if result < 0 { throw KernelError("wait for process \(pid)", Errno(rawValue: -result)) }
        if result == 0 { return nil }
        exit = result == CLD_EXITED ? .exited(code) : .signaled(code)
        return exit
    }

    /// Ends it, whatever it does, and waits for it. Safe to call twice.
    public func kill() throws(KernelError) {
        if exit != nil { return }
        try signal(SIGKILL)
        _ = try wait()
    }
}
