import CShim
import SystemPackage

/// The directory itself as the container's root: what is written inside is written through (`--rootfs-rw`).
public struct DirectRoot: Step {
    /// The directory.
    public var directory: FilePath
    /// Whether nothing can be written.
    public var isReadOnly: Bool
    /// Whether device files in it are devices; see ``OverlayRoot/allowsDevices``.
    public var allowsDevices: Bool
    /// The container's map.
    public var map: IDMap
    /// Where the child waits for it.
    public var slot: MountSlot

    /// A root to be handed over.
    public init(
        directory: FilePath, isReadOnly: Bool = false, allowsDevices: Bool = false, map: IDMap, slot: MountSlot
    ) {
        self.directory = directory
        self.isReadOnly = isReadOnly
        self.allowsDevices = allowsDevices
        self.map = map
        self.slot = slot
    }

    /// Clones the directory's mount, idmaps it, hands it over. Throws ``KernelError``.
    public func apply(on stage: Stage) throws {
        let what = "use \(directory) as the root file system"
        let process = try stage.process(for: what)
        let tree = try DetachedTree(copying: directory, recursive: false, for: what)
        let user = map.isIdentity ? nil : try process.namespace(.user)
        try tree.set(
            attributes: MountAttributes.bits(readOnly: isReadOnly, devices: allowsDevices), propagation: .isPrivate,
            idmappedBy: user,
            recursive: false, for: what)
        try process.send(tree.descriptor.rawValue, to: slot)
    }
}
