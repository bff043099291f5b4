import Namespaces
import NetSetup
import Testing

/// A network 172.17.0.0/16 on bridge minirun0, as it is set up, and a container at 172.17.0.2 on its way into it.
struct Attachment {
    var bridge: CreateBridge
    var cable: CreateVeth
    /// The container's addresses with their subnets' lengths.
    let addresses: [IPPrefix]
    /// The next hops of its default routes.
    let gateways: [IPAddress]
    /// What the user wants to be set.
    var sysctls: [InterfaceSysctl] = []

    init(name: String = "教育", mtu: Int = 1500, isolated: Bool = false) throws {
        let hasIPv6 = IPv6.isPresent(mtu: mtu)
        func prefixes(_ number: Int) throws -> [IPPrefix] {
            try [#require(IPPrefix("172.17.0.\(number)/16"))]
                + (hasIPv6 ? [#require(IPPrefix("fd17::\(number)/64"))] : [])
        }
        func mac(_ address: IPPrefix) throws -> MACAddress {
            try #require(MACAddress(forContainerAt: address.address))
        }
        let own = try prefixes(1)
        addresses = try prefixes(2)
        gateways = own.map(\.address)
        bridge = CreateBridge(
            name: "minirun0", mac: try mac(own[0]), mtu: mtu, addresses: own, hasIPv6: hasIPv6)
        cable = CreateVeth(
            hostName: BridgeMode.hostInterface(container: "0123456789abcdef"),
            alternativeName: BridgeMode.alternativeName(container: name, interface: "eth0"), bridge: bridge.name,
            mtu: mtu, mac: try mac(addresses[0]), port: BridgePort(isolated: isolated), hasIPv6: hasIPv6)
    }

    /// The setting before the bridge, as a start has them: a failed one takes the bridge back first.
    var networkSteps: [any Step] {
        [SetSysctl("net/ipv4/ip_forward", "1", why: "", neededBy: bridge.name), bridge]
    }

    /// Once there is a container.
    var attachSteps: [any Step] {
        let inside = ConfigureInside.Interface(
            name: cable.interface, addresses: addresses, gateways: gateways, hasIPv6: cable.hasIPv6, sysctls: sysctls)
        return [cable, ConfigureInside([inside])]
    }
}
