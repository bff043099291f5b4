/// One published port as the firewall needs it: what was reserved on the host, and where it leads.
public struct Publication: Sendable, Hashable {
    /// The host address; nil means all of them, of both families.
    public var hostAddress: IPAddress?
    /// The host port that is reserved.
    public var hostPort: UInt16
    /// The port inside and the protocol.
    public var container: ContainerPort
    /// The address that leads host processes over the loop pair to this port, by family.
    public var guardAddress4: IPAddress?
    /// The same for IPv6.
    public var guardAddress6: IPAddress?

    /// Gathers the parts; a guard address is nil where the port is not published in that family.
    public init(
        hostAddress: IPAddress?, hostPort: UInt16, container: ContainerPort, guardAddress4: IPAddress?,
        guardAddress6: IPAddress?
    ) {
        self.hostAddress = hostAddress
        self.hostPort = hostPort
        self.container = container
        self.guardAddress4 = guardAddress4
        self.guardAddress6 = guardAddress6
    }

    /// Whether anything of the host's is taken: nothing is in a routed network.
    public var isReserved: Bool { guardAddress4 != nil || guardAddress6 != nil }

    /// The entries of `port` and `inspect`: one for a single address, one for each family for all of them.
    public var publishedPorts: [PublishedPort] {
        var addresses: [IPAddress] = []
        if let hostAddress {
            addresses = isReserved ? [hostAddress] : []
        } else {
            if guardAddress4 != nil { addresses.append(.unspecified(.v4)) }
            if guardAddress6 != nil { addresses.append(.unspecified(.v6)) }
        }
        return addresses.map { PublishedPort(container: container, hostAddress: $0, hostPort: hostPort) }
    }
}
