import Namespaces

/// A container's cable into a bridge: one end a port of the bridge, the other the container's interface.
public struct BridgeMode: Sendable, Equatable {
    /// The bridge's interface name.
    public var bridge: String
    /// The host's end of the cable, `mr` and the first eight digits of the container's id.
    public var hostInterface: String
    /// The host's end's second name, for people.
    public var alternativeName: String?
    /// The interface inside.
    public var interface: String
    /// The container's addresses with their subnets' lengths.
    public var addresses: [IPPrefix]
    /// The next hops of its default routes, at most one of each family.
    public var gateways: [IPAddress]
    /// The container's link-layer address.
    public var mac: MACAddress
    /// In bytes.
    public var mtu: Int
    /// Whether containers of the network may not talk to each other.
    public var isIsolated: Bool
    /// Whether the container was connected before, by a cable of the same name.
    public var isRenewed: Bool

    /// Describes a cable.
    public init(
        bridge: String, hostInterface: String, alternativeName: String? = nil, interface: String = "eth0",
        addresses: [IPPrefix], gateways: [IPAddress] = [], mac: MACAddress, mtu: Int, isIsolated: Bool = false,
        isRenewed: Bool = false
    ) {
        self.bridge = bridge
        self.hostInterface = hostInterface
        self.alternativeName = alternativeName
        self.interface = interface
        self.addresses = addresses
        self.gateways = gateways
        self.mac = mac
        self.mtu = mtu
        self.isIsolated = isIsolated
        self.isRenewed = isRenewed
    }

    /// The name of the host's end: `mr` and eight digits of the container's id, for further connections with a number.
    public static func hostInterface(container id: String, number: Int = 0) -> String {
        "mr" + id.prefix(8) + (number == 0 ? "" : "-\(number)")
    }

    /// The second name of the host's end, `minirun-web-eth0`; nil when it would be too long for the kernel.
    public static func alternativeName(container name: String, interface: String) -> String? {
        let name = "minirun-\(name)-\(interface)"
        // ALTIFNAMSIZ is 128 with the terminating zero; a longer name is only a convenience less.
        return name.utf8.count < 128 ? name : nil
    }

    /// The pair of interfaces.
    public var cable: CreateVeth {
        CreateVeth(
            hostName: hostInterface, alternativeName: alternativeName, bridge: bridge, mtu: mtu, interface: interface,
            mac: mac, port: BridgePort(hairpin: true, isolated: isIsolated), hasIPv6: IPv6.isPresent(mtu: mtu),
            isRenewed: isRenewed)
    }

    /// What the interface inside gets.
    public var inside: ConfigureInside.Interface {
        .init(name: interface, addresses: addresses, gateways: gateways, hasIPv6: IPv6.isPresent(mtu: mtu))
    }

    /// Once the container's first process exists: the cable, then the inside.
    public var attachSteps: [any Step] { [cable, ConfigureInside([inside])] }
}
