/// The resolv.conf of one container: the host's file, the options, and what the container's network can reach.
public struct ContainerResolver: Sendable, Equatable {
    /// How the container is connected, as far as name servers care.
    public enum Reach: Sendable, Equatable {
        /// A network namespace of its own that reaches others through the host.
        case network(ipv6: Bool)
        /// No network at all: the file is passed on as it is and nothing is missed.
        case nothing
        /// The host's own namespace: its servers, loopback included, are the container's too.
        case host
    }

    /// The host's file.
    public static let hostPath = "/etc/resolv.conf"
    /// What systemd-resolved writes for those who cannot reach its stub.
    public static let resolvedPath = "/run/systemd/resolve/resolv.conf"

    /// The file's text.
    public var text: String
    /// A sentence for stderr when a networked container is left without any server. There is no silent fallback to a
    /// public one: that would tell a stranger what the container asks for (moby#49665).
    public var warning: String?

    /// Makes the file. `host` is the text of `hostPath` (nil when it cannot be read); `resolved` reads `resolvedPath`, and
    /// is called only when the host's only server is the stub at 127.0.0.53.
    public init(host: String?, resolved: () -> String?, overrides: ResolverOverrides, reach: Reach) {
        var path = Self.hostPath
        var configuration = ResolverConfiguration(parsing: host ?? "")
        if case .network = reach, overrides.servers.isEmpty, configuration.isResolvedStub, let text = resolved() {
            path = Self.resolvedPath
            configuration = ResolverConfiguration(parsing: text)
        }
        let inherited = configuration.servers
        configuration.apply(overrides)
        if case .network(let ipv6) = reach, overrides.servers.isEmpty {
            configuration.keepReachable(ipv6: ipv6)
            if configuration.servers.isEmpty {
                warning = Self.warning(path: path, inherited: inherited)
            }
        }
        text = configuration.text(origin: "Based on host file: '\(path)'")
    }

    private static func warning(path: String, inherited: [NameServer]) -> String {
        let reason =
            inherited.isEmpty
            ? "\(path) names no server"
            : "of \(path) the container reaches none (\(inherited.map(\.description).joined(separator: ", ")))"
        return "no name server is left for the container: \(reason); give one with --dns"
    }
}
