import CShim
import SystemPackage

/// Starts a process in new and joined namespaces, and writes its id maps. It leaves a ``SpawnedProcess`` on the stage;
/// the undo kills and reaps it.
///
/// New namespaces come from one clone3(2). When others are joined, a process in between enters them (setns) and clones
/// with CLONE_PARENT, so that the container is a child of the caller all the same.
public struct SpawnStep: Step {
    /// An existing namespace to enter.
    public struct Join: Sendable {
        /// Its kind.
        public var kind: NamespaceKind
        /// Which one.
        public var handle: NamespaceHandle
        /// For explanations: `/proc/4711/ns/net`.
        public var path: String

        /// A namespace, and the path it is found by.
        public init(_ kind: NamespaceKind, _ handle: NamespaceHandle, path: String) {
            self.kind = kind
            self.handle = handle
            self.path = path
        }
    }

    /// Namespaces to be made.
    public var new: Set<NamespaceKind>
    /// Namespaces to be joined; entered with the user namespace last, while the caller's privilege still counts.
    public var joins: [Join]
    /// The control group it is to be in, which exists by then.
    public var controlGroup: ControlGroup?
    /// The new user namespace's map; ignored when none is made.
    public var map: IDMap
    /// What the child does.
    public var program: ChildProgram
    /// Whether the child reports each finished operation (for `--explain`).
    public var reports: Bool

    /// A process to be started.
    public init(
        new: Set<NamespaceKind>, joins: [Join] = [], controlGroup: ControlGroup? = nil, map: IDMap,
        program: ChildProgram, reports: Bool = false
    ) {
        self.new = new
        self.joins = joins
        self.controlGroup = controlGroup
        self.map = map
        self.program = program
        self.reports = reports
    }

    /// What the child does, in order.
    public var inside: [any Explainable] { program.operations }

    var newInOrder: [NamespaceKind] { NamespaceKind.allCases.filter(new.contains) }
    var joinsInOrder: [Join] { joins.filter { $0.kind != .user } + joins.filter { $0.kind == .user } }

    /// Spawns; throws ``KernelError``.
    public func apply(on stage: Stage) throws {
        if program.hasTooManySlots {
            throw KernelError("prepare the container's mounts: more than \(ChildProgram.slotCount)", .tooManyOpenFiles)
        }
        let process = try start()
        stage.leave(process)
        stage.undo.push("end process \(process.pid)", scope: .process) { try process.kill() }
        // It waits for its maps, so whatever it and its children use is counted from the beginning.
        try controlGroup?.enter(process.pid, unified: false)
        if new.contains(.user) { try writeMaps(of: process) }
        try process.go()
    }

    private func start() throws(KernelError) -> SpawnedProcess {
        var ends: [CInt] = [-1, -1]
        if socketpair(AF_UNIX, CInt(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) != 0 {
            throw KernelError.current("make a channel to the container")
        }
        let ours = OwnedDescriptor(owning: ends[0])
        let theirs = OwnedDescriptor(owning: ends[1])
        let birthplace = try controlGroup?.open()
        let flat = FlatProgram(program, reports: reports)
        let entered = joinsInOrder
        let table = entered.map { minirun_join(descriptor: $0.handle.descriptor, flags: $0.kind.cloneFlag) }
        var pidfd: CInt = -1
        var failedJoin: CInt = -1
        let pid = table.withUnsafeBufferPointer { joins in
            var spawn = minirun_spawn(
                clone_flags: newInOrder.reduce(0) { $0 | UInt64(UInt32(bitPattern: $1.cloneFlag)) },
                operations: flat.operations, operation_count: flat.count, joins: joins.baseAddress,
                join_count: joins.count, control_group: birthplace?.descriptor ?? -1,
                channel: (ours.rawValue, theirs.rawValue))
            return withExtendedLifetime((flat, entered, birthplace)) { minirun_spawn(&spawn, &pidfd, &failedJoin) }
        }
        if pid < 0 {
            let errno = Errno(rawValue: -pid)
            if failedJoin >= 0, entered.indices.contains(Int(failedJoin)) {
                let join = entered[Int(failedJoin)]
                throw KernelError("enter the \(join.kind.rawValue) namespace \(join.path)", errno)
            }
            if let group = controlGroup?.unified, let hint = Self.controlGroupHint(errno) {
                throw KernelError("start the container in the control group \(group)", errno, hint: hint)
            }
            throw KernelError(
                "create namespaces \(newInOrder.map(\.rawValue).joined(separator: ", "))", errno,
                hint: Self.cloneHint(errno))
        }
        return SpawnedProcess(
            pid: pid, pidfd: OwnedDescriptor(owning: pidfd), channel: ours, program: program)
    }

    private static func cloneHint(_ errno: Errno) -> String? {
        switch errno {
        case .noSpace:
            "a limit in /proc/sys/user/max_*_namespaces is reached, or namespaces are nested too deeply; "
                + "--userns host needs no user namespace"
        case .notPermitted: "minirun run needs root; without it, try it in `minirun playground`"
        case .resourceTemporarilyUnavailable: "a limit on processes is reached (ulimit -u, pids.max)"
        default: nil
        }
    }

    /// What CLONE_INTO_CGROUP alone fails with (clone(2)); nil for other errors.
    private static func controlGroupHint(_ errno: Errno) -> String? {
        switch errno {
        case .permissionDenied: "the group, or the one that it has in common with ours, belongs to somebody else"
        case .resourceBusy: "it hands controllers on to groups below it, and may then have no process itself"
        case .notSupportedOnSocket: "a threaded group above or beside it leaves it no processes"
        case .operationNotSupportedByDevice: "it has just been removed"
        default: nil
        }
    }

    private func writeMaps(of process: SpawnedProcess) throws(KernelError) {
        if IDMapHelper.isNeeded(for: map) { return try IDMapHelper.write(map, for: process.pid) }
        let directory = FilePath("/proc/\(process.pid)")
        do {
            try Files.put(map.uidText, into: directory.appending("uid_map"))
            do {
                try Files.put(map.gidText, into: directory.appending("gid_map"))
            } catch  where error.errno == .notPermitted {
                // Without privilege over the group ids, the kernel wants setgroups switched off first (CVE-2014-8989).
                try Files.put("deny", into: directory.appending("setgroups"))
                try Files.put(map.gidText, into: directory.appending("gid_map"))
            }
        } catch {
            throw KernelError(
                "map the container's ids", error.errno,
                hint: error.errno == .notPermitted ? "the ids are not all ours; try --userns host" : nil)
        }
    }
}
