import Namespaces
import SystemPackage

/// `--net bridge`: the container's cable goes into the host's bridge, and the host is its router.
public struct BridgeMode: Sendable, Equatable {
    /// The network.
    public var network: BridgeNetwork
    /// The container's full id, whose beginning names the host's end of the cable.
    public var containerID: String
    /// The container's name, for the cable's second name.
    public var containerName: String
    /// The container's IPv4 address: its lease.
    public var address: IPAddress
    /// The interface inside.
    public var interface: String
    /// The container's link-layer address; 02:42 and the IPv4 address when none is given.
    public var mac: MACAddress?
    /// In bytes; the network's when none is given.
    public var mtu: Int?
    /// Whether containers of the network may not talk to each other.
    public var isIsolated: Bool
    /// The directory that keeps settings of the host from before the first change; nil keeps none.
    public var settingsRecord: FilePath?

    /// Describes an attachment.
    public init(
        network: BridgeNetwork, containerID: String, containerName: String, address: IPAddress,
        interface: String = "eth0", mac: MACAddress? = nil, mtu: Int? = nil, isIsolated: Bool = false,
        settingsRecord: FilePath? = nil
    ) {
        self.network = network
        self.containerID = containerID
        self.containerName = containerName
        self.address = address
        self.interface = interface
        self.mac = mac
        self.mtu = mtu
        self.isIsolated = isIsolated
        self.settingsRecord = settingsRecord
    }

    /// The host's end of the cable, `mr` and the first eight digits of the container's id.
    public var hostInterface: String { "mr" + containerID.prefix(8) }

    /// The container's addresses with their subnets' lengths: IPv4, then IPv6.
    public var addresses: [IPPrefix] {
        [IPPrefix(address, length: network.gateway.length), network.address6(for: address)].compactMap(\.self)
    }

    /// The container's link-layer address.
    public var effectiveMAC: MACAddress { mac ?? MACAddress(forContainerAt: address) ?? network.mac }

    /// Before the container exists: the bridge if it is missing, and forwarding.
    public var networkSteps: [any Step] {
        var steps: [any Step] = []
        switch network.presence {
        case .missing:
            for uplink in network.advertisedUplinks where network.hasIPv6 {
                steps.append(
                    setting(
                        "net/ipv6/conf/\(uplink)/accept_ra", "2",
                        "A host that forwards ignores router advertisements, and \(uplink) has its route from them."))
            }
            steps.append(
                CreateBridge(
                    name: network.name, mac: network.mac, mtu: network.mtu,
                    addresses: [network.gateway, network.gateway6].compactMap(\.self), hasIPv6: IPv6.isPresent))
        case .down: steps.append(SetLinkUp(network.name))
        case .up: break
        }
        let why = "Only a host that forwards packets is a router for its containers."
        steps.append(setting("net/ipv4/ip_forward", "1", why))
        if network.hasIPv6 { steps.append(setting("net/ipv6/conf/all/forwarding", "1", why)) }
        return steps
    }

    /// Once the container's first process exists: the cable, then the inside.
    public var attachSteps: [any Step] {
        [
            CreateVeth(
                hostName: hostInterface, alternativeName: "minirun-\(containerName)-\(interface)",
                bridge: network.name, mtu: mtu ?? network.mtu, interface: interface, mac: effectiveMAC,
                port: BridgePort(hairpin: true, isolated: isIsolated), hasIPv6: IPv6.isPresent),
            ConfigureInside([
                .init(
                    name: interface, addresses: addresses,
                    gateways: [network.gateway.address, network.gateway6?.address].compactMap(\.self),
                    hasIPv6: IPv6.isPresent)
            ]),
        ]
    }

    private func setting(_ path: String, _ value: String, _ why: String) -> SetSysctl {
        let file = path.split(separator: "/").joined(separator: ".")
        return SetSysctl(
            path, value, why: why, record: settingsRecord?.appending(file), neededBy: network.name)
    }
}
