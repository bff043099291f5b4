import CShim
import Namespaces
import SystemPackage

/// A name of `ip netns`: a file in /run/netns on which a network namespace is bound, or a symbolic link to one.
struct NamespaceName {
    /// What is behind a name.
    enum Target: Equatable {
        /// A network namespace, by what tells it from others.
        case network(UInt64)
        /// A plain file, or a link that leads nowhere.
        case nothing
        /// Another kind of namespace, or what we may not look at.
        case unknown
    }

    let name: String
    let target: Target

    /// Whether a network namespace is behind it.
    var isNetwork: Bool { if case .network = target { true } else { false } }

    /// All names, in order. Throws `KernelError`.
    static func all() throws -> [NamespaceName] {
        try Files.names(in: Exposure.directory).sorted().map { name in
            NamespaceName(name: name, target: look(Exposure.directory.appending(name)))
        }
    }

    /// The names behind which nothing is. One that is just being made has its file a moment before its namespace: so they are
    /// looked at twice. Throws `KernelError`.
    static func dead() throws -> [String] {
        func now() throws -> [String] { try all().filter { $0.target == .nothing }.map(\.name) }
        let suspects = try now()
        guard !suspects.isEmpty else { return [] }
        usleep(100_000)
        return try now().filter(suspects.contains)
    }

    private static func look(_ path: FilePath) -> Target {
        var status = stat()
        guard stat(path.string, &status) == 0 else {
            return Errno.current == .noSuchFileOrDirectory ? .nothing : .unknown
        }
        // Whatever else lies there is not opened: a pipe would keep us waiting.
        guard status.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG), let handle = try? NamespaceHandle(path: path) else {
            return .unknown
        }
        switch handle.kind() {
        case .network: return (try? handle.inode()).map(Target.network) ?? .unknown
        case nil: return .nothing
        default: return .unknown
        }
    }
}
