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
    /// Whether the container was connected before, by a cable of the same name.
    public var isRenewed: Bool
    /// Whether containers of the network may not talk to each other.
    public var isIsolated: Bool
    /// Whether the container gets an IPv6 address, if the network has them: not when it switches IPv6 off for itself.
    public var wantsIPv6: Bool
    /// The directory that keeps settings of the host from before the first change; nil keeps none.
    public var settingsRecord: FilePath?

    /// Describes an attachment.
    public init(
        network: BridgeNetwork, containerID: String, containerName: String, address: IPAddress,
        interface: String = "eth0", mac: MACAddress? = nil, mtu: Int? = nil, isRenewed: Bool = false,
        isIsolated: Bool = false,
        wantsIPv6: Bool = true, settingsRecord: FilePath? = nil
    ) {
        self.network = network
        self.containerID = containerID
        self.containerName = containerName
        self.address = address
        self.interface = interface
        self.mac = mac
        self.mtu = mtu
        self.isRenewed = isRenewed
        self.isIsolated = isIsolated
        self.wantsIPv6 = wantsIPv6
        self.settingsRecord = settingsRecord
    }

    /// The host's end of the cable, `mr` and the first eight digits of the container's id.
    public var hostInterface: String { "mr" + containerID.prefix(8) }

    /// The container's addresses with their subnets' lengths: IPv4, then IPv6.
    public var addresses: [IPPrefix] {
        [IPPrefix(address, length: network.gateway.length), hasIPv6 ? network.address6(for: address) : nil]
            .compactMap(\.self)
    }

    /// The size of the interface's packets, in bytes.
    public var effectiveMTU: Int { mtu ?? network.mtu }

    /// RFC 8200 asks for 1280 bytes; the kernel has no IPv6 on a link with less.
    private var hasIPv6: Bool { wantsIPv6 && network.hasIPv6 && effectiveMTU >= IPv6.minimumMTU }

    /// The container's link-layer address.
    public var effectiveMAC: MACAddress { mac ?? MACAddress(forContainerAt: address) ?? network.mac }

    /// Before the container exists: forwarding, and the bridge if it is missing. In this order, so that a failed set-up
    /// takes the bridge back first, and whether it is really gone decides about the settings.
    public var networkSteps: [any Step] {
        var steps: [any Step] = []
        steps.append(
            setting(
                "net/ipv4/ip_forward", "1", "Only a host that forwards packets is a router for its containers."))
        if network.hasIPv6 {
            for uplink in network.advertisedUplinks {
                steps.append(
                    setting(
                        "net/ipv6/conf/\(uplink)/accept_ra", "2",
                        "A host that forwards ignores router advertisements, and \(uplink) has its route from them."))
            }
            steps.append(setting("net/ipv6/conf/all/forwarding", "1", "IPv6 has a switch of its own for forwarding."))
        }
        switch network.presence {
        case .missing:
            steps.append(
                CreateBridge(
                    name: network.name, mac: network.mac, mtu: network.mtu,
                    addresses: [network.gateway, network.gateway6].compactMap(\.self),
                    hasIPv6: IPv6.isPresent(mtu: network.mtu)))
        case .down: steps.append(SetLinkUp(network.name))
        case .up: break
        }
        return steps
    }

    /// Once the container's first process exists: the cable, then the inside.
    public var attachSteps: [any Step] {
        let alternativeName = "minirun-\(containerName)-\(interface)"
        let isPresent = IPv6.isPresent(mtu: effectiveMTU)
        return [
            CreateVeth(
                // ALTIFNAMSIZ is 128 with the terminating zero; a longer name is only a convenience less.
                hostName: hostInterface, alternativeName: alternativeName.utf8.count < 128 ? alternativeName : nil,
                bridge: network.name, mtu: effectiveMTU, interface: interface, mac: effectiveMAC,
                port: BridgePort(hairpin: true, isolated: isIsolated), hasIPv6: isPresent, isRenewed: isRenewed),
            ConfigureInside([
                .init(
                    name: interface, addresses: addresses,
                    gateways: [network.gateway.address, hasIPv6 ? network.gateway6?.address : nil].compactMap(\.self),
                    hasIPv6: isPresent)
            ]),
        ]
    }

    private func setting(_ path: String, _ value: String, _ why: String) -> SetSysctl {
        let file = path.split(separator: "/").joined(separator: ".")
        return SetSysctl(
            path, value, why: why, record: settingsRecord?.appending(file), neededBy: network.name)
    }
}
