import CShim
import Namespaces
import SystemPackage

/// Bringing containers (back) to life.
extension Lifecycle {
    /// To be called before anything else by a command that starts these: see ``OwnProgram``. Throws `KernelError`.
    public func protectProgram(starting references: [String]) throws {
        for reference in references { try (try? store.find(reference))?.record.request.protectProgram() }
    }

    /// Starts each container that does not run, detached.
    public func start(_ references: [String]) -> [Result<Void, any Error>] {
        each(references) { container in
            guard try checkStartable(container) else { return }
            let (process, hold, failed) = try preparation(container)
            try process.launch(.init(), hold: hold, failed: failed).close()
        }
    }

    /// Starts one container and is attached to it until its end, or until the detach keys are typed. Returns the exit code.
    public func startAttached(_ reference: String, readsInput: Bool, detachKeys: DetachKeys?) throws -> Int32 {
        let container = try store.find(reference)
        let request = container.record.request
        guard try checkStartable(container) else {
            return try attach(reference, readsInput: readsInput, detachKeys: detachKeys)
        }
        let (process, hold, failed) = try preparation(container)
        let size = AttachClient.size
        let signals = try SignalQueue()
        let connection = try process.launch(
            .init(isAttached: true, rows: size.rows, columns: size.columns), hold: hold, failed: failed)
        let manner = AttachClient.Manner(
            readsInput: readsInput && request.interactive, isTerminal: request.terminal,
            detachKeys: detachKeys ?? .standard)
        return try AttachClient(connection, manner, signals: signals).run().exitCode
    }

    /// Stops each container that runs, and starts it again where it was, on the network that it has.
    public func restart(_ references: [String], seconds: Int? = nil) -> [Result<Void, any Error>] {
        each(references) { container in
            try restart(container, seconds: seconds)
            store.tell(.restart, of: container.record)
        }
    }

    private func restart(_ container: Container, seconds: Int?) throws {
        let id = container.record.id
        if container.record.request.isPassing {
            throw ContainerConflict(
                "container \(container.record.name) runs in the foreground with --rm: its end removes it")
        }
        if container.isHeld {
            // The last word counts; and the process that is there when it is said.
            let record = try store.update(id) { record in
                record.state.isRestartRequested = true
                record.state.isStopRequested = false
            }
            let before = record.state.started
            try stop(toRestart: Container(record: record, isHeld: true), seconds: seconds)
            // Its own supervisor starts it again; one in the foreground ends with it.
            while try store.isHeld(id) {
                let record = try store.record(id)
                if let state = record?.state, state.started != before, !state.isRestartRequested { return }
                usleep(2000)
            }
        }
        try start([id])[0].get()
    }

    private func stop(toRestart container: Container, seconds: Int?) throws {
        guard let process = container.isRunning ? try? process(of: container) : nil else {
            return nudge(container.record.id)
        }
        let configuration = try? ContainerConfiguration(container.record.request)
        let signal = configuration?.stopSignal ?? SIGTERM
        try process.signal(signal)
        store.tell(.kill(signal: signal), of: container.record)
        let seconds = seconds ?? configuration?.stopTimeout ?? 10
        var ended = pollfd(fd: process.descriptor, events: Int16(POLLIN), revents: 0)
        let wait = seconds < 0 ? -1 : Moment.milliseconds(until: .after(seconds: Double(seconds)))
        if poll(&ended, 1, wait) == 0 { try process.signal(SIGKILL) }
    }

    /// Whether there is something to start; Docker's word for what cannot be.
    private func checkStartable(_ container: Container) throws -> Bool {
        if container.state == .paused {
            throw ContainerConflict("cannot start a paused container, try unpause instead")
        }
        return !container.isHeld
    }

    private typealias Preparation = (
        process: SupervisorProcess, hold: (Stage) throws -> HeldContainer, failed: (HeldContainer, String) -> Void
    )

    private func preparation(_ container: Container) throws -> Preparation {
        let record = container.record
        let start = ContainerStart(
            configuration: try ContainerConfiguration(record.request), store: store, voices: voices)
        let ground = try start.ground(kept: KeptNetwork.found(for: record, store))
        let store = store
        return (
            SupervisorProcess(start: start, ground: ground),
            { _ in
                guard let held = try HeldContainer.existing(record.id, store) else {
                    throw ContainerConflict("container \(record.name) is being started by somebody else")
                }
                try store.update(record.id) { record in
                    record.state.isStopRequested = false
                    record.state.isRestartRequested = false
                    record.state.restarts = 0
                }
                return held
            },
            { held, text in
                let code: Int32 = text.isEmpty ? 0 : 128
                try? ContainerEnd(id: held.id, store: store).fail(code: code, text)
            }
        )
    }
}
