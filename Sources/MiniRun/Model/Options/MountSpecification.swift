import Namespaces

/// One mount that the user asked for, whichever option said so: `-v`, `--mount` or `--tmpfs`.
public struct MountSpecification: Sendable, Hashable {
    /// What is mounted.
    public enum Kind: String, Sendable, Hashable {
        /// A file or directory of the host.
        case bind
        /// A named volume, or one without a name for this container alone.
        case volume
        /// A new file system in memory.
        case tmpfs
    }

    /// How far `isReadOnly` and the bind reach below the source (`bind-recursive`).
    public enum Recursion: String, Sendable, Hashable {
        /// Mounts below come along, read-only with it where the kernel can do that.
        case enabled
        /// Mounts below stay outside.
        case disabled
        /// Mounts below come along and stay writable.
        case writable
        /// Mounts below come along and have to be read-only, or the run fails.
        case readonly
    }

    /// Mount propagation, as mount(8) names it.
    public enum Propagation: String, Sendable, Hashable, CaseIterable {
        case `private`, rprivate, slave, rslave, shared, rshared
    }

    /// What is mounted.
    public var kind: Kind
    /// Absolute path of a bind, name of a volume; empty for a volume without a name and for tmpfs.
    public var source: String
    /// Absolute, cleaned path inside.
    public var target: String
    /// `ro` of a bind or a volume; a tmpfs has it among its options.
    public var isReadOnly = false
    /// `bind-recursive`.
    public var recursion = Recursion.enabled
    /// `bind-propagation`, or one of the modes of `-v`.
    public var propagation = Propagation.rprivate
    /// Whether a missing source directory is made: `-v` does, `--mount` only with `bind-create-src`.
    public var createsSource = false
    /// `volume-nocopy`: a new volume does not start with what the image has at the target.
    public var isLeftEmpty = false
    /// Whether the volume was made for this container and has no name of the user's: it goes with the container on request.
    public var isAnonymous = false
    /// `volume-subpath`, relative.
    public var subpath: String?
    /// Options of a tmpfs, as mount(8) and tmpfs(5) name them.
    public var tmpfsOptions: [String] = []

    /// A mount with nothing special about it.
    public init(_ kind: Kind, source: String = "", target: String) {
        self.kind = kind
        self.source = source
        self.target = target
    }

    /// Throws Docker's `Duplicate mount point: /x` when two mounts have one target. The `--tmpfs` ones are checked
    /// against the others too.
    public static func checkTargets(_ mounts: [MountSpecification]) throws(UsageError) {
        var seen: Set<String> = []
        for mount in mounts where !seen.insert(mount.target).inserted {
            throw UsageError("Duplicate mount point: \(mount.target)")
        }
    }

    /// The rule that all targets obey; throws the reason without a prefix.
    static func checkTarget(_ path: String) throws(UsageError) {
        guard !path.utf8.contains(0) else { throw UsageError("invalid mount path: a NUL byte in the path") }
        guard CleanPath.of(path) != "/" else {
            throw UsageError("invalid specification: destination can't be '/'")
        }
        guard path.begins(with: "/") else {
            throw UsageError("invalid mount path: '\(path)' mount path must be absolute")
        }
    }

    /// The rule for names of volumes.
    static func checkVolumeName(_ name: String) throws(UsageError) {
        guard name.utf8.count > 1 else {
            throw UsageError(
                "create \(name): volume name is too short, names should be at least two alphanumeric characters")
        }
        let bytes = Array(name.utf8)
        func isWord(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (65...90).contains(byte & 0xdf) }
        guard let first = bytes.first, isWord(first), bytes.allSatisfy({ isWord($0) || [95, 46, 45].contains($0) })
        else {
            throw UsageError(
                "create \(name): \(name.goQuoted) includes invalid characters for a local volume name, only "
                    + "\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path"
            )
        }
    }
}
