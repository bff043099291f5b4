import Namespaces
import NetSetup

/// From the words of `network create` to a record that can be carried out: all that can be wrong is found here, before
/// anything is touched.
struct NetworkCreation {
    /// The network.
    private(set) var record: NetworkRecord
    /// Sentences for standard error.
    private(set) var notices: [String] = []

    /// Checks the words by themselves, then in these surroundings. Throws ``NetworkConflict``, ``PoolOverlap``,
    /// `AddressPools.Exhausted`, `UsageError`.
    init(_ request: NetworkRequest, id: String, in surroundings: NetworkSurroundings) throws {
        let requested = try RequestedSubnets(request)
        let name = try NetworkName.parse(request.name)
        try request.checkScope()
        record = NetworkRecord(
            id: id, name: name, driver: try request.checkedDriver(), subnets: requested.subnets,
            hasIPv6: request.wantsIPv6 || requested.subnets.contains { $0.family == .v6 },
            isInternal: request.isInternal, options: try request.optionMap(), labels: try request.labelMap())
        record.isAttachable = request.isAttachable
        guard !surroundings.networks.contains(where: { $0.name == name }) else {
            throw NetworkConflict("network with name \(name) already exists")
        }
        switch record.driver {
        case .bridge: try completeBridge(request, surroundings)
        case .macvlan: try completeMacvlan(request, surroundings)
        case .overlay: try completeOverlay(request, surroundings)
        case .host, .null: break
        }
    }

    // MARK: Bridge

    private mutating func completeBridge(_ request: NetworkRequest, _ surroundings: NetworkSurroundings) throws {
        let options = try BridgeOptions(record)
        try checkBridge(surroundings)
        guard record.subnets.count(where: { $0.family == .v4 }) <= 1,
            record.subnets.count(where: { $0.family == .v6 }) <= 1
        else { throw UsageError("bridge driver doesn't support multiple subnets") }
        if record.hasIPv6 {
            guard surroundings.hasIPv6 else {
                throw UsageError(
                    "IPv6 is switched off on this host: set net.ipv6.conf.all.disable_ipv6 and "
                        + "net.ipv6.conf.default.disable_ipv6 to 0, or leave --ipv6 out")
            }
            if let mtu = options.mtu, mtu < IPv6.minimumMTU {
                throw UsageError("invalid MTU number: \(mtu): IPv6 needs \(IPv6.minimumMTU) at least (RFC 8200)")
            }
        }
        let bridge = surroundings.interfaces[record.bridgeName]
        record.addedToBridge = bridge.map { _ in [] }
        // A bridge that the user made has its subnets already.
        for prefix in bridge?.addresses ?? [] where record.subnet(prefix.address.family) == nil {
            if prefix.address.family == .v6, !record.hasIPv6 { continue }
            record.subnets.append(NetworkSubnet(prefix, gateway: prefix.address))
        }
        for index in record.subnets.indices where record.subnets[index].gateway == nil {
            let subnet = record.subnets[index].subnet
            record.subnets[index].gateway = bridge?.addresses.first { $0.network == subnet }?.address
        }
        let gateways = record.subnets.compactMap(\.gateway)
        if let router = bridge?.routers.first(where: gateways.contains), !options.inhibitsIPv4 {
            throw UsageError(
                "invalid gateway \(router): it is the router that this host reaches over \(record.bridgeName), which would "
                    + "get its address too (add -o inhibit_ipv4=true, or --aux-address DefaultGatewayIPv4=\(router) in "
                    + "place of --gateway)")
        }
        try chooseSubnets(surroundings.choice(bridge: record.bridgeName, isForced: request.forcesSubnet))
        for index in record.subnets.indices where options.gatewayMode(record.subnets[index].family) != .isolated {
            record.subnets[index] = try record.subnets[index].withGateway()
        }
    }

