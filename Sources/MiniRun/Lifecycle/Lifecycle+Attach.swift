import CShim
import Namespaces

/// Being there while a container runs.
extension Lifecycle {
    /// Attaches to a container that runs, until its end or the detach keys. Returns the exit code. Throws
    /// `ContainerConflict` for one that does not run, or whose streams are somebody else's.
    public func attach(
        _ reference: String, readsInput: Bool = true, detachKeys: DetachKeys? = nil, passesSignals: Bool = true
    ) throws -> Int32 {
        let container = try store.find(reference)
        let record = container.record
        switch container.state {
        case .running: break
        case .paused: throw ContainerConflict("cannot attach to a paused container, unpause it first")
        case .restarting:
            throw ContainerConflict("cannot attach to a restarting container, wait until it is running")
        case .created, .exited, .removing, .dead:
            throw ContainerConflict("cannot attach to a stopped container, start it first")
        }
        if let sentence = record.foregroundSentence { throw ContainerConflict(sentence) }
        guard let connection = try ControlConnection.to(store.paths.control(record.id)) else {
            throw ContainerConflict("container \(record.name) has just ended")
        }
        let signals = try SignalQueue()
        let size = AttachClient.size
        let isTerminal = record.request.terminal
        connection.send(.attach(rows: isTerminal ? size.rows : 0, columns: isTerminal ? size.columns : 0))
        let manner = AttachClient.Manner(
            readsInput: readsInput && record.request.interactive, isTerminal: isTerminal,
            detachKeys: detachKeys ?? .standard, passesSignals: passesSignals)
        store.tell(.attach, of: record)
        let outcome = try AttachClient(connection, manner, signals: signals).run()
        if outcome == .detached { store.tell(.detach, of: record) }
        return outcome.exitCode
    }

    /// Waits for the end of each container, one after the other; the exit codes.
    public func wait(_ references: [String]) -> [Result<Int32, any Error>] {
        each(references) { container in try wait(for: container) }
    }

    private func wait(for container: Container) throws -> Int32 {
        let id = container.record.id
        var current = container
        while current.isHeld {
            if let connection = try ControlConnection.to(store.paths.control(id)) {
                connection.send(.wait)
                while true {
                    let (message, isGone) = connection.receive(waits: true)
                    if case .exit(let code) = message { return code }
                    if isGone { break }
                }
            } else if let process = try? process(of: current) {
                // A container in the foreground has no socket in its first milliseconds.
                var ended = pollfd(fd: process.descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&ended, 1, 20)
            }
            try Sweep(store).run()
            do { current = try store.container(id) } catch is NoSuchContainer { return current.exitCode }
        }
        return current.exitCode
    }
}

extension ContainerRecord {
    /// Why nobody else gets at the streams of a container in the foreground; nil for one that has a supervisor of its own.
    var foregroundSentence: String? {
        guard isForeground else { return nil }
        guard let supervisor else {
            return "container \(name) ran in the foreground: its output went to whoever started it, and into no log"
        }
        return "container \(name) runs in the foreground: its input and output are those of process \(supervisor.pid)"
    }
}
