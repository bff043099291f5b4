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

    /// Stops each container that runs, all at once, and starts it again where it was, on the network that it has.
    public func restart(_ references: [String], seconds: Int? = nil) -> [Result<Void, any Error>] {
        let asked = each(references) { container in
            if container.record.request.isPassing {
                throw ContainerConflict(
                    "container \(container.record.name) runs in the foreground with --rm: its end removes it")
            }
            return try ask(container, for: .restart, Ending(of: container, seconds: seconds))
        }
        awaitEnds(of: asked.compactMap { try? $0.get() })
        return asked.map { result in
            Result {
                let asked = try result.get()
                try awaitRestart(of: asked)
                store.tell(.restart, of: asked.container.record)
            }
        }
    }

    /// Its own supervisor starts it again; one in the foreground ends with it, and one that did not run has none.
    private func awaitRestart(of asked: AskedContainer) throws {
        var end = Moment.after(seconds: Self.patience)
        while try store.isHeld(asked.id) {
            let now = try store.container(asked.id)
            let state = now.record.state
            if state.wish == .stop || state.started != asked.container.record.state.started && state.wish != .restart {
                return
            }
            if end.hasCome {
                try endSupervisor(of: now, isForced: false)
                end = .after(seconds: Self.patience)
            }
            usleep(2000)
        }
        try start([asked.id])[0].get()
    }

    /// Whether there is something to start; Docker's word for what cannot be.
    private func checkStartable(_ container: Container) throws -> Bool {
        if container.state == .paused {
            throw ContainerConflict("cannot start a paused container, try unpause instead")
        }
        return !container.isHeld
    }

    private typealias Preparation = (
        process: SupervisorProcess, hold: (Stage) throws -> HeldContainer, failed: (HeldContainer, any Error) -> Void
    )

    private func preparation(_ container: Container) throws -> Preparation {
        let record = container.record
        let start = ContainerStart(
            configuration: try ContainerConfiguration(record.request), store: store, voices: voices,
            image: record.image)
        let ground = try start.ground(kept: KeptNetwork.found(for: record.id, store))
        let store = store
        return (
            SupervisorProcess(start: start, ground: ground),
            { _ in
                guard let held = try HeldContainer.existing(record.id, store) else {
                    throw ContainerConflict("container \(record.name) is being started by somebody else")
                }
                try store.update(record.id) { record in
                    record.state.wish = .none
                    record.state.restarts = 0
                    // After a reboot nobody has cleared them away.
                    (record.exposures, record.plugs) = ([], [])
                }
                return held
            },
            { held, error in
                // 126 and 127 are the command's own; of anything else Docker says 128.
                let code = (error as? RunFailure)?.exitCode ?? 125
                try? ContainerEnd(id: held.id, store: store).fail(code: code == 125 ? 128 : code, "\(error)")
            }
        )
    }
}
