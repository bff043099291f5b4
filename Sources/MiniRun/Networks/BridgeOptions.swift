import Namespaces
import NetSetup

/// What `-o` says about a bridge network.
public struct BridgeOptions: Sendable, Equatable {
    /// The interface on the host; nil for `br-` and the id's beginning.
    public var name: String?
    /// Whether the network's containers may talk to each other.
    public var interContainer = true
    /// Whether what leaves takes the host's address.
    public var masquerades = true
    /// The host's address that ports are published on when `-p` names none; nil for all.
    public var hostBinding: IPAddress?
    /// The IPv4 way out and in.
    public var gatewayMode4 = GatewayMode.nat
    /// The IPv6 way out and in.
    public var gatewayMode6 = GatewayMode.nat
    /// Whether the bridge gets no IPv4 address from minirun.
    public var inhibitsIPv4 = false
    /// Interfaces of the host whose packets reach the containers' own addresses.
    public var trustedInterfaces: [String] = []
    /// Whether the bridge was there before the network.
    public var isFound = false
    /// What leads to the same network's bridges on other hosts.
    public var tunnel: NetworkPolicy.Tunnel?
    /// The packet size in bytes; nil for that of the host's way out.
    public var mtu: Int?
    /// How interfaces inside are called, without their numbers.
    public var interfacePrefix = "eth"

    /// What goes without saying.
    public init() {}

    /// What a record says of its bridge, which an overlay network has as well. Throws Docker's sentences for values that
    /// cannot be.
    public init(_ record: NetworkRecord) throws(UsageError) {
        if record.driver == .overlay {
            self.init(try OverlayOptions(record))
        } else {
            try self.init(record.options, isInternal: record.isInternal)
        }
        isFound = record.addedToBridge != nil
    }

    init(_ given: [String: String], isInternal: Bool) throws(UsageError) {
        let prefix = "com.docker.network.bridge."
        let options = try NetworkOptions(given, .bridge)
        if let value = options[prefix + "name"], !value.isEmpty {
            name = try InterfaceName.parse(value, what: "bridge name")
        }
        interContainer = try options.truth(prefix + "enable_icc") ?? true
        masquerades = try options.truth(prefix + "enable_ip_masquerade") ?? true
        inhibitsIPv4 = try options.truth(prefix + "inhibit_ipv4") ?? false
        if let value = options[prefix + "host_binding_ipv4"], !value.isEmpty {
            guard let address = IPAddress(value) else { throw options.refusal(prefix + "host_binding_ipv4", "nil ip") }
            hostBinding = address.isUnspecified ? nil : address
        }
        gatewayMode4 = try Self.mode(options, prefix + "gateway_mode_ipv4")
        gatewayMode6 = try Self.mode(options, prefix + "gateway_mode_ipv6")
        guard isInternal || ![gatewayMode4, gatewayMode6].contains(.isolated) else {
            throw UsageError("gateway mode 'isolated' can only be used for an internal network")
        }
        if let value = options[prefix + "trusted_host_interfaces"], !value.isEmpty {
            for name in value.parts(":") {
                trustedInterfaces.append(try InterfaceName.parse(name, what: "trusted_host_interfaces"))
            }
        }
        mtu = try options.mtu()
        interfacePrefix = try options.interfacePrefix()
    }

    private static func mode(_ options: NetworkOptions, _ key: String) throws(UsageError) -> GatewayMode {
        guard let value = options[key], !value.isEmpty else { return .nat }
        guard let mode = GatewayMode(rawValue: value) else {
            throw options.refusal(key, "unknown gateway mode \(value)")
        }
        return mode
    }

    /// The gateway mode of a family.
    public func gatewayMode(_ family: IPAddress.Family) -> GatewayMode { family == .v4 ? gatewayMode4 : gatewayMode6 }
}
