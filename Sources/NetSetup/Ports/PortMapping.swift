import Namespaces

/// The host's side of a wish to publish.
public enum HostPort: Sendable, Hashable, CustomStringConvertible {
    /// Any free port of the kernel's ephemeral range.
    case dynamic
    /// Exactly this one, 1 to 65535.
    case fixed(UInt16)
    /// The first free one of these.
    case range(ClosedRange<UInt16>)

    /// `` (dynamic), `8080` or `8000-9000`.
    public var description: String {
        switch self {
        case .dynamic: ""
        case .fixed(let port): "\(port)"
        case .range(let ports): "\(ports.lowerBound)-\(ports.upperBound)"
        }
    }
}

/// One wish to publish: which port of the container, where on the host.
public struct PortMapping: Sendable, Hashable, CustomStringConvertible {
    /// The host address; nil means all of them, IPv4 and IPv6.
    public var hostAddress: IPAddress?
    /// The host port or ports.
    public var hostPort: HostPort
    /// The port inside and the protocol.
    public var container: ContainerPort

    /// Gathers the three parts.
    public init(hostAddress: IPAddress? = nil, hostPort: HostPort = .dynamic, container: ContainerPort) {
        self.hostAddress = hostAddress
        self.hostPort = hostPort
        self.container = container
    }

    /// The short form that parses back to this value: `127.0.0.1:8080:80/tcp`.
    public var description: String {
        let address = hostAddress.map { "\($0.bracketed):" } ?? ""
        return "\(address)\(hostPort):\(container)"
    }
}

/// One port that *is* published: an entry of `NetworkSettings.Ports` and a line of `port`.
public struct PublishedPort: Sendable, Hashable {
    /// The port inside and the protocol.
    public var container: ContainerPort
    /// The host address; `0.0.0.0` and `::` are the wildcards.
    public var hostAddress: IPAddress
    /// The host port that was reserved.
    public var hostPort: UInt16

    /// Gathers the three parts.
    public init(container: ContainerPort, hostAddress: IPAddress, hostPort: UInt16) {
        self.container = container
        self.hostAddress = hostAddress
        self.hostPort = hostPort
    }

    /// `0.0.0.0:32768` or `[::]:32768`.
    public var frontend: String { "\(hostAddress.bracketed):\(hostPort)" }

    /// `80/tcp -> 0.0.0.0:32768`.
    public var line: String { "\(container) -> \(frontend)" }
}
