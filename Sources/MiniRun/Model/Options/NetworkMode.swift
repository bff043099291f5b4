import Namespaces

/// What `--net` (`--network`) asks for.
public enum NetworkMode: Sendable, Hashable, CustomStringConvertible {
    /// A veth on the default bridge; also `default` and no option at all.
    case bridge
    /// A network namespace with nothing but loopback.
    case none
    /// The host's own network namespace.
    case host
    /// The network namespace of another container, by name or id.
    case container(String)
    /// Any network namespace, by the path of its nsfs file: `ns:/run/netns/r1`.
    case path(String)
    /// A network that the user made, by name or id.
    case network(String)

    /// Parses the option's value; throws Docker's sentence.
    public init(parsing text: String) throws(UsageError) {
        let (kind, value) = text.cut(":")
        switch (kind, value) {
        case ("bridge", nil), ("default", nil): self = .bridge
        case ("none", nil): self = .none
        case ("host", nil): self = .host
        // Docker takes the bare word for the same slip.
        case ("container", nil), ("container", ""):
            throw UsageError("invalid network mode: invalid container format container:<name|id>")
        case ("container", let name?): self = .container(name)
        case ("ns", let path?):
            guard path.begins(with: "/") else {
                throw UsageError("invalid network mode: \(text): ns: takes the absolute path of a network namespace")
            }
            self = .path(path)
        default:
            guard !text.trimmed.isEmpty else { throw UsageError("no name set for network") }
            self = .network(text)
        }
    }

    /// As `inspect` shows it in `HostConfig.NetworkMode`.
    public var description: String {
        switch self {
        case .bridge: "bridge"
        case .none: "none"
        case .host: "host"
        case .container(let name): "container:\(name)"
        case .path(let path): "ns:\(path)"
        case .network(let name): name
        }
    }

    /// Whether it is that of another container.
    var isJoined: Bool { if case .container = self { true } else { false } }

    /// Whether the container gets a network namespace of its own.
    public var isPrivate: Bool {
        switch self {
        case .bridge, .none, .network: true
        case .host, .container, .path: false
        }
    }
}
