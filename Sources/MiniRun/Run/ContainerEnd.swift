import Namespaces
import NetSetup
import SystemPackage

/// The last thing that is done for a container whose command has ended and that does not start anew.
struct ContainerEnd {
    let id: String
    let store: ContainerStore

    /// Writes down how it ended, or removes it with `--rm`; then nobody cares for it any more. The caller has taken back
    /// what it held, and still has the lock. Throws `KernelError`, with the exit code left where a sweep finds it.
    func finish(code: Int32, outOfMemory: Bool, error: String = "") throws {
        do {
            let before = try store.record(id)
            // Not under the record's lock: members of the group may take their time. One that stays is swept.
            if before?.hasControlGroup == true { try? ControlGroup.existing(id, in: .read())?.end() }
            let record = try store.update(id) { record in
                record.ended(code: code, outOfMemory: outOfMemory)
                record.loseNetwork()
                if !error.isEmpty { record.state.error = error }
                record.hasControlGroup = false
                record.state.wish = .none
                record.supervisor = nil
                record.publications = []
                record.state.isRestarting = false
            }
            let names = ContainerNames(id: id, name: record.name, resolver: ResolverOverrides(), store: store)
            for endpoint in record.network.endpoints { try? names.withdraw(endpoint) }
            if before?.process != nil { store.tellEnd(of: record) }
            store.tellNetworks(.disconnect(container: id), of: record)
            if before?.process != nil { store.tellVolumesUnmounted(from: record) }
            if record.request.remove {
                // The record is the only note of them.
                Volumes(store.paths).removeAnonymous(record.mounts, of: id)
                try store.remove(id)
                store.tell(.destroy, of: record)
            } else {
                try store.release(id)
            }
        } catch {
            // A full disk, perhaps: the state directory is in memory.
            try? Files.write("\(code)", to: store.paths.exitCode(id))
            throw error
        }
    }

    /// Writes down that a container that exists could not be started, and lets go of it.
    func fail(code: Int32, _ error: String) throws {
        try store.update(id) { record in
            record.ended(code: code, outOfMemory: false)
            record.loseNetwork()
            record.state.error = error
            record.supervisor = nil
            record.publications = []
        }
        try store.release(id)
    }
}

extension ContainerRecord {
    /// Its command has ended.
    mutating func ended(code: Int32, outOfMemory: Bool) {
        process = nil
        state.finished = .now
        state.exitCode = code
        state.outOfMemory = outOfMemory
        state.isPaused = false
    }
}
