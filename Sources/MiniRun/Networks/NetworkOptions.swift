import Namespaces
import NetSetup

/// `-o KEY=VALUE` of a network, read under Docker's long keys and under what is left of these behind any of their dots:
/// `com.docker.network.bridge.enable_icc`, `bridge.enable_icc` and `enable_icc` are one.
struct NetworkOptions {
    /// A driver's keys, as they are written in full.
    struct Keys {
        let long: [String]

        /// What every driver knows.
        static let common = ["com.docker.network.driver.mtu", "com.docker.network.container_iface_prefix"]
        static let bridge = Keys(
            long: common
                + [
                    "name", "enable_icc", "enable_ip_masquerade", "host_binding_ipv4", "gateway_mode_ipv4",
                    "gateway_mode_ipv6", "inhibit_ipv4", "trusted_host_interfaces", "default_bridge",
                ].map { "com.docker.network.bridge.\($0)" })
        static let macvlan = Keys(long: common + ["parent", "macvlan_mode", "host_shim"])
        static let overlay = Keys(
            long: common + [
                "vni", "peer", "dstport", "com.docker.network.bridge.name", "com.docker.network.bridge.enable_icc",
            ])

        /// The full key that this one stands for; nil for somebody else's.
        func full(_ key: String) -> String? { long.first { $0 == key || $0.hasSuffix(".\(key)") && !key.isEmpty } }

        /// The shortest form of each, for messages.
        var short: [String] { long.map { $0.parts(".").last ?? $0 }.filter { $0 != "default_bridge" } }
    }

    private let values: [String: String]

    /// Reads a driver's options. Keys of other namespaces (`com.example.x`) are somebody else's business, as with Docker;
    /// a key without a dot, or one of Docker's namespace, that the driver does not know is a slip. Throws `UsageError`.
    init(_ options: [String: String], _ keys: Keys) throws(UsageError) {
        var values: [String: String] = [:]
        for (key, value) in options.sorted(by: { $0.key < $1.key }) {
            guard let full = keys.full(key) else {
                if key.contains("."), !key.begins(with: "com.docker.network.") { continue }
                throw UsageError(
                    "unknown network option \(key.goQuoted): there are \(keys.short.joined(separator: ", "))")
            }
            if let other = values[full], other != value {
                throw UsageError(
                    "network option \(key.goQuoted) is given twice: \(other.goQuoted) and \(value.goQuoted)")
            }
            values[full] = value
        }
        self.values = values
    }

    /// The value of a full key; nil when it was not given.
    subscript(key: String) -> String? { values[key] }

    /// Docker's sentence about a value: the key, the value, and why it is none.
    func refusal(_ key: String, _ reason: String) -> UsageError {
        UsageError("failed to parse \(key) value: \(values[key] ?? "") (\(reason))")
    }

    /// `true`, `false` and what else Go's strconv.ParseBool takes.
    func truth(_ key: String) throws(UsageError) -> Bool? {
        guard let value = values[key] else { return nil }
        guard let truth = Truth.parse(value) else {
            throw refusal(key, "strconv.ParseBool: parsing \(value.goQuoted): invalid syntax")
        }
        return truth
    }

    /// A packet size in bytes; 0 is none. IPv4 asks for 68 at least.
    func mtu() throws(UsageError) -> Int? {
        let key = "com.docker.network.driver.mtu"
        guard let value = values[key] else { return nil }
        guard let number = Int(value) else {
            throw refusal(key, "strconv.Atoi: parsing \(value.goQuoted): invalid syntax")
        }
        guard number == 0 || (68...65535).contains(number) else { throw UsageError("invalid MTU number: \(number)") }
        return number == 0 ? nil : number
    }

    /// `eth` of `eth0`, `eth1`.
    func interfacePrefix() throws(UsageError) -> String {
        guard let value = values["com.docker.network.container_iface_prefix"], !value.isEmpty else { return "eth" }
        // Two digits have to fit behind it.
        try InterfaceName.parse(value + "00", what: "container_iface_prefix")
        return value
    }
}
