/// One subnet of a network, and what of it is for whom.
public struct NetworkSubnet: Sendable, Hashable {
    /// The subnet, host bits zero.
    public var subnet: IPPrefix
    /// The containers' way out; nil for a subnet without one.
    public var gateway: IPAddress?
    /// Where addresses are taken from by themselves; nil: from all of the subnet.
    public var range: IPPrefix?
    /// Addresses that belong to others, by the names that the user gave them.
    public var auxiliary: [String: IPAddress]

    /// Gathers the parts.
    public init(
        _ subnet: IPPrefix, gateway: IPAddress? = nil, range: IPPrefix? = nil, auxiliary: [String: IPAddress] = [:]
    ) {
        self.subnet = subnet.network
        self.gateway = gateway
        self.range = range
        self.auxiliary = auxiliary
    }

    /// IPv4 or IPv6.
    public var family: IPAddress.Family { subnet.address.family }

    /// The gateway with the subnet's length, as an interface has it: `172.26.0.1/16`.
    public var gatewayPrefix: IPPrefix? { gateway.flatMap { IPPrefix($0, length: subnet.length) } }
}
