import Namespaces
import NetSetup
import SystemPackage

/// The network that containers are in who ask for none: a network like any other, only that its record is not kept in a
/// file but follows from the administrator's settings and from what the kernel has.
public enum DefaultNetwork {
    /// Its name.
    public static let name = "bridge"
    /// Its bridge, when the settings name none.
    public static let ownBridge = "minirun0"

    /// Whether a user means it: by its name, its id, or at least the twelve digits of that which listings show.
    static func isMeant(by reference: String) -> Bool {
        if reference == name { return true }
        // The id is worked out from a file: not for every name.
        guard reference.utf8.count >= 12, reference.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
            return false
        }
        return PredefinedNetwork.id(name).utf8.starts(with: reference.utf8)
    }

    /// The bridge that the settings ask for; nil when they ask for no default network.
    public static func bridgeName(_ settings: NetworkSettings) -> String? {
        settings.hasDefaultNetwork ? settings.bridge ?? ownBridge : nil
    }

    /// What is known of the network.
    public struct Found {
        /// The record.
        public var record: NetworkRecord
        /// Held from the choice of the subnets to the creation of the bridge, to be left on the stage; nil when the bridge
        /// is there.
        public var lock: NetworkLock?
        /// Sentences for standard error.
        public var notices: [String] = []
    }

    /// The network as it is, or as it is going to be made. With a bridge that is up and as the settings say, two questions.
    ///
    /// A bridge that is other than the settings say is changed by the steps of ``NetworkSetup`` as long as nothing is
    /// connected to it, which the caller may know (`isUnused`) because it has the network for itself; otherwise it is used
    /// as it is, and that is said. Throws `UsageError`, ``UnusableBridge``, `AddressPools.Exhausted`, `NetlinkError`.
    public static func find(
        _ settings: NetworkSettings, _ store: NetworkStore, locking: NetworkSetup.Locking = .step,
        isUnused: Bool = false, _ socket: NetlinkSocket
    ) throws -> Found {
        var found = try choose(settings, store, locking: locking, isUnused: isUnused, socket)
        do { try settings.check(in: found.record.subnets.map(\.subnet)) } catch {
            found.notices.append("WARNING: \(store.paths.configuration): \(error): it is passed over")
        }
        return found
    }

    private static func choose(
        _ settings: NetworkSettings, _ store: NetworkStore, locking: NetworkSetup.Locking, isUnused: Bool,
        _ socket: NetlinkSocket
    ) throws -> Found {
        guard let bridge = bridgeName(settings) else {
            throw UsageError(
                "the default network is switched off (\"bridge\": \"none\" in \(store.paths.configuration)): "
                    + "choose a network with --net")
        }
        if let found = try existing(bridge, settings, store, isUnused: isUnused, socket), found.isUp {
            return found.found
        }
        if settings.bridge != nil { return try required(bridge, settings, store, socket) }
        var lock: NetworkLock?
        if locking == .step {
            try Files.makeDirectory(store.paths.networks)
            lock = try NetworkLock(store.paths.networkLock, for: bridge)
        }
        if let found = try existing(bridge, settings, store, isUnused: isUnused, socket) { return found.found }
        return Found(record: try planned(settings, store, socket), lock: lock)
    }

    /// The same for those who only look: what cannot be chosen is left out. Throws `NetlinkError`.
    public static func look(
        _ settings: NetworkSettings, _ store: NetworkStore, _ socket: NetlinkSocket
    ) throws -> NetworkRecord {
        do {
            guard let bridge = bridgeName(settings) else { return record(settings, bridge: ownBridge, subnets: []) }
            return try existing(bridge, settings, store, socket)?.found.record ?? planned(settings, store, socket)
        } catch is UnusableBridge, is AddressPools.Exhausted {
            return record(settings, bridge: bridgeName(settings) ?? ownBridge, subnets: [])
        }
    }

    private static func required(
        _ bridge: String, _ settings: NetworkSettings, _ store: NetworkStore, _ socket: NetlinkSocket
    ) throws -> Found {
        guard let found = try existing(bridge, settings, store, socket) else {
            throw UsageError(
                "the default network's bridge \(bridge), which \(store.paths.configuration) names, does not exist "
                    + "(make it: ip link add \(bridge.shellQuoted) type bridge)")
        }
        return found.found
    }

    // MARK: A bridge that is there

    private static func existing(
        _ bridge: String, _ settings: NetworkSettings, _ store: NetworkStore, isUnused: Bool = false,
        _ socket: NetlinkSocket
    ) throws -> (found: Found, isUp: Bool)? {
        guard let link = try socket.link(named: bridge) else { return nil }
        guard link.kind == "bridge" else {
            throw UnusableBridge(
                description: "network bridge: interface \(bridge) exists and is not a bridge (rename it)")
        }
        let addresses = try socket.addresses(of: link.index).map(\.prefix).filter { !$0.address.isLinkLocal }
        let now = [IPAddress.Family.v4, .v6].compactMap { family in addresses.first { $0.address.family == family } }
        guard settings.bridge == nil else {
            guard now.contains(where: { $0.address.family == .v4 }) else {
                throw UnusableBridge(
                    description: "network bridge: \(bridge) has no IPv4 address (give it one: "
                        + "ip address add 172.30.0.1/16 dev \(bridge.shellQuoted))")
            }
            let used = settings.ipv6 == false ? now.filter { $0.address.family == .v4 } : now
            let record = record(settings, bridge: bridge, subnets: used)
            // On a LAN its router is somebody.
            let routers = try socket.routes().routers(over: link.index)
            return (Found(record: record.keepingFree(routers, as: "Router")), link.isUp)
        }
        let wanted = try wanted(settings, instead: now, store, socket)
        let isSame = wanted == now && settings.mtu ?? link.mtu == link.mtu
        // Addresses that somebody took away are given back whoever is connected: without them nobody is served.
        let isBereft =
            now.count < wanted.count && now.allSatisfy(wanted.contains) && settings.mtu ?? link.mtu == link.mtu
        // Not by the bridge's ports: the cable of a container that has ended lingers for a while.
        if !isSame, !isBereft, try !isUnused && NetworkMembership.isHeld(name, store.paths) {
            var kept = settings
            kept.mtu = link.mtu
            let note =
                "WARNING: the default network's bridge \(bridge) has \(describe(now, link.mtu)), not "
                + "\(describe(wanted, settings.mtu ?? link.mtu)) as \(store.paths.configuration) says: "
                + "it is changed when no container uses it"
            return (Found(record: record(kept, bridge: bridge, subnets: now), notices: [note]), link.isUp)
        }
        return (Found(record: record(settings, bridge: bridge, subnets: wanted)), link.isUp)
    }

    /// The addresses that the bridge should have: those that the settings name, and otherwise those that it has.
    private static func wanted(
        _ settings: NetworkSettings, instead now: [IPPrefix], _ store: NetworkStore, _ socket: NetlinkSocket
    ) throws -> [IPPrefix] {
        let (now4, now6) = (now.first { $0.address.family == .v4 }, now.first { $0.address.family == .v6 })
        // `fixed-cidr` alone asks for no other subnet as long as it lies in the one that there is.
        let hasRange = settings.fixedCIDR.map { range in now4.map { $0.holds(range) } ?? false } ?? true
        let four = settings.bip ?? (hasRange ? now4 : nil)
        let six = settings.ipv6 == false ? nil : settings.fixedAddress6 ?? now6
        if let four, six != nil || settings.ipv6 != true { return [four, six].compactMap(\.self) }
        let planned = try planned(settings, store, socket)
        return [four ?? planned.subnet(.v4)?.gatewayPrefix, six ?? planned.subnet(.v6)?.gatewayPrefix].compactMap(
            \.self)
    }

    private static func describe(_ addresses: [IPPrefix], _ mtu: Int) -> String {
        (addresses.map(\.description) + ["mtu \(mtu)"]).joined(separator: ", ")
    }

    // MARK: A bridge that is to be made

    /// Chooses the subnets of a bridge that does not exist: the settings', else the first of the pools that no route and no
    /// address of the host and no network of the user's overlaps.
    private static func planned(
        _ settings: NetworkSettings, _ store: NetworkStore, _ socket: NetlinkSocket
    ) throws -> NetworkRecord {
        let host = try HostNetwork(socket)
        let others = try store.all().filter { $0.driver != .macvlan }
        let obstacles = host.obstacles(besides: [ownBridge]) + others.flatMap(\.obstacles)
        var addresses: [IPPrefix] = []
        if let address = settings.bip {
            addresses.append(address)
        } else if let subnet = try settings.firstFree(avoiding: obstacles) {
            addresses.append(subnet)
        }
        let mtu = settings.mtu ?? host.uplinkMTU
        if settings.ipv6 == true, !IPv6.isEnabled {
            throw UsageError(
                "IPv6 is switched off on this host, and \(store.paths.configuration) says \"ipv6\": true "
                    + "(set net.ipv6.conf.default.disable_ipv6 and net.ipv6.conf.all.disable_ipv6 to 0)")
        }
        if let address = settings.fixedAddress6 {
            addresses.append(address)
        } else if settings.ipv6 ?? (mtu >= IPv6.minimumMTU && IPv6.isEnabled) {
            let machine = UniqueLocalPrefix.machineIdentity()
            let subnet = UniqueLocalPrefix.firstFree(machine: machine, network: ownBridge, avoiding: obstacles)
            if let first = subnet?.firstAddress { addresses.append(first) }
        }
        return record(settings, bridge: ownBridge, subnets: addresses)
    }

    // MARK: The record

    /// A record with these addresses of the bridge.
    static func record(_ settings: NetworkSettings, bridge: String, subnets addresses: [IPPrefix]) -> NetworkRecord {
        let long = "com.docker.network.bridge."
        var options = [
            long + "default_bridge": "true", long + "enable_icc": "\(settings.icc ?? true)",
            long + "enable_ip_masquerade": "\(settings.ipMasquerade ?? true)",
            long + "host_binding_ipv4": settings.ip?.description ?? "0.0.0.0", long + "name": bridge,
        ]
        options["com.docker.network.driver.mtu"] = settings.mtu.map(String.init)
        let subnets = addresses.map { address in
            let isFour = address.address.family == .v4
            let range = isFour ? settings.fixedCIDR : settings.fixedCIDR6
            let gateway = isFour ? settings.defaultGateway : settings.defaultGateway6
            let isWithin = gateway.map(address.contains) ?? false
            return NetworkSubnet(
                address, gateway: address.address, range: range.flatMap { address.holds($0) ? $0 : nil },
                auxiliary: isWithin ? gateway.map { ["DefaultGatewayIPv\(isFour ? 4 : 6)": $0] } ?? [:] : [:])
        }
        var record = NetworkRecord(
            id: PredefinedNetwork.id(name), name: name, created: Timestamp(nanoseconds: 0), driver: .bridge,
            subnets: subnets, hasIPv6: subnets.contains { $0.family == .v6 }, options: options)
        // A bridge of the user's own was there before.
        if bridge != ownBridge { record.addedToBridge = [] }
        return record
    }
}

extension NetworkSettings {
    /// The bridge's IPv6 address as far as the settings fix it; as with Docker, `fixed-cidr-v6` is the subnet when there is
    /// no `bip6`.
    fileprivate var fixedAddress6: IPPrefix? { bip6 ?? fixedCIDR6?.firstAddress }

    /// The first subnet of the pools, with the bridge's address in it; `fixed-cidr` alone is the subnet.
    fileprivate func firstFree(avoiding obstacles: [AddressPools.Obstacle]) throws -> IPPrefix? {
        if let fixedCIDR { return fixedCIDR.firstAddress }
        let own = subnetPools.of(.v4)
        return pools.isEmpty
            ? try AddressPools.docker.firstFree(avoiding: obstacles).firstAddress
            : try own.first(avoiding: obstacles).firstAddress
    }
}

extension IPPrefix {
    /// The first address behind the subnet's own, with its length.
    var firstAddress: IPPrefix? { IPPrefix(network.address.advanced(by: 1), length: length) }

    /// Whether the other prefix lies within this one.
    func holds(_ other: IPPrefix) -> Bool { other.length >= length && contains(other.address) }
}
