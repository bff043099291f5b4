import CShim
import Namespaces
import NetSetup
import SystemPackage

/// The neighbourhood of a playground, built from the same steps that give a container its network.
enum PlaygroundNetwork {
    private static let bridge = "br0"
    private static let mtu = 1500
    /// The router's IPv4 address.
    static let router = "192.168.66.1"
    private static let gatewayAddresses = ["\(router)/24", "fd00:66::1/64"]

    /// One of the neighbourhood, by the name that its name server knows it by.
    struct Machine {
        let name: String
        let addresses: [IPPrefix]
    }

    /// A link of the neighbourhood: the cable's end at the switch, and the interface at the other end.
    private struct Member {
        var port: String
        var interface: String
        var mac: String
        var addresses: [String]
    }

    private static let host = Member(
        port: "host", interface: "ens33", mac: "52:54:00:00:66:0b", addresses: ["192.168.66.11/24", "fd00:66::11/64"])
    private static let neighbour = Member(
        port: "ext", interface: "eth0", mac: "52:54:00:00:66:32", addresses: ["192.168.66.50/24", "fd00:66::50/64"])

    /// Builds it around the calling process's network namespace; `/run/netns` exists and is the playground's own. Returns the
    /// router's namespace, and who is there.
    static func build() throws -> (router: NamespaceHandle, machines: [Machine]) {
        let gateway = try newNamespace("gw")
        let router = HostNetlink(try NetlinkSocket(.route, in: gateway.descriptor))
        let hasIPv6 = IPv6.isPresent(mtu: mtu)
        let stage = Stage()
        stage.leave(router)
        try SetLinkUp("lo").apply(on: stage)
        try CreateBridge(
            name: bridge, mac: mac("52:54:00:00:66:01"), mtu: mtu, addresses: prefixes(gatewayAddresses, hasIPv6),
            hasIPv6: hasIPv6
        ).apply(on: stage)
        try connect(host, in: ContainerNetlink(NamespaceHandle(.network)), to: router, hasIPv6: hasIPv6)
        let ext = try newNamespace("ext")
        try connect(neighbour, in: ContainerNetlink(ext), to: router, hasIPv6: hasIPv6)
        let machines = [("gw", gatewayAddresses), ("playground", host.addresses), ("ext", neighbour.addresses)]
        return (gateway, machines.map { Machine(name: $0, addresses: prefixes($1, hasIPv6)) })
    }

    /// A network namespace with a name that `ip netns` knows.
    private static func newNamespace(_ name: String) throws -> NamespaceHandle {
        let number = minirun_new_network_namespace()
        if number < 0 { throw KernelError("create the network namespace \(name)", Errno(rawValue: -number)) }
        let handle = NamespaceHandle(owning: OwnedDescriptor(owning: number))
        try handle.pin(at: FilePath("/run/netns").appending(name))
        return handle
    }

    private static func connect(
        _ member: Member, in namespace: ContainerNetlink, to router: HostNetlink, hasIPv6: Bool
    ) throws {
        let stage = Stage()
        stage.leave(router)
        stage.leave(namespace)
        let steps: [any Step] = [
            CreateVeth(
                hostName: member.port, bridge: bridge, mtu: mtu, interface: member.interface,
                mac: try mac(member.mac), port: BridgePort(hairpin: false), hasIPv6: hasIPv6),
            ConfigureInside([
                .init(
                    name: member.interface, addresses: prefixes(member.addresses, hasIPv6),
                    gateways: prefixes(gatewayAddresses, hasIPv6).map(\.address), hasIPv6: hasIPv6)
            ]),
        ]
        for step in steps { try step.apply(on: stage) }
    }

    private static func prefixes(_ texts: [String], _ hasIPv6: Bool) -> [IPPrefix] {
        texts.compactMap { IPPrefix($0) }.filter { hasIPv6 || $0.address.family == .v4 }
    }

    private static func mac(_ text: String) throws -> MACAddress {
        guard let address = MACAddress(text) else { throw UsageError("invalid MAC address: \(text)") }
        return address
    }
}
