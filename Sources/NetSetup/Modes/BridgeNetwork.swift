import CShim
import Namespaces
import SystemPackage

/// A network on a bridge: as the kernel has it, or as it is going to be made.
public struct BridgeNetwork: Sendable, Equatable {
    /// The bridge's name, `minirun0`.
    public var name: String
    /// The bridge's IPv4 address with the subnet's length: `172.17.0.1/16`.
    public var gateway: IPPrefix
    /// The bridge's IPv6 address, when the network has IPv6.
    public var gateway6: IPPrefix?
    /// In bytes; containers get the same.
    public var mtu: Int
    /// The bridge's own link-layer address.
    public var mac: MACAddress
    /// What the kernel has of it.
    public var presence: Presence
    /// Interfaces of the host that have their default route from router advertisements, which they would no longer
    /// accept once the host forwards IPv6; read only when the bridge is missing.
    public var advertisedUplinks: [String] = []

    /// What the kernel has of a bridge.
    public enum Presence: Sendable, Equatable {
        /// Nothing.
        case missing
        /// The bridge, but somebody set it down.
        case down
        /// All of it.
        case up
    }

    /// A link that stands where the bridge should be and cannot be used.
    public struct Unusable: Error, Sendable, Equatable, CustomStringConvertible {
        /// What is wrong and what to do.
        public let description: String

        /// Takes the finished sentence.
        public init(description: String) { self.description = description }
    }

    /// Gathers the parts.
    public init(
        name: String, gateway: IPPrefix, gateway6: IPPrefix? = nil, mtu: Int, mac: MACAddress, presence: Presence,
        advertisedUplinks: [String] = []
    ) {
        self.name = name
        self.gateway = gateway
        self.gateway6 = gateway6
        self.mtu = mtu
        self.mac = mac
        self.presence = presence
        self.advertisedUplinks = advertisedUplinks
    }

    /// Whether containers get IPv6 addresses.
    public var hasIPv6: Bool { gateway6 != nil }

    /// What the kernel has under this name, in two questions whatever the number of interfaces; nil when nothing.
    /// Throws `Unusable`, `NetlinkError`.
    public static func existing(_ name: String, _ socket: NetlinkSocket) throws -> BridgeNetwork? {
        guard let link = try socket.link(named: name) else { return nil }
        guard link.kind == "bridge", let mac = link.mac else {
            throw Unusable(description: "network bridge: interface \(name) exists and is not a bridge (rename it)")
        }
        let prefixes = try socket.addresses(of: link.index).map(\.prefix).filter { !$0.address.isLinkLocal }
        guard let gateway = prefixes.first(where: { $0.address.family == .v4 }) else {
            throw Unusable(
                description: "network bridge: \(name) has no IPv4 address "
                    + "(remove it and minirun makes a new one: ip link delete dev \(name.shellQuoted))")
        }
        return BridgeNetwork(
            name: name, gateway: gateway, gateway6: prefixes.first { $0.address.family == .v6 }, mtu: link.mtu,
            mac: mac, presence: link.isUp ? .up : .down)
    }

    /// Chooses the subnets and the MTU of a bridge that does not exist yet: the first pool that no route and no address
    /// of the host overlaps; the MTU of the default route's interface unless one is given.
    /// Throws `AddressPools.Exhausted`, `Unusable`, `NetlinkError`.
    public static func new(
        _ name: String, mtu: Int? = nil, pools: AddressPools = .docker, _ socket: NetlinkSocket
    ) throws -> BridgeNetwork {
        let links = try socket.links()
        let routes = try socket.routes()
        let names = Dictionary(links.map { ($0.index, $0.name) }) { first, _ in first }
        let obstacles = AddressPools.Obstacle.of(routes: routes, addresses: try socket.addresses(), names: names)
        let subnet = try pools.firstFree(avoiding: obstacles)
        let first = subnet.address.advanced(by: 1)
        guard let gateway = IPPrefix(first, length: subnet.length), let mac = MACAddress(forContainerAt: first) else {
            throw Unusable(description: "network bridge: \(subnet) is not an IPv4 subnet")
        }
        let uplink = routes.uplink?.link
        let mtu = mtu ?? links.first { $0.index == uplink }?.mtu ?? 1500
        var gateway6: IPPrefix?
        if mtu >= IPv6.minimumMTU, IPv6.isEnabled {
            let machine = UniqueLocalPrefix.machineIdentity()
            let subnet = UniqueLocalPrefix.firstFree(machine: machine, network: name, avoiding: obstacles)
            gateway6 = subnet.flatMap { IPPrefix($0.address.advanced(by: 1), length: $0.length) }
        }
        let advertised = Set(routes.filter { $0.isDefault && $0.origin == UInt8(RTPROT_RA) }.compactMap(\.link))
        return BridgeNetwork(
            name: name, gateway: gateway, gateway6: gateway6,
            mtu: mtu, mac: mac, presence: .missing,
            advertisedUplinks: advertised.compactMap { names[$0] }.sorted())
    }

    /// The network under this name. When it is missing or somebody is still making it (a bridge comes up last), waits for
    /// the lock on `lockFile`, looks once more, and only then plans a new one; the lock comes back with it, to be left on
    /// the stage, where `CreateBridge` releases it.
    /// Throws as `existing` and `new` do, and `KernelError` about the lock.
    public static func find(
        _ name: String, mtu: Int? = nil, pools: AddressPools = .docker, lockFile: FilePath, _ socket: NetlinkSocket
    ) throws -> (network: BridgeNetwork, lock: NetworkLock?) {
        if let found = try? existing(name, socket), found.presence == .up { return (found, nil) }
        let lock = try NetworkLock(lockFile)
        if let found = try existing(name, socket) { return (found, nil) }
        return (try new(name, mtu: mtu, pools: pools, socket), lock)
    }

    /// Before a container is connected: forwarding, and the bridge if it is missing. In this order, so that a failed set-up
    /// takes the bridge back first, and whether it is really gone decides about the settings.
    ///
    /// `record` is the directory that keeps settings of the host from before the first change; nil keeps none.
    public func steps(record: FilePath? = nil) -> [any Step] {
        func setting(_ path: String, _ value: String, _ why: String) -> SetSysctl {
            let file = path.split(separator: "/").joined(separator: ".")
            return SetSysctl(path, value, why: why, record: record?.appending(file), neededBy: name)
        }
        var steps: [any Step] = [
            setting(
                "net/ipv4/ip_forward", "1", "Only a host that forwards packets is a router for its containers.")
        ]
        if hasIPv6 {
            for uplink in advertisedUplinks {
                steps.append(
                    setting(
                        "net/ipv6/conf/\(uplink)/accept_ra", "2",
                        "A host that forwards ignores router advertisements, and \(uplink) has its route from them."))
            }
            steps.append(setting("net/ipv6/conf/all/forwarding", "1", "IPv6 has a switch of its own for forwarding."))
        }
        switch presence {
        case .missing:
            steps.append(
                CreateBridge(
                    name: name, mac: mac, mtu: mtu, addresses: [gateway, gateway6].compactMap(\.self),
                    hasIPv6: IPv6.isPresent(mtu: mtu)))
        case .down: steps.append(SetLinkUp(name))
        case .up: break
        }
        return steps
    }

    /// The IPv6 address at the same place of the IPv6 subnet as `address` has in the IPv4 one: 172.17.0.2 is ::2.
    public func address6(for address: IPAddress) -> IPPrefix? {
        guard let gateway6, let offset = address.offset(from: gateway.network.address) else { return nil }
        return IPPrefix(gateway6.network.address.advanced(by: offset), length: gateway6.length)
    }
}
