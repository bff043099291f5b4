import CShim
import SystemPackage

/// Makes the container's root: an overlay of read-only lower directories and a writable layer of its own, handed to the
/// child as a detached mount.
///
/// The lowers are idmapped, so on disk nothing changes owner and inside everything is root's. The upper directory is
/// not: overlayfs works there with the mounter's own ids, so it belongs to the container's root.
public struct OverlayRoot: Step {
    /// Read-only directories, uppermost first.
    public var lowers: [FilePath]
    /// A directory that `upper` and `work` are made in; on one file system that supports both.
    public var scratch: FilePath
    /// Whether the layer goes away with the container, so that nothing of it need reach the disk (mount option `volatile`).
    public var isTemporary: Bool
    /// The container's map; identity: lowers stay as they are.
    public var map: IDMap
    /// Where the child waits for it.
    public var slot: MountSlot

    /// An overlay to be made.
    public init(lowers: [FilePath], scratch: FilePath, isTemporary: Bool, map: IDMap, slot: MountSlot) {
        self.lowers = lowers
        self.scratch = scratch
        self.isTemporary = isTemporary
        self.map = map
        self.slot = slot
    }

    var upper: FilePath { scratch.appending("upper") }
    var work: FilePath { scratch.appending("work") }
    var name: String { "overlay on / (lower \(lowers.map(\.string).joined(separator: ":")))" }

    /// Mounts and hands over; the undo removes the layer when it is temporary. Throws ``KernelError``.
    public func apply(on stage: Stage) throws {
        let process = try spawned(on: stage, for: "mount \(name)")
        let scratch = scratch
        if isTemporary {
            stage.undo.push("remove \(scratch)") { try RemovedTree.remove(scratch) }
        }
        try makeLayer()
        let user = map.isIdentity ? nil : try process.namespace(.user)
        let tree = try mount(idmappedBy: user)
        try process.send(tree.descriptor.rawValue, to: slot)
    }

    private func makeLayer() throws(KernelError) {
        guard let uid = map.outside(uid: 0), let gid = map.outside(gid: 0) else {
            throw KernelError("mount \(name): the map has no root", .invalidArgument)
        }
        for directory in [scratch, upper, work] {
            if mkdir(directory.string, directory == scratch ? 0o711 : 0o755) != 0 {
                let errno = Errno.current
                if errno != .fileExists { throw KernelError("make \(directory)", errno) }
                continue
            }
            if directory == scratch { continue }
            if chown(directory.string, uid, gid) != 0 {
                let errno = Errno.current
                throw KernelError("give \(directory) to the container's root", errno)
            }
        }
    }

    private func mount(idmappedBy user: NamespaceHandle?) throws(KernelError) -> DetachedTree {
        let number = minirun_fsopen("overlay")
        if number < 0 { throw KernelError("mount \(name)", Errno(rawValue: -number)) }
        let context = OwnedDescriptor(owning: number)
        var trees: [CInt] = []
        defer { for tree in trees { close(tree) } }
        var layers: [String] = []
        for lower in lowers {
            guard let user else {
                layers.append(Self.escaped(lower.string))
                continue
            }
            let tree = try DetachedTree(copying: lower, recursive: false, for: "mount \(name)")
            try tree.set(idmappedBy: user, recursive: false, for: "mount \(name): idmap \(lower)")
            let descriptor = tree.release()
            trees.append(descriptor)
            layers.append("/proc/self/fd/\(descriptor)")
        }
        try configure(context, "source", "overlay")
        try configure(context, "lowerdir", layers.joined(separator: ":"))
        try configure(context, "upperdir", upper.string)
        try configure(context, "workdir", work.string)
        if isTemporary { try configure(context, "volatile", nil) }
        if Self.isInsideUserNamespace { try configure(context, "userxattr", nil) }
        let mounted = minirun_fsmount(context.rawValue, 0)
        if mounted < 0 { throw failure(context, Errno(rawValue: -mounted)) }
        return DetachedTree(owning: mounted)
    }

    private func configure(_ context: borrowing OwnedDescriptor, _ key: String, _ value: String?) throws(KernelError) {
        let result = minirun_fsconfig_string(context.rawValue, key, value)
        if result < 0 { throw failure(context, Errno(rawValue: -result)) }
    }

    private func failure(_ context: borrowing OwnedDescriptor, _ errno: Errno) -> KernelError {
        KernelError("mount \(name)", errno, hint: kernelMessage(of: context.rawValue))
    }

    /// In a path of `lowerdir`, a colon separates and a backslash escapes.
    static func escaped(_ path: String) -> String {
        path.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
    }

    /// trusted.* attributes need privilege over the initial user namespace; user.* ones serve elsewhere.
    static let isInsideUserNamespace: Bool = (try? IDMap.current())?.isInitial == false
}

/// What the kernel said about a failed fsconfig or fsmount, if anything.
func kernelMessage(of context: CInt) -> String? {
    var buffer = [CChar](repeating: 0, count: 512)
    let length = minirun_fs_message(context, &buffer, UInt(buffer.count))
    guard length > 2 else { return nil }
    let text = String(decoding: buffer[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // "e message\n": the first letter is the message's class.
    return text.dropFirst(2).split(separator: "\n").first.map(String.init)
}
