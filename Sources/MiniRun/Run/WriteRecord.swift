import CShim
import Namespaces
import SystemPackage

/// Writes down what is about to be changed, before it is.
struct WriteRecord: Step {
    let record: ContainerRecord
    let store: ContainerStore
    /// Whether others know of the container already, and may change its record.
    let isKnown: Bool

    func apply(on stage: Stage) throws {
        let process = try stage.process(for: "write the container's record")
        let identity = try ProcessIdentity(of: process.pid)
        let watcher = try ProcessIdentity(of: getpid())
        guard isKnown else {
            try store.write(record.started(as: identity, watchedBy: watcher))
            if !record.mounts.volumes.isEmpty { try Files.removeTree(store.paths.mounts(record.id)) }
            return
        }
        // Meanwhile somebody may have given it another name.
        try store.update(record.id) { current in
            var started = record.started(as: identity, watchedBy: watcher)
            started.name = current.name
            started.state.restarts = current.state.restarts
            started.state.wish = current.state.wish
            // They belong to the network, which may be the one that it had before.
            (started.exposures, started.plugs) = (current.exposures, current.plugs)
            current = started
        }
    }

    var explanation: Explanation {
        let file = store.place(of: record.id).record(record.id)
        return Explanation(
            shell: ["# record \(file)"], systemCalls: ["write(\"\(file).new\"), rename(\"\(file)\")"],
            why: "If minirun is killed, the next command finds here what is left to sweep up.")
    }
}

extension ContainerRecord {
    /// The record of the same container with a first process.
    fileprivate func started(as process: ProcessIdentity, watchedBy supervisor: ProcessIdentity) -> ContainerRecord {
        var record = self
        record.process = process
        record.supervisor = supervisor
        record.state.started = .now
        record.state.exitCode = 0
        record.state.error = ""
        record.state.outOfMemory = false
        record.state.isPaused = false
        record.state.isRestarting = false
        // From the beginning: whoever asks before the first look is told that it is still to come.
        record.state.health = (try? HealthCheck(request)).map { _ in .init() }
        return record
    }
}
