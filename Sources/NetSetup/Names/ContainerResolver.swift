/// The resolv.conf of one container: the host's file, the options, and what the container's network can reach.
public struct ContainerResolver: Sendable, Equatable {
    /// How the container is connected, as far as name servers care.
    public enum Reach: Sendable, Equatable {
        /// A network namespace of its own that reaches others through the host.
        case network(ipv6: Bool)
        /// A name server of its own at 127.0.0.11 (`ServeNames`), which asks the servers that `upstream` gives.
        case embedded
        /// No network at all: the file is passed on as it is and nothing is missed.
        case nothing
        /// The host's own namespace: its servers, loopback included, are the container's too.
        case host
    }

    /// Where a container on a network finds the server that minirun runs for it; Docker's address.
    public static let embeddedServer = IPAddress(v4: 0x7f00_000b)
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
        if case .embedded = reach {
            (text, warning) = Self.embedded(configuration, overrides)
            return
        }
        let inherited = configuration.servers
        configuration.apply(overrides.withoutPorts)
        if case .network(let ipv6) = reach, overrides.withoutPorts.servers.isEmpty {
            configuration.keepReachable(ipv6: ipv6)
            if configuration.servers.isEmpty {
                warning = Self.warning(path: path, inherited: inherited)
            }
        }
        text = configuration.text(origin: "Based on host file: '\(path)'")
    }

    /// The servers that a container's own server asks for names outside its networks: those of `--dns`, else the host's, by the
    /// host's file. They are asked from the host's side, so its loopback servers (systemd-resolved's 127.0.0.53 with its rules
    /// about which domain is asked where) and those on one of its links will do.
    public static func upstream(host: String?, overrides: ResolverOverrides) -> [NameServer] {
        overrides.servers.isEmpty ? ResolverConfiguration(parsing: host ?? "").servers : overrides.servers
    }

    /// The file of a container with a server of its own, with the comments that Docker writes.
    private static func embedded(
        _ host: ResolverConfiguration, _ overrides: ResolverOverrides
    ) -> (text: String, warning: String?) {
        let upstream = overrides.servers.isEmpty ? host.servers : overrides.servers
        var configuration = host
        configuration.apply(overrides)
        configuration.servers = [NameServer(embeddedServer)]
        // One label is a whole name here: it is not to be tried with the search list first. The user may know better.
        func isDots(_ option: String) -> Bool { option.begins(with: "ndots:") }
        if !overrides.options.contains(where: isDots) {
            configuration.options.removeAll(where: isDots)
            configuration.options.append("ndots:0")
        }
        // What the container itself could not reach is marked, as Docker does it.
        let listed = upstream.map { $0.address.isLoopback || $0.zone != nil ? "host(\($0))" : "\($0)" }
        let text =
            configuration.text(origin: "Based on host file: '\(hostPath)' (internal resolver)")
            + "# ExtServers: [\(listed.joined(separator: " "))]\n"
        let warning =
            "no name server is known for names outside the container's networks: \(hostPath) names no server; "
            + "give one with --dns"
        return (text, upstream.isEmpty ? warning : nil)
    }

    private static func warning(path: String, inherited: [NameServer]) -> String {
        let reason =
            inherited.isEmpty
            ? "\(path) names no server"
            : "of \(path) the container reaches none (\(inherited.map(\.description).joined(separator: ", ")))"
        return "no name server is left for the container: \(reason); give one with --dns"
    }
}
