import Namespaces
import NetSetup

/// A wish to be connected to one network: a `--network`, or a `network connect`.
public struct NetworkAttachment: Sendable, Equatable {
    /// The network's name or id, as the user wrote it.
    public var network: String
    /// Further names of the container in this network.
    public var aliases: [String] = []
    /// The wanted IPv4 address.
    public var ip: IPAddress?
    /// The wanted IPv6 address.
    public var ip6: IPAddress?
    /// The wanted link-layer address.
    public var macAddress: MACAddress?
    /// Addresses of 169.254.0.0/16 and fe80::/10 besides.
    public var linkLocal: [IPAddress] = []
    /// The highest one gives the container its default route.
    public var gatewayPriority = 0
    /// `--driver-opt`: what the network's driver is told about this connection.
    public var driverOptions: [String: String] = [:]

    /// A wish without any particulars.
    public init(_ network: String) { self.network = network }

    /// Whether a value of `--network` is the long form, `name=web,alias=db`, and not a mode or a name.
    static func isLong(_ text: String) -> Bool {
        text.contains("=") && !text.begins(with: "container:") && !text.begins(with: "ns:")
    }

    /// Reads the long form. Docker lower-cases all of it, so that `name=MyNet` is never found; here only the keys are.
    /// Throws Docker's sentences.
    init(parsing text: String) throws(UsageError) {
        self.init("")
        for field in try CommaSeparated.fields(text) {
            let (key, value) = field.cut("=")
            guard let value else { throw UsageError("invalid field \(field.goQuoted)") }
            switch key.trimmed.lowercased() {
            case "name": network = value
            case "alias": aliases.append(value)
            case "ip": ip = try ScalarOptions.ip(value)
            case "ip6": ip6 = try ScalarOptions.ip6(value)
            case "mac-address": macAddress = try ScalarOptions.macAddress(value)
            case "link-local-ip": linkLocal.append(try Self.linkLocal(value))
            case "gw-priority":
                guard let number = Int(value) else { throw UsageError("invalid gw-priority (\(value)): not a number") }
                gatewayPriority = number
            case "driver-opt":
                driverOptions.merge(try Self.driverOptions([value])) { $1 }
            default: throw UsageError("invalid field key \(key)")
            }
        }
        guard !network.isEmpty else { throw UsageError("network name/id is not specified") }
    }

    /// Throws `UsageError` for an alias that cannot be a name, and for a setting that is none of an interface.
    public func check() throws(UsageError) {
        _ = try sysctls
        for alias in aliases { _ = try RegisteredName.keys(of: alias) }
    }

    /// A value of `--link-local-ip`.
    public static func linkLocal(_ text: String) throws(UsageError) -> IPAddress {
        guard let address = IPAddress(text), address.isLinkLocal else {
            throw UsageError("invalid link-local address: \(text): it is in 169.254.0.0/16 or fe80::/10")
        }
        return address
    }

    /// The values of `--driver-opt`, `KEY=VALUE` each.
    public static func driverOptions(_ texts: [String]) throws(UsageError) -> [String: String] {
        var options: [String: String] = [:]
        for text in texts {
            let (key, value) = text.cut("=")
            guard let value, !key.isEmpty else {
                throw UsageError("invalid key value pair format in driver options")
            }
            options[key.trimmed] = value.trimmed
        }
        return options
    }

    /// Whether it is about this network: by its name, its id, or the beginning of that.
    func means(id: String, name: String) -> Bool {
        network == name || !network.isEmpty && id.utf8.starts(with: network.utf8)
    }

    /// The interface's name inside, when the user chose one.
    var interface: String? {
        driverOptions["com.docker.network.endpoint.ifname"] ?? driverOptions["ifname"]
    }

    /// Settings of the interface, `net.ipv4.conf.IFNAME.forwarding=1`, separated by commas. Throws Docker's sentence.
    var sysctls: [InterfaceSysctl] {
        get throws(UsageError) {
            let text = driverOptions["com.docker.network.endpoint.sysctls"] ?? driverOptions["sysctls"]
            return try text?.parts(",").map(InterfaceSysctl.init(parsing:)) ?? []
        }
    }
}

extension NetworkAttachment: RecordJSON {
    var json: JSONValue {
        .record([
            "network": .string(network), "aliases": .strings(aliases), "ip": .text(ip), "ip6": .text(ip6),
            "macAddress": .text(macAddress), "linkLocal": .strings(linkLocal.map(\.description)),
            "gatewayPriority": .integer(Int64(gatewayPriority)),
            "driverOptions": .map(driverOptions.mapValues { .string($0) }),
        ])
    }

    init(json: JSONValue) throws(JSONError) {
        self.init(try json.string("network"))
        aliases = try json.strings("aliases")
        ip = try json.parsed(ifPresent: "ip")
        ip6 = try json.parsed(ifPresent: "ip6")
        macAddress = try json.parsed(ifPresent: "macAddress")
        linkLocal = try json.strings("linkLocal").compactMap(IPAddress.init)
        gatewayPriority = try json.integer("gatewayPriority")
        driverOptions = try json.stringMap("driverOptions")
    }
}
