import CShim
import SystemPackage

/// A file or directory of the host made visible inside (`-v`): a detached, idmapped copy of its mount, handed to the
/// child, which puts it on ``target`` by `makeTarget` and `attach`.
public struct TreeMount: Step {
    /// File or directory on the host.
    public var source: FilePath
    /// What of the source is wanted, by a relative path that no link in the source can lead out of it; all of it when nil.
    public var subpath: String?
    /// Absolute path inside; for explanations and errors.
    public var target: String
    /// Whether it cannot be written.
    public var isReadOnly: Bool
    /// Whether device files in it are devices; see ``OverlayRoot/allowsDevices``.
    public var allowsDevices: Bool
    /// Whether mounts below the source come along. Each of them has to be able to be idmapped.
    public var isRecursive: Bool
    /// `isPrivate` (Docker's default), `isSlave` or `isShared`.
    public var propagation: MountFlags
    /// The container's map.
    public var map: IDMap
    /// Where the child waits for it.
    public var slot: MountSlot

    /// A volume to be handed over.
    public init(
        source: FilePath, subpath: String? = nil, target: String, isReadOnly: Bool = false, allowsDevices: Bool = false,
        isRecursive: Bool = true, propagation: MountFlags = .isPrivate, map: IDMap, slot: MountSlot
    ) {
        self.source = source
        self.subpath = subpath
        self.target = target
        self.isReadOnly = isReadOnly
        self.allowsDevices = allowsDevices
        self.isRecursive = isRecursive
        self.propagation = propagation
        self.map = map
        self.slot = slot
    }

    /// What the child does with it, to be put among the `volumes` of ``StandardMounts``.
    public var childOperations: [ChildOperation] {
        [
            .receiveMount(slot, what: "\(shownSource)"), .makeTarget(target, for: slot), .attach(slot, target: target),
        ]
    }

    var name: String { "mount \(shownSource) on \(target)" }

    var shownSource: FilePath { subpath.map { source.pushing(FilePath($0)) } ?? source }

    /// Clones, idmaps, hands over. Throws ``KernelError``.
    public func apply(on stage: Stage) throws {
        let process = try stage.process(for: name)
        let tree = try detached()
        let user = map.isIdentity ? nil : try process.namespace(.user)
        do {
            try tree.set(
                attributes: MountAttributes.bits(readOnly: isReadOnly, devices: allowsDevices),
                propagation: propagation, idmappedBy: user, recursive: isRecursive, for: name)
        } catch {
            throw user.flatMap { refusal(error, idmappedBy: $0) } ?? error
        }
        try process.send(tree.descriptor.rawValue, to: slot)
    }

    /// The error for a source that could be had alone: what is mounted below it stands in the way.
    private func refusal(_ error: KernelError, idmappedBy user: NamespaceHandle) -> KernelError? {
        guard isRecursive, subpath == nil,
            let alone = try? DetachedTree(copying: source, recursive: false, for: name),
            (try? alone.set(idmappedBy: user, recursive: false, for: name)) != nil
        else { return nil }
        let words = "type=bind,src=\(source),dst=\(target)\(isReadOnly ? ",readonly" : ""),bind-recursive=disabled"
        return KernelError(
            error.operation, error.errno,
            hint: "something mounted below it cannot be idmapped, as /proc, /sys and /dev cannot; leave it out with "
                + "--mount \(words), or use --userns host")
    }

    private func detached() throws(KernelError) -> DetachedTree {
        guard let subpath else { return try DetachedTree(copying: source, recursive: isRecursive, for: name) }
        let number = minirun_open(source.string, O_PATH | O_DIRECTORY, 0)
        guard number >= 0 else { throw KernelError.current("\(name), open \(source)") }
        let directory = OwnedDescriptor(owning: number)
        let found = minirun_open_beneath(directory.rawValue, subpath)
        guard found >= 0 else { throw KernelError.current("cannot access path \(shownSource)") }
        let part = OwnedDescriptor(owning: found)
        return try DetachedTree(
            copying: FilePath("/proc/self/fd/\(part.rawValue)"), recursive: isRecursive, for: name)
    }
}
