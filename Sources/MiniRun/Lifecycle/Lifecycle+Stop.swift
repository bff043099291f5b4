import CShim
import Namespaces

/// Bringing containers to an end.
extension Lifecycle {
    /// Asks each container to stop, and ends those that have not after their time: `seconds`, or their own, or 10; negative:
    /// without end. All at once. One that does not run is none the worse for it.
    public func stop(_ references: [String], seconds: Int? = nil, signal: CInt? = nil) -> [Result<Void, any Error>] {
        let ended = end(references) { Ending(of: $0, seconds: seconds, signal: signal) }
        return ended.map { result in
            result.map { container in if container.isHeld { store.tell(.stop, of: container.record) } }
        }
    }

    /// How a container is brought to an end.
    struct Ending {
        var signal: CInt
        var seconds: Int
        /// Whether it has to end, whatever becomes of its supervisor.
        var isForced = false

        init(signal: CInt, seconds: Int, isForced: Bool = false) {
            self.signal = signal
            self.seconds = seconds
            self.isForced = isForced
        }

        /// As the container itself wants it, where nothing else is said.
        init(of container: Container, seconds: Int? = nil, signal: CInt? = nil) {
            let request = container.record.request
            self.init(signal: signal ?? request.signalToStop, seconds: seconds ?? request.secondsToStop)
        }
    }

    /// Brings all of them to an end, each in its way; returns when their supervisors have given everything back. The results
    /// are the containers as they were before.
    func end(_ references: [String], _ way: (Container) -> Ending) -> [Result<Container, any Error>] {
        let begun = each(references) { container in
            try ask(container, for: .stop, way(container))
        }
        awaitEnds(of: begun.compactMap { try? $0.get() })
        let ended = begun.map { result in
            result.flatMap { asked in
                Result {
                    try awaitRelease(after: asked, way)
                    return asked.container
                }
            }
        }
        // A supervisor may have been killed meanwhile.
        _ = try? Sweep(store).run()
        return ended
    }

    /// A container that has been asked.
    final class AskedContainer {
        let container: Container
        let process: RunningProcess?
        var deadline: Moment?
        var id: String { container.record.id }

        init(_ container: Container, process: RunningProcess?, deadline: Moment?) {
            self.container = container
            self.process = process
            self.deadline = deadline
        }
    }

    /// Writes down what is wanted of a container, and sends its process the signal.
    func ask(_ container: Container, for wish: ContainerState.Wish, _ ending: Ending) throws -> AskedContainer {
        guard container.isHeld else { return AskedContainer(container, process: nil, deadline: nil) }
        let record = try store.update(container.record.id) { $0.state.wish = wish }
        // The process that is there when the wish is said.
        let container = Container(record: record, isHeld: true)
        let process = try container.isRunning ? record.process.flatMap { try RunningProcess($0) } : nil
        try process?.signal(ending.signal)
        if process != nil { store.tell(.kill(signal: ending.signal), of: record) }
        // Frozen, it would never hear of it.
        try thaw(record)
        nudge(record.id)
        let deadline: Moment? = ending.seconds < 0 ? nil : .after(seconds: Double(ending.seconds))
        return AskedContainer(container, process: process, deadline: deadline)
    }

    func awaitEnds(of containers: [AskedContainer]) {
        while true {
            let left = containers.compactMap { container in container.process.map { (container, $0) } }
                .filter { !$0.1.hasEnded }
            if left.isEmpty { return }
            for (container, process) in left where container.deadline?.hasCome == true {
                container.deadline = nil
                try? process.signal(SIGKILL)
                store.tell(.kill(signal: SIGKILL), of: container.container.record)
            }
            var polled = left.map { pollfd(fd: $0.1.descriptor, events: Int16(POLLIN), revents: 0) }
            _ = poll(&polled, nfds_t(polled.count), Moment.milliseconds(until: left.compactMap(\.0.deadline).min()))
        }
    }

    /// How long a supervisor may take once the container's process has ended, in seconds.
    static let patience = 10.0

    /// Waits until nobody cares for the container any more. A process that has come meanwhile, of a start that was under way,
    /// is brought to its end as well. Throws `ContainerConflict` when the supervisor does not answer.
    private func awaitRelease(after asked: AskedContainer, _ way: (Container) -> Ending) throws {
        var asked = asked
        var end = Moment.after(seconds: Self.patience)
        var turn = 0
        while try store.isHeld(asked.id) {
            turn += 1
            // Usually it is a matter of a millisecond.
            usleep(turn < 40 ? 250 : 20_000)
            guard turn >= 40, let now = try? store.container(asked.id), now.isHeld else { continue }
            // Somebody has started it again since.
            if now.record.state.wish != .stop { return }
            if now.isRunning, now.record.process != asked.container.record.process {
                asked = try ask(now, for: .stop, way(now))
                awaitEnds(of: [asked])
                end = .after(seconds: Self.patience)
            } else if end.hasCome {
                try endSupervisor(of: now, isForced: way(now).isForced)
                end = .after(seconds: Self.patience)
            }
        }
    }

    /// For one that stands still: by force it is ended, and the sweep does its work.
    func endSupervisor(of container: Container, isForced: Bool) throws {
        let record = container.record
        guard let supervisor = record.supervisor, let process = try RunningProcess(supervisor) else { return }
        guard isForced else {
            throw ContainerConflict(
                "container \(record.name) does not end: its supervisor, process \(supervisor.pid), does not answer")
        }
        try process.signal(SIGKILL)
    }

    // MARK: Signals

    /// Sends a signal to each container: SIGKILL unless another is named. Waits for the end of those that it ends for sure.
    public func kill(_ references: [String], signal: CInt = SIGKILL) -> [Result<Void, any Error>] {
        if signal == SIGKILL {
            return zip(references, each(references) { _ = try killable($0) }).map { reference, check in
                check.flatMap { end([reference]) { _ in Ending(signal: SIGKILL, seconds: -1) }[0].map { _ in } }
            }
        }
        return each(references) { container in
            let process = try killable(container)
            if signal == container.record.request.signalToStop {
                try store.update(container.record.id) { $0.state.wish = .stop }
            }
            try process.signal(signal)
            store.tell(.kill(signal: signal), of: container.record)
        }
    }

    private func killable(_ container: Container) throws -> RunningProcess {
        do { return try process(of: container) } catch let conflict as ContainerConflict {
            throw ContainerConflict("cannot kill container: \(container.record.name): \(conflict)")
        }
    }
}
