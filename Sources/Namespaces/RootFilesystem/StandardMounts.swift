/// What Docker puts into every container's file system: /proc, /sys, /dev and what is hidden of them, as child operations.
public struct StandardMounts: Sendable, Equatable {
    /// Where /proc comes from.
    public enum Source: Sendable, Equatable {
        /// A new instance, which shows the container's own namespaces.
        case fresh
        /// The host's, with what is mounted below it: the namespace it shows is not the container's own.
        case host
    }

    /// `--tmpfs`.
    public struct Temporary: Sendable, Equatable {
        /// Absolute path inside.
        public var target: String
        /// Flags.
        public var flags: MountFlags
        /// `size=64m,mode=1777`; nil for the kernel's defaults.
        public var data: String?

        /// A tmpfs to be mounted.
        public init(
            target: String, flags: MountFlags = .dataOnly, data: String? = nil
        ) {
            self.target = target
            self.flags = flags
            self.data = data
        }

        /// What the child does with it, to be put among the `volumes`.
        public var childOperations: [ChildOperation] {
            [
                .makeDirectory(target, mode: 0o755),
                .mount(source: "tmpfs", target: target, type: "tmpfs", flags: flags, data: data),
            ]
        }
    }

    /// /proc; the host's with `--pid host`.
    public var proc = Source.fresh
    /// /dev/mqueue and /dev/shm; the host's with `--ipc host`.
    public var ipc = Source.fresh
    /// Whether there is a /dev/shm at all; there is none with `--ipc none`.
    public var hasSharedMemory = true
    /// How large /dev/shm may get, in bytes.
    public var sharedMemorySize: Int64 = 64 << 20
    /// Operations that put volumes in place, after /dev and before anything is hidden.
    public var volumes: [ChildOperation] = []
    /// `--read-only`.
    public var isReadOnly = false
    /// Whether /sys and /proc can be written and nothing is hidden (`--privileged`, `systempaths=unconfined`).
    public var isUnconfined = false
    /// Whether device files made in /dev are devices (`--privileged`).
    public var allowsDevices = false
    /// Paths that read as empty.
    public var maskedPaths = StandardMounts.defaultMaskedPaths
    /// Paths that cannot be written.
    public var readOnlyPaths = StandardMounts.defaultReadOnlyPaths

    /// Docker's defaults.
    public init() {}

    /// Docker's list (moby, oci/defaults.go).
    public static let defaultMaskedPaths = [
        "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
        "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
        "/sys/devices/virtual/powercap",
    ]

    /// Docker's list (moby, oci/defaults.go).
    public static let defaultReadOnlyPaths = [
        "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
    ]

    /// Everything from the host's devices to the hidden paths, with the new root between: to follow
    /// `awaitMaps`, `becomeRoot`. `map` tells whether a group `tty` exists inside; `hasUserNamespace` whether the
    /// child has a user namespace of its own (its mounts are slaves of the host's already).
    public func operations(
        root: MountSlot, rootName: String, map: IDMap, hasUserNamespace: Bool, in program: inout ChildProgram
    ) -> [ChildOperation] {
        let devices = ["null", "zero", "full", "random", "urandom", "tty"].map { ($0, program.newSlot()) }
        var before: [ChildOperation] = []
        if !hasUserNamespace { before.append(.setPropagation("/", [.recursive, .isSlave])) }
        before += devices.map { .openTree("/dev/\($0.0)", recursive: false, $0.1) }
        let proc = processes(&before, &program)
        let sys = Self.mounted("sysfs", on: "/sys", isUnconfined ? .dataOnly : [.dataOnly, .readOnly])
        let queues = sharedMemory(&before, &program)
        var after: [ChildOperation] = [.receiveMount(root, what: rootName), .enterRoot(root)]
        // The kernel allows a new /proc or /sys only while an older one is fully visible, so before the host's tree goes.
        after += proc + sys + [.detachOldRoot]
        after += device(devices, map: hasUserNamespace ? map : IDMap.own ?? map) + queues + volumes
        if !isUnconfined {
            after += readOnlyPaths.map { .readOnlyPath($0) } + maskedPaths.map { .maskPath($0) }
        }
        return before + after
    }

