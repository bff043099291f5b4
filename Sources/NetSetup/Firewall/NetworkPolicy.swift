/// What packets of one network may do: all that the table has to know of it.
public struct NetworkPolicy: Sendable, Equatable {
    /// The bridge's interface name.
    public var bridge: String
    /// No way out, no way in. It wins over everything else that is said here.
    public var isInternal: Bool
    /// Whether its containers may talk with each other (icc).
    ///
    /// The table sees packets between two ports of a bridge only when br_netfilter shows them; what keeps them apart
    /// everywhere is the flag `isolated` of the bridge's ports.
    public var interContainer: Bool
    /// Whether packets that leave take the host's address, in the families whose mode translates.
    public var masquerades: Bool
    /// How IPv4 packets pass.
    public var gatewayMode4: GatewayMode
    /// How IPv6 packets pass.
    public var gatewayMode6: GatewayMode
    /// Interfaces of the host whose neighbours reach every port of the containers directly.
    public var trustedInterfaces: [String]
    /// Whether minirun made the bridge, so that nobody but containers is behind it; on another one the LAN may be.
    public var isOwn: Bool
    /// Whether a card of the host is a port of the bridge: then other networks reach the LAN by it, and whoever is on it.
    public var isOnLAN: Bool
    /// How it reaches its containers on other hosts, when it has any there.
    public var tunnel: Tunnel?

    /// A network with a way out, masqueraded, whose containers may talk, unless said otherwise.
    public init(
        bridge: String, isInternal: Bool = false, interContainer: Bool = true, masquerades: Bool = true,
        gatewayMode4: GatewayMode = .nat, gatewayMode6: GatewayMode = .nat, trustedInterfaces: [String] = [],
        isOwn: Bool = true, isOnLAN: Bool = false, tunnel: Tunnel? = nil
    ) {
        self.bridge = bridge
        self.isInternal = isInternal
        self.interContainer = interContainer
        self.masquerades = masquerades
        self.gatewayMode4 = gatewayMode4
        self.gatewayMode6 = gatewayMode6
        self.trustedInterfaces = trustedInterfaces
        self.isOwn = isOwn
        self.isOnLAN = isOnLAN
        self.tunnel = tunnel
    }

    /// What stands in the sets of the table for it.
    var elements: [FirewallElement] {
        // One isolated family cuts off both: whoever asks for it never wants the other to be open by mistake.
        let isCutOff = isInternal || gatewayMode4 == .isolated || gatewayMode6 == .isolated
        let elements: [FirewallElement] =
            [.bridge(bridge, in: "networks"), .pair(bridge, bridge, in: "same")]
            + (isOwn ? [.bridge(bridge, in: "guarded")] : [])
            + (isOnLAN ? [.bridge(bridge, in: "lan")] : [])
            + (isCutOff ? [.bridge(bridge, in: "internal")] : [])
            + (interContainer ? [.pair(bridge, bridge, in: "within")] : [])
            + elements(gatewayMode4, "4") + elements(gatewayMode6, "6")
            + trustedInterfaces.map { .pair($0, bridge, in: "trusted") } + (tunnel?.elements ?? [])
        return elements.unique
    }

    /// What an earlier policy with other switches may have left; nothing for the usual one.
    var contradictions: [FirewallElement] {
        (interContainer ? [] : [.pair(bridge, bridge, in: "within")])
            + (isOwn || isOnLAN ? [] : [.bridge(bridge, in: "lan")])
            + (masquerades ? [] : [.bridge(bridge, in: "masked4"), .bridge(bridge, in: "masked6")])
    }

    private func elements(_ mode: GatewayMode, _ family: String) -> [FirewallElement] {
        (masquerades && mode.translates ? [.bridge(bridge, in: "masked" + family)] : [])
            + (mode == .natUnprotected ? [.bridge(bridge, in: "open" + family)] : [])
            + (mode == .routed ? [.bridge(bridge, in: "routed" + family)] : [])
    }
}

extension NetworkPolicy {
    /// A UDP port that takes frames (VXLAN), and the hosts that may send them. Networks may have it in common.
    public struct Tunnel: Sendable, Equatable {
        /// The port, on this host and the others.
        public var port: UInt16
        /// The other hosts.
        public var peers: [IPAddress]

        /// A tunnel on this port to these hosts.
        public init(port: UInt16, peers: [IPAddress]) {
            self.port = port
            self.peers = peers
        }

        var elements: [FirewallElement] { [.tunnel(port)] + peers.map { .peer($0, port) } }
    }
}
