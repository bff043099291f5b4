import CShim
import Namespaces

/// Doing away with containers.
extension Lifecycle {
    /// Removes each container; with `force` one that runs is ended first, all of them at once.
    public func remove(_ references: [String], force: Bool = false) -> [Result<Void, any Error>] {
        guard force else { return each(references, removeStopped) }
        let found = each(references) { $0 }
        let ended = end(references) { _ in Ending(signal: SIGKILL, seconds: -1) }
        return zip(found, ended).map { found, ended in
            Result {
                let container = try found.get()
                try ended.get()
                // With --rm its own end has removed it.
                guard let now = try? store.container(container.record.id) else { return }
                try removeStopped(now)
            }
        }
    }

    private func removeStopped(_ container: Container) throws {
        let name = container.record.name
        let reason: String? =
            switch container.status {
            case .running: "container is running: stop the container before removing or force remove"
            case .restarting: "container is restarting: stop the container before removing or force remove"
            case .paused: "container is paused and must be unpaused first"
            case .created, .exited: nil
            }
        let id = container.record.id
        guard reason == nil, let held = try HeldContainer.existing(id, store) else {
            throw ContainerConflict(
                "cannot remove container \"\(name)\": \(reason ?? "somebody is just starting it")")
        }
        try withExtendedLifetime(held) { try store.remove(id) }
    }

    /// Removes all containers that do not run and that `isWanted` accepts; their ids.
    public func prune(_ isWanted: (Container) -> Bool) throws -> [String] {
        try store.containers(all: true)
            .filter { ($0.status == .exited || $0.status == .created) && !$0.isHeld && isWanted($0) }
            .compactMap { container in
                do { try removeStopped(container) } catch is ContainerConflict { return nil }
                return container.record.id
            }
    }

    /// Gives a container another name. Throws `NameTaken`, and Docker's sentence for its own name.
    public func rename(_ reference: String, to name: String) throws {
        let container = try store.find(reference)
        let name = try ContainerName.parse(name)
        if name == container.record.name {
            throw ContainerConflict("Renaming a container with the same name as its current name")
        }
        try store.rename(container.record.id, to: name)
    }
}
