import Namespaces
import NetSetup

/// How a network connects its containers; the words are Docker's.
public enum NetworkDriver: String, Sendable, CaseIterable {
    /// A bridge of the host, which is the router.
    case bridge
    /// Addresses in the network that an interface of the host is in.
    case macvlan
    /// A bridge that reaches over other hosts' bridges by VXLAN.
    case overlay
    /// The host's own network.
    case host
    /// No network at all.
    case null
}

/// What is known of a network, as `network.json` in its directory.
public struct NetworkRecord: Sendable, Equatable {
    /// 64 hexadecimal digits.
    public var id: String
    /// The name.
    public var name: String
    /// When it was made.
    public var created: Timestamp
    /// How it connects.
    public var driver: NetworkDriver
    /// Its subnets, IPv4 first, in the order in which the user gave them.
    public var subnets: [NetworkSubnet]
    /// Whether containers get IPv6 addresses.
    public var hasIPv6: Bool
    /// Whether there is no way out and no way in.
    public var isInternal: Bool
    /// `-o`, under the keys that the user gave.
    public var options: [String: String]
    /// Labels.
    public var labels: [String: String]
    /// `--attachable`: kept because Docker shows it; containers can be connected to every network.
    public var isAttachable = false
    /// When the bridge was there before the network, and so is none of ours to remove: the addresses that were added to it.
    public var addedToBridge: [IPPrefix]?

    /// Gathers the parts.
    public init(
        id: String, name: String, created: Timestamp = .now, driver: NetworkDriver = .bridge,
        subnets: [NetworkSubnet] = [], hasIPv6: Bool = false, isInternal: Bool = false,
        options: [String: String] = [:], labels: [String: String] = [:]
    ) {
        self.id = id
        self.name = name
        self.created = created
        self.driver = driver
        self.subnets = subnets
        self.hasIPv6 = hasIPv6
        self.isInternal = isInternal
        self.options = options
        self.labels = labels
    }

    /// The names that are always there.
    public static let predefined = ["bridge", "host", "none"]

    /// Whether it is one of those.
    public var isPredefined: Bool { Self.predefined.contains(name) }

    /// The host's interface of a bridge or overlay network: `br-` and the first twelve digits of the id, unless the user
    /// named it.
    public var bridgeName: String {
        let keys = NetworkOptions.Keys.bridge
        let given = options.first { keys.full($0.key) == "com.docker.network.bridge.name" && !$0.value.isEmpty }
        return given?.value ?? "br-\(id.prefix(12))"
    }

    /// Whether it has a bridge on this host.
    public var hasBridge: Bool { driver == .bridge || driver == .overlay }

    /// The same network, in which no container gets one of these addresses: somebody has them, although no lease says so.
    func keepingFree(_ taken: [IPAddress], as name: String = "Host") -> NetworkRecord {
        var record = self
        for index in record.subnets.indices {
            for (number, address) in taken.enumerated() where subnets[index].subnet.contains(address) {
                record.subnets[index].auxiliary["\(name)\(number)"] = address
            }
        }
        return record
    }

    /// The first subnet of a family.
    public func subnet(_ family: IPAddress.Family) -> NetworkSubnet? { subnets.first { $0.family == family } }

    /// The directory of its leases, in ``StatePaths``: that of the default network has its name.
    public var leaseName: String { isPredefined ? name : id }
}

extension NetworkSubnet {
    /// The containers' default route: the gateway, unless `--aux-address DefaultGatewayIPv4=` (or `IPv6`), which is how
    /// Docker keeps `default-gateway`, names another one.
    public var nextHop: IPAddress? {
        auxiliary[family == .v4 ? "DefaultGatewayIPv4" : "DefaultGatewayIPv6"] ?? gateway
    }
}

extension NetworkRecord: RecordJSON {
    var json: JSONValue {
        .record([
            "id": .string(id), "name": .string(name), "created": created.json, "driver": .string(driver.rawValue),
            "subnets": .array(subnets.map(\.json)), "hasIPv6": .bool(hasIPv6), "isInternal": .bool(isInternal),
            "options": .map(options.mapValues { .string($0) }), "labels": .map(labels.mapValues { .string($0) }),
            "isAttachable": isAttachable ? true : nil,
            "addedToBridge": addedToBridge.map { .strings($0.map(\.description)) },
        ])
    }

    init(json: JSONValue) throws(JSONError) {
        let word = try json.string("driver")
        guard let driver = NetworkDriver(rawValue: word) else {
            throw JSONError("is no driver: \(word.goQuoted)", path: "driver")
        }
        self.init(
            id: try json.string("id"), name: try json.string("name"),
            created: Timestamp(nanoseconds: try json.integer("created")), driver: driver,
            subnets: try json.records("subnets"), hasIPv6: try json.bool("hasIPv6"),
            isInternal: try json.bool("isInternal"), options: try json.stringMap("options"),
            labels: try json.stringMap("labels"))
        isAttachable = try json.bool(ifPresent: "isAttachable") ?? false
        addedToBridge = try json.member(ifPresent: "addedToBridge") { (value) throws(JSONError) in
            try value.items(JSONValue.parsed(of:))
        }
    }
}

extension NetworkSubnet: RecordJSON {
    var json: JSONValue {
        .record([
            "subnet": .string(subnet.description), "gateway": .text(gateway), "range": .text(range),
            "auxiliary": .map(auxiliary.mapValues { .string($0.description) }),
        ])
    }

    init(json: JSONValue) throws(JSONError) {
        guard let subnet: IPPrefix = try json.parsed(ifPresent: "subnet") else {
            throw JSONError("is missing", path: "subnet")
        }
        var auxiliary: [String: IPAddress] = [:]
        for (name, text) in try json.stringMap("auxiliary") {
            guard let address = IPAddress(text) else { throw JSONError("is no address", path: "auxiliary") }
            auxiliary[name] = address
        }
        self.init(
            subnet, gateway: try json.parsed(ifPresent: "gateway"), range: try json.parsed(ifPresent: "range"),
            auxiliary: auxiliary)
    }
}
