import CShim
import Namespaces
import SystemPackage

/// The running container that a command is to be executed in, as its first process shows it.
struct ExecTarget {
    let record: ContainerRecord
    /// Its first process.
    let process: ProcessIdentity
    /// What it was started from.
    let specification: RuntimeSpecification
    /// Those of its namespaces that are not ours, held open: what they are now, they stay.
    let joins: [SpawnStep.Join]
    /// How ids inside stand for ids here.
    let map: IDMap

    /// Finds the container. Throws `NoSuchContainer`, or `ContainerConflict` with Docker's sentence when it does not run.
    init(_ reference: String, in store: ContainerStore) throws {
        // Which processes to join is read there.
        try store.checkOwner()
        let container = try store.find(reference)
        process = try container.firstProcess(for: reference)
        if container.state == .paused {
            throw ContainerConflict("container \(reference) is paused, unpause the container before exec")
        }
        record = container.record
        do {
            joins = try Self.foreignNamespaces(of: process.pid)
            map = try IDMap.of(process: process.pid)
        } catch {
            guard process.isAlive else { throw ContainerConflict(notRunning: record.id) }
            throw error
        }
        // Asked last: the handles are this process's, and not those of one that got its number meanwhile.
        guard process.isAlive else { throw ContainerConflict(notRunning: record.id) }
        specification = try Self.specification(of: record.id, in: store)
    }

    /// What holds the container's processes together; nil when nothing does.
    func controlGroup() throws(KernelError) -> ControlGroup? {
        record.hasControlGroup ? ControlGroup.existing(record.id, in: try .read()) : nil
    }

    /// Whether the container's user namespace is ours.
    var sharesUsers: Bool { !joins.contains { $0.kind == .user } }

    /// Whether the container's root is, seen from here, the user that we are: files of ours are then its own, as far as it can
    /// reach them.
    var isOurUser: Bool { sharesUsers || map.outside(uid: 0) == geteuid() }

    /// The users of its root file system, as it is now.
    func users() throws(KernelError) -> UserDatabase { try .read(inRoot: FilePath("/proc/\(process.pid)/root")) }

    private static func foreignNamespaces(of process: pid_t) throws(KernelError) -> [SpawnStep.Join] {
        var joins: [SpawnStep.Join] = []
        for kind in NamespaceKind.allCases {
            let handle = try NamespaceHandle(kind, of: process)
            if try handle.isSame(as: NamespaceHandle(kind)) { continue }
            joins.append(.init(kind, handle, path: "/proc/\(process)/ns/\(kind.procName)"))
        }
        return joins
    }

    /// A container in the foreground writes it down once it has been quiet for a moment; on a full disk nobody does.
    private static func specification(of id: String, in store: ContainerStore) throws -> RuntimeSpecification {
        let path = store.paths.specification(id)
        let end = Moment.after(seconds: 5)
        while true {
            if let found = try JSONFile.read(RuntimeSpecification.self, from: path) { return found }
            guard try store.isHeld(id) else { throw ContainerConflict(notRunning: id) }
            if end.hasCome { throw KernelError("read \(path)", .noSuchFileOrDirectory) }
            usleep(1000)
        }
    }
}

extension Container {
    /// The process to deal with. Throws `ContainerConflict` with Docker's sentence when there is none.
    func firstProcess(for reference: String) throws(ContainerConflict) -> ProcessIdentity {
        if state == .restarting {
            throw ContainerConflict("container \(reference) is restarting, wait until the container is running")
        }
        guard isRunning, let process = record.process else { throw ContainerConflict(notRunning: record.id) }
        return process
    }
}

extension ContainerConflict {
    init(notRunning id: String) { self.init("container \(id) is not running") }
}
