import Namespaces
import NetSetup

/// What a new network has to go together with: the networks that there are, and the host.
struct NetworkSurroundings {
    /// An interface of the host.
    struct Interface {
        var isBridge: Bool
        var addresses: [IPPrefix]
        var mtu = 1500
        /// The next hops of the host's routes over it.
        var routers: [IPAddress] = []
    }

    /// The networks of the user.
    var networks: [NetworkRecord] = []
    /// The bridge of the default network; nil when that is switched off.
    var defaultBridge: String?
    /// What the default network uses, or is going to use.
    var defaultSubnets: [IPPrefix] = []
    /// The host's interfaces by name.
    var interfaces: [String: Interface] = [:]
    /// What the host's routes and addresses occupy, but for those of these interfaces.
    var hostObstacles: (_ besides: Set<String>) -> [AddressPools.Obstacle] = { _ in [] }
    /// Whether new interfaces get IPv6.
    var hasIPv6 = true
    /// Where subnets come from.
    var pools = SubnetPools.small
    /// What tells this machine from others.
    var machine = ""

    /// Plain values, for tests.
    init() {}

    /// As things stand now. Throws `NetlinkError`, and what is wrong with a record.
    init(_ networks: [NetworkRecord], _ settings: NetworkSettings, _ socket: NetlinkSocket) throws {
        let host = try HostNetwork(socket)
        self.networks = networks
        let bridge = DefaultNetwork.bridgeName(settings)
        defaultBridge = bridge
        defaultSubnets = bridge.flatMap(host.link(named:)).map { host.addresses(of: $0).map(\.network) } ?? []
        if defaultSubnets.isEmpty { defaultSubnets = [settings.bip, settings.bip6].compactMap { $0?.network } }
        interfaces = Dictionary(
            host.links.map { link in
                (
                    link.name,
                    Interface(
                        isBridge: link.kind == "bridge", addresses: host.addresses(of: link), mtu: link.mtu,
                        routers: host.routes.routers(over: link.index))
                )
            }
        ) { first, _ in first }
        hostObstacles = { host.obstacles(besides: $0) }
        hasIPv6 = IPv6.isEnabled
        pools = settings.subnetPools
        machine = UniqueLocalPrefix.machineIdentity()
    }

    /// What a network on this bridge may have.
    func choice(bridge: String?, isForced: Bool) -> SubnetChoice {
        var own = Set(networks.filter(\.hasBridge).map(\.bridgeName))
        own.formUnion([bridge, defaultBridge].compactMap(\.self))
        return SubnetChoice(
            networks: networks.flatMap(\.obstacles) + defaultSubnets.map { .init($0, ofNetwork: DefaultNetwork.name) },
            host: hostObstacles(own), pools: pools, isForced: isForced, machine: machine)
    }

    /// What a network of the LAN that this interface is in may have: all but what other networks of it have.
    func choice(parent: String) -> SubnetChoice {
        let siblings = networks.filter { (try? MacvlanOptions($0))?.parent == parent && $0.driver == .macvlan }
        return SubnetChoice(networks: siblings.flatMap(\.obstacles), pools: pools, machine: machine)
    }
}

extension NetworkRecord {
    /// Its subnets, which no other network can have.
    var obstacles: [AddressPools.Obstacle] { subnets.map { .init($0.subnet, ofNetwork: name) } }
}

extension AddressPools.Obstacle {
    /// A subnet of a network, and how a refusal calls it.
    fileprivate init(_ subnet: IPPrefix, ofNetwork name: String) {
        self.init(subnet, "network \(name.goQuoted) (\(subnet))")
    }
}
