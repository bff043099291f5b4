import CShim
import SystemPackage

/// A mount that is attached nowhere yet; it goes away with its descriptor unless it is put in place before.
struct DetachedTree: ~Copyable {
    let descriptor: OwnedDescriptor

    /// Copies the mount at a path: open_tree(2) with OPEN_TREE_CLONE, and AT_RECURSIVE for the mounts below it.
    init(copying path: FilePath, recursive: Bool, for what: String) throws(KernelError) {
        let number = minirun_open_tree(AT_FDCWD, path.string, recursive ? 1 : 0)
        if number < 0 { throw KernelError("\(what), open \(path)", Errno(rawValue: -number)) }
        descriptor = OwnedDescriptor(owning: number)
    }

    /// A new tmpfs whose top only its owner can list.
    init(inMemoryFor what: String) throws(KernelError) {
        let number = minirun_fsopen("tmpfs")
        if number < 0 { throw KernelError(what, Errno(rawValue: -number)) }
        let context = OwnedDescriptor(owning: number)
        let result = minirun_fsconfig_string(context.rawValue, "mode", "0711")
        if result < 0 { throw KernelError(what, Errno(rawValue: -result)) }
        let tree = minirun_fsmount(context.rawValue, 0)
        if tree < 0 { throw KernelError(what, Errno(rawValue: -tree)) }
        descriptor = OwnedDescriptor(owning: tree)
    }

    init(owning number: CInt) {
        descriptor = OwnedDescriptor(owning: number)
    }

    /// Gives the descriptor away; the caller closes it.
    consuming func release() -> CInt { descriptor.release() }

    /// Sets MOUNT_ATTR_* bits and MS_* propagation, and idmaps: mount_setattr(2).
    func set(
        attributes: UInt64 = 0, propagation: MountFlags = [], idmappedBy user: NamespaceHandle? = nil,
        recursive: Bool, for what: String
    ) throws(KernelError) {
        let result = minirun_tree_attributes(
            descriptor.rawValue, attributes, propagation.rawValue, user?.descriptor ?? -1, recursive ? 1 : 0)
        if result < 0 {
            throw KernelError(
                what, Errno(rawValue: -result), hint: user == nil ? nil : Self.idmapHint(Errno(rawValue: -result)))
        }
    }

    private static func idmapHint(_ errno: Errno) -> String? {
        switch errno {
        case .invalidArgument:
            "its file system cannot be idmapped; use --userns host, or a directory on ext4, xfs, btrfs or tmpfs"
        case .notPermitted:
            "its file system cannot be idmapped from this user namespace; use --userns host"
        default: nil
        }
    }
}

/// Flags of mount_setattr(2).
enum MountAttributes {
    static func bits(readOnly: Bool, devices: Bool) -> UInt64 {
        UInt64((readOnly ? MOUNT_ATTR_RDONLY : 0) | (devices ? 0 : MOUNT_ATTR_NODEV))
    }
}