    /// The bridge's name is nobody else's, or that of a bridge.
    private func checkBridge(_ surroundings: NetworkSurroundings) throws {
        let bridge = record.bridgeName
        var others = surroundings.networks.filter(\.hasBridge).map { ($0.name, $0.bridgeName) }
        if let name = surroundings.defaultBridge { others.append(("bridge", name)) }
        if let (other, _) = others.first(where: { $0.1 == bridge }) {
            throw NetworkConflict(
                "cannot create network \(record.name) (\(bridge)): conflicts with network \(other) (\(bridge)): "
                    + "networks have same bridge name")
        }
        if let interface = surroundings.interfaces[bridge], !interface.isBridge {
            throw NetworkConflict(
                "network \(record.name.goQuoted): interface \(bridge) exists and is not a bridge: choose another "
                    + "com.docker.network.bridge.name")
        }
    }

    /// Checks the subnets that were asked for, and finds those that were not.
    private mutating func chooseSubnets(_ choice: SubnetChoice) throws {
        for subnet in record.subnets {
            if let warning = try choice.check(subnet.subnet) { notices.append("WARNING: \(warning)") }
        }
        if record.subnet(.v4) == nil {
            record.subnets.insert(NetworkSubnet(try choice.free(.v4, for: record.name)), at: 0)
        }
        if record.hasIPv6, record.subnet(.v6) == nil {
            record.subnets.append(NetworkSubnet(try choice.free(.v6, for: record.name)))
        }
    }

    // MARK: The other drivers

    private mutating func completeMacvlan(_ request: NetworkRequest, _ surroundings: NetworkSurroundings) throws {
        let options = try MacvlanOptions(record)
        guard let parent = surroundings.interfaces[options.parent] else {
            throw NetworkConflict("the requested parent interface \(options.parent) was not found on the Docker host")
        }
        guard !record.subnets.isEmpty else {
            throw UsageError(
                "a macvlan network needs the subnet of the LAN that \(options.parent) is in: --subnet 192.168.1.0/24 "
                    + "--gateway 192.168.1.1")
        }
        let isOnLAN = record.subnets.contains { subnet in
            parent.addresses.contains { subnet.subnet.contains($0.address) }
        }
        guard options.hostShim != .yes || options.mode == .bridge && isOnLAN else {
            throw UsageError(
                "host_shim=yes needs macvlan_mode=bridge and an address of \(options.parent) in the network's subnet: "
                    + "containers would have no way to answer the host")
        }
        try checkAndAddGateways(surroundings.choice(parent: options.parent))
    }

    private mutating func completeOverlay(_ request: NetworkRequest, _ surroundings: NetworkSurroundings) throws {
        let options = try OverlayOptions(record)
        try checkBridge(surroundings)
        if surroundings.interfaces[record.bridgeName] != nil {
            throw NetworkConflict("network \(record.name.goQuoted): interface \(record.bridgeName) exists")
        }
        guard !record.subnets.isEmpty else {
            throw UsageError("an overlay network needs the subnet that it has on all its hosts: --subnet 10.42.0.0/16")
        }
        if let stranger = options.peers.compactMap(\.range).first(where: { range in
            !record.subnets.contains { $0.subnet.contains(range.address) && $0.subnet.length <= range.length }
        }) {
            throw UsageError("invalid peer range \(stranger): it is no part of the network's subnet")
        }
        let own = surroundings.interfaces.values.flatMap(\.addresses).map(\.address)
        if let host = options.peers.map(\.address).first(where: own.contains) {
            throw UsageError("invalid peer \(host): it is this host's own address")
        }
        if let same = surroundings.networks.first(where: {
            (try? OverlayOptions($0))?.vni == options.vni && $0.driver == .overlay
        }) {
            throw NetworkConflict("vni \(options.vni) belongs to network \(same.name)")
        }
        try checkAndAddGateways(surroundings.choice(bridge: record.bridgeName, isForced: request.forcesSubnet))
    }

    private mutating func checkAndAddGateways(_ choice: SubnetChoice) throws {
        for index in record.subnets.indices {
            if let warning = try choice.check(record.subnets[index].subnet) { notices.append("WARNING: \(warning)") }
            record.subnets[index] = try record.subnets[index].withGateway()
        }
    }
}
