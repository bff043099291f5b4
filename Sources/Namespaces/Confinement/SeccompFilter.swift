import CShim
import SystemPackage

/// A system call filter ready for the kernel: an array of `struct sock_filter` (linux/filter.h), in memory order.
///
/// The child hands it to seccomp(2) as a `sock_fprog`. Without `no_new_privs` that takes
/// CAP_SYS_ADMIN over the process's user namespace, so then the filter is loaded before capabilities are dropped.
public struct SeccompFilter: Sendable, Hashable {
    /// The instructions, 8 bytes each.
    public let program: [UInt8]

    /// Takes a compiled program; nil when no kernel would take it (empty, cut, or above BPF_MAXINSNS).
    public init?(program: [UInt8]) {
        let size = MemoryLayout<sock_filter>.size
        guard !program.isEmpty, program.count % size == 0, program.count / size <= Int(BPF_MAXINSNS) else { return nil }
        self.program = program
    }
}

/// Which filter a container runs under (`--security-opt seccomp=...`).
public enum SeccompPolicy: Sendable, Hashable {
    /// The distribution's profile of containers-common where it is installed, else minirun's own.
    case standard
    /// None.
    case unconfined
    /// A profile in Docker's JSON format.
    case file(FilePath)

    /// Reads what follows `seccomp=`: `unconfined`, `builtin` (or nothing), or the path of a profile.
    public init(option: String) {
        switch option {
        case "", "builtin": self = .standard
        case "unconfined": self = .unconfined
        default: self = .file(FilePath(option))
        }
    }

    /// Where containers-common puts the distribution's profile.
    public static let distributionProfile: FilePath = "/usr/share/containers/seccomp.json"

    /// The compiled filter for a container with these capabilities; nil for `unconfined`.
    ///
    /// Compiling takes milliseconds, so the result is kept in the directory `cache` (made 0700 when missing; its files
    /// belong to the caller, mode 0600) under everything it depends on. A cache that cannot be used costs time, nothing
    /// else. Throws `SeccompError` naming the profile.
    public func filter(
        for capabilities: CapabilitySet, cache: FilePath?
    ) throws(SeccompError) -> SeccompFilter? {
        guard let source = try source() else { return nil }
        let key = SeccompCache.key(profile: source.identity, capabilities: capabilities)
        if let cache, let found = SeccompCache(cache).read(key) { return found }
        let profile = try SeccompProfile(json: source.text(), named: source.name)
        let filter = try profile.compile(for: capabilities)
        if let cache { SeccompCache(cache).write(filter, under: key) }
        return filter
    }
}

/// A profile that cannot be read, or that libseccomp refuses.
public struct SeccompError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sentence; it names the profile.
    public let description: String

    init(_ profile: String, _ reason: String) { description = "seccomp profile \(profile): \(reason)" }
}
