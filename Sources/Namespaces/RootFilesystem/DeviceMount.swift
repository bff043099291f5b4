import CShim
import SystemPackage

/// A device of the host made visible inside (`--device`).
///
/// The host's own file would be nobody's in a user namespace: its owner is no user there, and what the host gives to root
/// alone could not be opened. So the real root makes the device file anew, in a file system in memory that is mounted
/// nowhere, and gives it to the ids that the same numbers inside stand for. Where less than reading and writing is
/// allowed, the file stays the host root's and the container's root is only its group: a capability counts only over
/// files whose user *and* group are known inside (capable_wrt_inode_uidgid), so none of its own lifts the restriction.
/// (A read-only mount would not do: the kernel heeds it for files and directories, not for devices.)
///
/// A caller that is not the real root can make no device. There the host's file itself is shown.
public struct DeviceMount: Step {
    /// The device on the host.
    public var source: FilePath
    /// Absolute path inside.
    public var target: String
    /// Whether it can be read.
    public var isReadable: Bool
    /// Whether it can be written.
    public var isWritable: Bool
    /// The container's map.
    public var map: IDMap
    /// Whether the file is made anew.
    public var isMadeAnew: Bool
    /// Where the child waits for it.
    public var slot: MountSlot

    /// A device to be handed over.
    public init(
        source: FilePath, target: String, isReadable: Bool = true, isWritable: Bool = true, map: IDMap,
        isMadeAnew: Bool, slot: MountSlot
    ) {
        self.source = source
        self.target = target
        self.isReadable = isReadable
        self.isWritable = isWritable
        self.map = map
        self.isMadeAnew = isMadeAnew
        self.slot = slot
    }

    /// What the child does with it, to be put among the `volumes` of ``StandardMounts``.
    public var childOperations: [ChildOperation] {
        [.receiveMount(slot, what: "\(source)"), .makeTarget(target, for: slot), .attach(slot, target: target)]
    }

    private var name: String { "show device \(source) at \(target)" }

    /// Makes or copies, and hands over. Throws ``KernelError``.
    public func apply(on stage: Stage) throws {
        let process = try stage.process(for: name)
        let tree = isMadeAnew ? try made() : try DetachedTree(copying: source, recursive: false, for: name)
        try process.send(tree.descriptor.rawValue, to: slot)
    }

    private func made() throws(KernelError) -> DetachedTree {
        var status = stat()
        guard stat(source.string, &status) == 0 else { throw KernelError.current("\(name), look at it") }
        let memory = try DetachedTree(inMemoryFor: "\(name), make a file system in memory")
        guard
            mknodat(memory.descriptor.rawValue, "device", status.st_mode & mode_t(S_IFMT) | 0o600, status.st_rdev) == 0
        else { throw KernelError.current("\(name), make it") }
        let (uid, gid, mode) = access(status)
        guard fchownat(memory.descriptor.rawValue, "device", uid, gid, 0) == 0,
            fchmodat(memory.descriptor.rawValue, "device", mode, 0) == 0
        else { throw KernelError.current("\(name), give it to the container") }
        let number = minirun_open_tree(memory.descriptor.rawValue, "device", 0)
        if number < 0 { throw KernelError("\(name), take it", Errno(rawValue: -number)) }
        return DetachedTree(owning: number)
    }

    private func access(_ status: stat) -> (uid: UInt32, gid: UInt32, mode: mode_t) {
        let root = (uid: map.outside(uid: 0) ?? 0, gid: map.outside(gid: 0) ?? 0)
        let mode = status.st_mode & 0o777
        if isReadable && isWritable {
            return (map.outside(uid: status.st_uid) ?? root.uid, map.outside(gid: status.st_gid) ?? root.gid, mode)
        }
        let allowed: mode_t = (isReadable ? 0o4 : 0) | (isWritable ? 0o2 : 0)
        return (0, root.gid, allowed << 3 | (mode & allowed))
    }

    /// The three voices; the shell keeps the source for the child's `attach` in `$TREEn`.
    public var explanation: Explanation {
        let copy = "open_tree(\"\(source)\", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC) = tree"
        let make = [
            "fsopen(\"tmpfs\", FSOPEN_CLOEXEC) = m, fsmount(m)  # mounted nowhere",
            "mknodat(m, \"device\"), fchownat(), fchmodat()", "open_tree(m, \"device\", OPEN_TREE_CLONE) = tree",
        ]
        return Explanation(
            shell: ["TREE\(slot.index)=\(source.string.shellQuoted)"],
            systemCalls: (isMadeAnew ? make : [copy]) + ["sendmsg(channel, SCM_RIGHTS: tree)"],
            why: isMadeAnew
                ? "The host's file would be nobody's inside, so the container gets one of its own for the same device."
                : "The device is opened by way of this file, with the rights that the file gives.")
    }
}
