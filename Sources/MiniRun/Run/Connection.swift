import Namespaces
import NetSetup
import SystemPackage

/// A container's connection to one network, as it is planned: what was asked for, the network, and what the container gets.
struct Connection {
    let attachment: NetworkAttachment
    let network: ReadyNetwork
    var endpoint: Endpoint
    /// Settings of the interface inside.
    var sysctls: [InterfaceSysctl] = []
    /// Whether the container had this connection before, by the same names.
    var isRenewed = false

    /// What makes the interface inside.
    func cable(of container: String) -> any Step {
        switch network.driver {
        case .macvlan(let options):
            CreateMacvlan(
                parent: endpoint.link, kind: options.mode, interface: endpoint.interface,
                mac: endpoint.hasParentsMAC ? nil : endpoint.macAddress, mtu: endpoint.mtu)
        case .bridge:
            CreateVeth(
                hostName: endpoint.hostInterface ?? "",
                alternativeName: BridgeMode.alternativeName(container: container, interface: endpoint.interface),
                bridge: endpoint.link, mtu: endpoint.mtu, interface: endpoint.interface, mac: endpoint.macAddress,
                port: BridgePort(hairpin: true, isolated: network.isIsolated),
                hasIPv6: IPv6.isPresent(mtu: endpoint.mtu), isRenewed: isRenewed)
        }
    }

    /// What puts a cable that hangs in nothing back into the bridge; nil where there is none.
    var plug: PlugCable? {
        guard case .bridge = network.driver, let host = endpoint.hostInterface else { return nil }
        return PlugCable(host, into: endpoint.link, port: BridgePort(isolated: network.isIsolated))
    }

    /// Tells the neighbours who has its addresses now.
    var announcement: AnnounceAddresses {
        AnnounceAddresses(
            interface: endpoint.interface, addresses: endpoint.publicAddresses, mac: endpoint.macAddress)
    }

    /// What is left to be done once the interface inside has its addresses.
    var finalSteps: [any Step] {
        guard let shim = network.shim else { return [] }
        // In this order: to set the link-layer address anew, which announces it, empties the table of neighbours.
        return [announcement, ConnectShim(shim, to: endpoint.publicAddresses, interface: endpoint.interface)]
    }

    /// What the interface inside gets; `all` are the container's connections, one of which gives it its default route.
    func inside(among all: [Endpoint]) -> ConfigureInside.Interface {
        let gateways = [IPAddress.Family.v4, .v6].compactMap { family -> IPAddress? in
            let leader = all.leading(family)
            return leader?.networkID == endpoint.networkID ? leader?.gateway(family) : nil
        }
        return .init(
            name: endpoint.interface, addresses: endpoint.addresses, gateways: gateways,
            hasIPv6: IPv6.isPresent(mtu: endpoint.mtu), sysctls: sysctls)
    }
}

extension [Connection] {
    /// What the container gets in each network.
    var endpoints: [Endpoint] { map(\.endpoint) }

    /// The networks themselves.
    var networkSteps: [any Step] { flatMap(\.network.steps) }

    /// The interfaces inside, and what they get; `loopback` alone without any.
    func insideSteps(of container: String, map: IDMap, besides sysctls: Set<String>) -> [any Step] {
        let all = endpoints
        return [PrepareInside(map: map, besides: sysctls)] + self.map { $0.cable(of: container) }
            + [ConfigureInside(self.map { $0.inside(among: all) })]
            + flatMap(\.finalSteps)
    }

    /// The same with the connection marked through which ports are published.
    func choosingPublisher() -> [Connection] {
        let fit = Set(filter(\.network.isRouted).map(\.endpoint.networkID))
        let chosen = endpoints.choosingPublisher { fit.contains($0.networkID) }
        return zip(self, chosen).map { connection, endpoint in
            var connection = connection
            connection.endpoint = endpoint
            return connection
        }
    }

    /// The connection through which ports are published.
    var publisher: Connection? { first(where: \.endpoint.publishes) }
}
