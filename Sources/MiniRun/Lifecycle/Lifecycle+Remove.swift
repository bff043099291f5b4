import CShim
import Namespaces
import NetSetup

/// Doing away with containers.
extension Lifecycle {
    /// Removes each container; with `force` one that runs is ended first, all of them at once; with `volumes` its volumes
    /// without a name go too.
    public func remove(
        _ references: [String], force: Bool = false, volumes: Bool = false
    ) -> [Result<Void, any Error>] {
        func removeStopped(_ container: Container) throws { try self.removeStopped(container, volumes: volumes) }
        guard force else { return each(references, removeStopped) }
        return end(references) { _ in Ending(signal: SIGKILL, seconds: -1, isForced: true) }.map { result in
            Result {
                // With --rm its own end has removed it.
                guard let container = try? store.container(result.get().record.id) else {
                    _ = try result.get()
                    return
                }
                try removeStopped(container)
            }
        }
    }

    private func removeStopped(_ container: Container, volumes: Bool = false) throws {
        let name = container.record.name
        let reason: String? =
            switch container.state {
            case .running: "container is running: stop the container before removing or force remove"
            case .restarting: "container is restarting: stop the container before removing or force remove"
            case .paused: "container is paused and must be unpaused first"
            case .created, .exited, .removing, .dead: nil
            }
        let id = container.record.id
        guard reason == nil, let held = try HeldContainer.existing(id, store) else {
            throw ContainerConflict(
                "cannot remove container \"\(name)\": \(reason ?? "somebody is just starting it")")
        }
        try withExtendedLifetime(held) {
            // The record is the only note of them.
            if volumes { Volumes(store.paths).removeAnonymous(container.record.mounts, of: id) }
            try store.remove(id)
        }
        store.tell(.destroy, of: container.record)
    }

    /// Removes all containers that do not run and that the filter means: their ids, and the room that they took on disk.
    public func prune(_ filter: PruneFilter) throws -> (ids: [String], size: Int64) {
        var size: Int64 = 0
        let ids = try all()
            .filter { ($0.state == .exited || $0.state == .created) && !$0.isHeld && filter.matches($0) }
            .compactMap { container -> String? in
                let taken = Files.size(of: store.directory(of: container.record.id))
                do { try removeStopped(container) } catch is ContainerConflict { return nil }
                size += taken
                return container.record.id
            }
        return (ids, size)
    }

    /// Others find it under its new name at once. Returns the record.
    private func renameInNetworks(_ record: ContainerRecord, to name: String) throws -> ContainerRecord {
        func names(_ name: String) -> ContainerNames {
            ContainerNames(id: record.id, name: name, resolver: ResolverOverrides(), store: store)
        }
        let changed = try store.update(record.id) { record in
            for index in record.network.endpoints.indices {
                // The first is the container's own; the others are aliases, its id, its host name.
                let others = record.network.endpoints[index].names.dropFirst().filter { $0 != name }
                record.network.endpoints[index].names = [name] + others
            }
        }
        for (before, after) in zip(record.network.endpoints, changed.network.endpoints) {
            try names(record.name).withdraw(before)
            try names(name).registration(after).apply(on: Stage())
        }
        return changed
    }

    /// Gives a container another name. Throws `NameTaken`, and Docker's sentence for its own name.
    public func rename(_ reference: String, to name: String) throws {
        let container = try store.find(reference)
        let name = try ContainerName.parse(name)
        if name == container.record.name {
            throw ContainerConflict("Renaming a container with the same name as its current name")
        }
        try store.rename(container.record.id, to: name)
        var renamed = container.record
        renamed.name = name
        if container.isRunning { renamed = try renameInNetworks(container.record, to: name) }
        store.tell(.rename(oldName: container.record.name), of: renamed)
    }
}
