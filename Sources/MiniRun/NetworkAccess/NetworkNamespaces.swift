import CShim
import Namespaces

/// `minirun netns`: containers' network namespaces, as the host's tools see them.
public struct NetworkNamespaces {
    private let store: ContainerStore
    private let paths: StatePaths

    /// Those of this store's containers.
    public init(_ paths: StatePaths) {
        self.paths = paths
        store = ContainerStore(paths)
    }

    /// Gives a running container's network namespace a name for `ip netns`: its own, unless another is given. Returns the
    /// name. Throws `NoSuchContainer`, `ContainerConflict`, `UsageError`, `KernelError`.
    public func expose(_ reference: String, as name: String? = nil) throws -> String {
        try Privilege.check("netns expose needs root, to mount a namespace")
        let target = try NetworkTarget(reference, in: store)
        if target.isHosts {
            throw ContainerConflict(
                "container \(target.record.name) is in the host's network, which ip(8) works on without a name")
        }
        let exposure = try Exposure(name: name ?? target.record.name, inode: target.inode)
        // Written down first, so that whoever clears up after us finds it.
        var isNew = false
        try store.update(target.record.id) { record in
            isNew = !record.exposures.contains(exposure)
            if isNew { record.exposures.append(exposure) }
        }
        do { try exposure.make(of: target.namespace) } catch {
            // A name that it has already stays on record, or nobody would take it away.
            if isNew { _ = try? store.update(target.record.id) { $0.exposures.removeAll { $0 == exposure } } }
            throw error
        }
        // A container that has ended meanwhile has cleared away what it knew of, perhaps before the mount was made.
        guard try store.record(target.record.id)?.exposures.contains(exposure) == true else {
            try exposure.remove()
            throw ContainerConflict(notRunning: target.record.id)
        }
        return exposure.name
    }

    /// Takes a container's names away, or the one name that is given. Returns the names. Throws `NoSuchContainer` for what
    /// is neither, `ContainerConflict` for a container without names, `KernelError`.
    public func hide(_ reference: String) throws -> [String] {
        try Privilege.check("netns hide needs root, to unmount a namespace")
        try store.checkOwner()
        _ = try Sweep(store).run()
        var container: Container?
        do { container = try store.find(reference) } catch is NoSuchContainer {}
        if let container, !container.record.exposures.isEmpty {
            return try remove(container.record.exposures, from: container.record.id)
        }
        for id in try store.ids() {
            guard let record = try? store.record(id),
                let exposure = record.exposures.first(where: { $0.name == reference })
            else { continue }
            return try remove([exposure], from: id)
        }
        guard let container else { throw NoSuchContainer(reference: reference) }
        throw ContainerConflict("container \(container.record.name) is not exposed")
    }

    private func remove(_ exposures: [Exposure], from id: String) throws -> [String] {
        for exposure in exposures { try exposure.remove() }
        try store.update(id) { record in record.exposures.removeAll(where: exposures.contains) }
        return exposures.map(\.name)
    }

    /// What `netns ls` prints: the running containers and their network namespaces. Throws `UsageError` for a format that
    /// cannot be used.
    public func list(_ options: ListingOptions) throws -> String {
        let held = try Sweep(store).run()
        let own = try NamespaceHandle(.network).inode()
        var rows: [NamespaceTable.Row] = []
        for container in try store.containers(all: false, held: held) where container.isRunning {
            // It may end while we look.
            guard let process = container.record.process, process.isAlive,
                let inode = try? NamespaceHandle(.network, of: process.pid).inode(), process.isAlive
            else { continue }
            rows.append(
                .init(
                    id: container.record.id, name: container.record.name, pid: process.pid, inode: inode,
                    isHosts: inode == own, exposed: container.record.exposures.filter(\.isPresent).map(\.name)))
        }
        return try NamespaceTable.text(rows, options)
    }
}

/// A running container's network namespace, held open.
struct NetworkTarget {
    let record: ContainerRecord
    let process: ProcessIdentity
    let namespace: NamespaceHandle
    /// What tells it from others.
    let inode: UInt64
    /// Whether it is the one that we are in.
    let isHosts: Bool

    /// Finds the container. Throws `NoSuchContainer`, or `ContainerConflict` with Docker's sentence when it does not run.
    init(_ reference: String, in store: ContainerStore) throws {
        try store.checkOwner()
        let container = try store.find(reference)
        record = container.record
        // By the name that people have typed, where Docker has no sentence of its own.
        if !container.isRunning, container.state != .restarting { throw ContainerConflict(notRunning: record.name) }
        process = try container.firstProcess(for: reference)
        do {
            namespace = try NamespaceHandle(.network, of: process.pid)
        } catch {
            guard process.isAlive else { throw ContainerConflict(notRunning: record.name) }
            throw error
        }
        // Asked last: the handle is this process's, and not that of one that got its number meanwhile.
        guard process.isAlive else { throw ContainerConflict(notRunning: record.name) }
        inode = try namespace.inode()
        isHosts = try namespace.isSame(as: NamespaceHandle(.network))
    }
}
