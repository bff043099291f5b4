import Namespaces
import NetSetup

/// What a container has in one network.
public struct Endpoint: Sendable, Equatable {
    /// The network's id.
    public var networkID: String
    /// The network's name.
    public var network: String
    /// How the network connects.
    public var driver: NetworkDriver
    /// What it hangs on at the host: the bridge, or the parent of a macvlan.
    public var link: String
    /// The host's end of the cable; nil for a macvlan, which has none.
    public var hostInterface: String?
    /// The interface inside.
    public var interface: String
    /// IPv4 address inside.
    public var address: IPPrefix?
    /// Where its IPv4 packets go that leave the network, if it is asked.
    public var gateway: IPAddress?
    /// IPv6 address inside.
    public var address6: IPPrefix?
    /// The same for IPv6.
    public var gateway6: IPAddress?
    /// Link-local addresses besides.
    public var linkLocal: [IPAddress] = []
    /// Link-layer address inside.
    public var macAddress: MACAddress
    /// Whether the interface has its parent's link-layer address instead, as a passthru macvlan has.
    public var hasParentsMAC = false
    /// In bytes.
    public var mtu: Int
    /// What the container is called in this network.
    public var names: [String] = []
    /// The highest gives the container its default route.
    public var gatewayPriority = 0
    /// Whether the container's ports are published to its address here.
    public var publishes = false
    /// How packets pass between the network and the world.
    public var modes = Modes()

    /// The gateway modes of a network.
    public struct Modes: Sendable, Equatable {
        /// For IPv4.
        public var v4 = GatewayMode.nat
        /// For IPv6.
        public var v6 = GatewayMode.nat
    }

    /// The addresses with their subnets' lengths: IPv4, then IPv6, then link-local ones.
    public var addresses: [IPPrefix] {
        [address, address6].compactMap(\.self)
            + linkLocal.compactMap { IPPrefix($0, length: $0.family == .v4 ? 16 : 64) }
    }

    /// The addresses by which others know it.
    var publicAddresses: [IPAddress] { [address?.address, address6?.address].compactMap(\.self) }

    /// The name of the directory that the network's leases are in.
    var leaseName: String { network == DefaultNetwork.name ? network : networkID }

    /// Whether the host is its router.
    public var isBridged: Bool { driver == .bridge || driver == .overlay }

    /// The endpoint's own id, which Docker shows: always the same for one container in one network.
    func id(of container: String) -> String { String(container.prefix(32) + networkID.prefix(32)) }

    /// The next hop of a family.
    func gateway(_ family: IPAddress.Family) -> IPAddress? { family == .v4 ? gateway : gateway6 }
}

extension [Endpoint] {
    /// The connection that gives the container its default route of a family: the highest priority, and among equals, as
    /// with Docker, the network whose name comes first.
    func leading(_ family: IPAddress.Family) -> Endpoint? {
        filter { $0.gateway(family) != nil }
            .min { (-$0.gatewayPriority, $0.network) < (-$1.gatewayPriority, $1.network) }
    }

    /// Marks the one through which ports are published: the one with the default route if the host is its router, else the
    /// first such.
    func choosingPublisher(among isFit: (Endpoint) -> Bool) -> [Endpoint] {
        let fit = filter(isFit)
        let leaders = [fit.leading(.v4), fit.leading(.v6), fit.first].compactMap(\.self)
        return map { endpoint in
            var endpoint = endpoint
            endpoint.publishes = endpoint.networkID == leaders.first?.networkID
            return endpoint
        }
    }
}

extension Endpoint: RecordJSON {
    var json: JSONValue {
        .record([
            "networkID": .string(networkID), "network": .string(network), "driver": .string(driver.rawValue),
            "link": .string(link), "hostInterface": .text(hostInterface), "interface": .string(interface),
            "address": .text(address), "gateway": .text(gateway), "address6": .text(address6),
            "gateway6": .text(gateway6), "linkLocal": .strings(linkLocal.map(\.description)),
            "macAddress": .string(macAddress.description), "hasParentsMAC": hasParentsMAC ? true : nil,
            "mtu": .integer(Int64(mtu)), "names": .strings(names),
            "gatewayPriority": .integer(Int64(gatewayPriority)), "publishes": .bool(publishes),
            "gatewayMode4": .string(modes.v4.rawValue), "gatewayMode6": .string(modes.v6.rawValue),
        ])
    }

    init(json: JSONValue) throws(JSONError) {
        let word = try json.string("driver")
        guard let driver = NetworkDriver(rawValue: word) else {
            throw JSONError("is no driver: \(word.goQuoted)", path: "driver")
        }
        networkID = try json.string("networkID")
        network = try json.string("network")
        self.driver = driver
        link = try json.string("link")
        hostInterface = try json.string(ifPresent: "hostInterface")
        interface = try json.string("interface")
        address = try json.parsed(ifPresent: "address")
        gateway = try json.parsed(ifPresent: "gateway")
        address6 = try json.parsed(ifPresent: "address6")
        gateway6 = try json.parsed(ifPresent: "gateway6")
        linkLocal = try json.strings("linkLocal").compactMap(IPAddress.init)
        macAddress = try json.parsed("macAddress")
        hasParentsMAC = try json.bool(ifPresent: "hasParentsMAC") ?? false
        mtu = try json.integer("mtu")
        names = try json.strings("names")
        gatewayPriority = try json.integer("gatewayPriority")
        publishes = try json.bool("publishes")
        func mode(_ key: String) throws(JSONError) -> GatewayMode {
            let word = try json.string(key)
            guard let mode = GatewayMode(rawValue: word) else {
                throw JSONError("is no gateway mode: \(word.goQuoted)", path: key)
            }
            return mode
        }
        modes = Modes(v4: try mode("gatewayMode4"), v6: try mode("gatewayMode6"))
    }
}