    /// To be put after the last operation that makes something on the root: `--read-only`.
    public var finalOperations: [ChildOperation] { isReadOnly ? [.makeReadOnly("/")] : [] }

    private func processes(_ before: inout [ChildOperation], _ program: inout ChildProgram) -> [ChildOperation] {
        if proc == .fresh { return Self.mounted("proc", on: "/proc", .dataOnly) }
        let slot = program.newSlot()
        before.append(.openTree("/proc", recursive: true, slot))
        return [.makeMountPoint("/proc"), .attach(slot, target: "/proc")]
    }

    private static func mounted(_ type: String, on path: String, _ flags: MountFlags) -> [ChildOperation] {
        [
            .makeMountPoint(path),
            .mount(source: type, target: path, type: type, flags: flags, data: nil),
        ]
    }

    private func sharedMemory(
        _ before: inout [ChildOperation], _ program: inout ChildProgram
    ) -> [ChildOperation] {
        if ipc == .host {
            let (memory, queues) = (program.newSlot(), program.newSlot())
            before += [
                .openTree("/dev/shm", recursive: false, memory),
                .optional(.openTree("/dev/mqueue", recursive: false, queues)),
            ]
            return [
                .makeDirectory("/dev/shm", mode: 0o1777), .attach(memory, target: "/dev/shm"),
                .makeDirectory("/dev/mqueue", mode: 0o1777), .optional(.attach(queues, target: "/dev/mqueue")),
            ]
        }
        let memory: [ChildOperation] = [
            .makeDirectory("/dev/shm", mode: 0o1777),
            .mount(
                source: "shm", target: "/dev/shm", type: "tmpfs", flags: .dataOnly,
                data: "mode=1777,size=\(sharedMemorySize)"),
        ]
        return (hasSharedMemory ? memory : []) + [
            .makeDirectory("/dev/mqueue", mode: 0o1777),
            .mount(source: "mqueue", target: "/dev/mqueue", type: "mqueue", flags: .dataOnly, data: nil),
        ]
    }

    private func device(_ devices: [(String, MountSlot)], map: IDMap) -> [ChildOperation] {
        // The devices are mounts of their own; one that CAP_MKNOD makes beside them is none.
        let flags: MountFlags = [.noSetUserID, .strictAccessTime]
        var operations: [ChildOperation] = [
            .makeDirectory("/dev", mode: 0o755),
            .mount(
                source: "tmpfs", target: "/dev", type: "tmpfs", flags: allowsDevices ? flags : flags.union(.noDevices),
                data: "mode=755,size=65536k"),
        ]
        for (name, slot) in devices {
            operations += [.createFile("/dev/\(name)", mode: 0o666), .attach(slot, target: "/dev/\(name)")]
        }
        // gid 5 is group `tty` everywhere; a map of one id has none.
        let group = map.outside(gid: 5) == nil ? "" : ",gid=5"
        operations += [
            .makeDirectory("/dev/pts", mode: 0o755),
            .mount(
                source: "devpts", target: "/dev/pts", type: "devpts", flags: [.noSetUserID, .noExecute],
                data: "newinstance,ptmxmode=0666,mode=0620\(group)"),
            .symlink("/dev/ptmx", pointsTo: "pts/ptmx"),
            .symlink("/dev/fd", pointsTo: "/proc/self/fd"),
            .symlink("/dev/stdin", pointsTo: "/proc/self/fd/0"),
            .symlink("/dev/stdout", pointsTo: "/proc/self/fd/1"),
            .symlink("/dev/stderr", pointsTo: "/proc/self/fd/2"),
            .symlink("/dev/core", pointsTo: "/proc/kcore"),
        ]
        return operations
    }
}
