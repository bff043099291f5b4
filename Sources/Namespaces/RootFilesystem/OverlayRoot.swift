import CShim
import SystemPackage

/// Makes the container's root: an overlay of read-only lower directories and a writable layer of its own, handed to the
/// child as a detached mount.
///
/// The lowers are idmapped, so on disk nothing changes owner and inside everything is root's. The upper directory is
/// not: overlayfs works there with the mounter's own ids, so it belongs to the container's root.
public struct OverlayRoot: Step {
    /// Read-only directories, uppermost first. One may be a mount, several are an image's layers and may not.
    public var lowers: [FilePath]
    /// A directory that `upper` and `work` are made in, on one file system. Nil: a tmpfs that is mounted nowhere, so the
    /// kernel takes it back with the container, however that ends; there is nothing to remove (rmdir on ext4 was measured
    /// at 2 to 8 ms each).
    public var scratch: FilePath?
    /// Whether nothing of the layer need ever reach the disk (mount option `volatile`); it can be mounted only once then.
    public var isVolatile: Bool
    /// Whether device files of the image and of the container's own making are devices. Else a file that names the host's
    /// disk, which a user id map does not hold back, is an empty word: mount flag `nodev`.
    public var allowsDevices: Bool
    /// The container's map; identity: lowers stay as they are.
    public var map: IDMap
    /// Where the child waits for it.
    public var slot: MountSlot

    /// An overlay to be made.
    public init(
        lowers: [FilePath], scratch: FilePath?, isVolatile: Bool, allowsDevices: Bool = false, map: IDMap,
        slot: MountSlot
    ) {
        self.lowers = lowers
        self.scratch = scratch
        self.isVolatile = isVolatile
        self.allowsDevices = allowsDevices
        self.map = map
        self.slot = slot
    }

    var name: String { "overlay on / (lower \(lowers.map(\.string).joined(separator: ":")))" }

    /// Mounts and hands over. A layer in a directory stays: it is its owner's. Throws ``KernelError``.
    public func apply(on stage: Stage) throws {
        let process = try stage.process(for: "mount \(name)")
        let layer = try OverlayLayer.prepared(scratch, map: map, for: "mount \(name)")
        let user = map.isIdentity ? nil : try process.namespace(.user)
        let tree = try mount(layer, idmappedBy: user)
        try process.send(tree.descriptor.rawValue, to: slot)
    }

    private func mount(_ layer: borrowing OverlayLayer, idmappedBy user: NamespaceHandle?) throws(KernelError)
        -> DetachedTree
    {
        let number = minirun_fsopen("overlay")
        if number < 0 { throw KernelError("mount \(name)", Errno(rawValue: -number)) }
        let context = OwnedDescriptor(owning: number)
        var trees: [FilePath: CInt] = [:]
        defer { for tree in trees.values { close(tree) } }
        var layers: [String] = []
        for (place, lower) in zip(places, lowers) {
            guard let user else {
                layers.append(lower.string)
                continue
            }
            let number: CInt
            if let known = trees[place] { number = known } else { number = try tree(of: place, idmappedBy: user) }
            trees[place] = number
            let top = "/proc/self/fd/\(number)"
            layers.append(place == lower ? top : "\(top)/\(lower.lastComponent?.string ?? "")")
        }
        try configure(context, "source", "overlay")
        try stack(layers, in: context)
        try configure(context, "upperdir", layer.upper)
        try configure(context, "workdir", layer.work)
        if isVolatile { try configure(context, "volatile", nil) }
        if Self.isInsideUserNamespace { try configure(context, "userxattr", nil) }
        let mounted = minirun_fsmount(context.rawValue, allowsDevices ? 0 : UInt32(MOUNT_ATTR_NODEV))
        if mounted < 0 { throw failure(context, Errno(rawValue: -mounted)) }
        return DetachedTree(owning: mounted)
    }

    /// What is idmapped for each lower: itself, or of several the directory that they are in. An image's layers lie side by
    /// side and are no mounts, so one copied mount serves them all; to take one apart the kernel waits for every processor.
    var places: [FilePath] { lowers.count > 1 ? lowers.map { $0.removingLastComponent() } : lowers }

    private func tree(of place: FilePath, idmappedBy user: NamespaceHandle) throws(KernelError) -> CInt {
        let tree = try DetachedTree(copying: place, recursive: false, for: "mount \(name)")
        try tree.set(idmappedBy: user, recursive: false, for: "mount \(name): idmap \(place)")
        return tree.release()
    }

    /// One by one, for the kernel takes no more than 255 bytes in one value (fsconfig(2)); before Linux 6.5 all at once,
    /// which is enough for some.
    private func stack(_ layers: [String], in context: borrowing OwnedDescriptor) throws(KernelError) {
        if layers.count > 1, minirun_fsconfig_string(context.rawValue, "lowerdir+", layers[0]) == 0 {
            for layer in layers.dropFirst() { try configure(context, "lowerdir+", layer) }
            return
        }
        try configure(context, "lowerdir", layers.map(Self.escaped).joined(separator: ":"))
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
    package static let isInsideUserNamespace: Bool = IDMap.own?.isInitial == false
}

/// What the kernel said about a failed fsconfig or fsmount, if anything.
func kernelMessage(of context: CInt) -> String? {
    var buffer = [CChar](repeating: 0, count: 512)
    let length = minirun_fs_message(context, &buffer, UInt(buffer.count))
    guard length > 2 else { return nil }
    let text = String(untilNul: buffer[..<Int(length)])
    // "e message\n": the first letter is the message's class.
    return text.dropFirst(2).split(separator: "\n").first.map(String.init)
}
