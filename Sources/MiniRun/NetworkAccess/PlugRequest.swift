import Namespaces
import NetSetup

/// The words of `plug`, in the order of pipework's: `BRIDGE CONTAINER ADDRESS/LENGTH[@GATEWAY] [MAC]`.
public struct PlugRequest: Sendable, Equatable {
    /// The bridge, or a network card.
    public var bridge: String
    /// The container, by name or id.
    public var container: String
    /// The address inside; nil for `0/0`, an interface without one.
    public var address: IPPrefix?
    /// The default route's next hop.
    public var gateway: IPAddress?
    /// The link-layer address.
    public var mac: MACAddress?
    /// `-i`: the name inside.
    public var interface: String?
    /// `-l`: the name of the host's end.
    public var hostInterface: String?

    /// Understands the words; touches nothing. Throws `UsageError`, with pipework's sentences where it has some.
    public init(
        parsing words: [String], interface: String? = nil, hostInterface: String? = nil
    ) throws(UsageError) {
        if let command = words.first, ["route", "rule", "tc"].contains(command) {
            let container = words.dropFirst().first ?? "CONTAINER"
            let program = command == "tc" ? "tc" : "ip \(command)"
            throw UsageError(
                "plug has no '\(command)': run it in the container's network: "
                    + "minirun netns exec \(container) \(program) \(words.dropFirst(2).joined(separator: " "))".trimmed)
        }
        guard (3...4).contains(words.count) else {
            throw UsageError("plug needs BRIDGE CONTAINER ADDRESS/LENGTH[@GATEWAY] and perhaps a MAC address")
        }
        bridge = words[0]
        container = words[1]
        (address, gateway) = try Self.address(words[2], container)
        mac = try words.count == 4 ? Self.mac(words[3]) : nil
        for case let name? in [interface, hostInterface] where !Link.isName(name) {
            throw UsageError("invalid interface name (1 to 15 bytes, no blanks, slashes or colons): \(name)")
        }
        self.interface = interface
        self.hostInterface = hostInterface
    }

    private static func address(
        _ text: String, _ container: String
    ) throws(UsageError) -> (IPPrefix?, IPAddress?) {
        if ["dhcp", "dhclient", "udhcpc", "dhcpcd"].contains(where: text.begins(with:)) {
            throw UsageError(
                "plug asks no DHCP server: give an address, or 0/0 for none and then run a DHCP client there: "
                    + "minirun exec \(container) udhcpc -i eth1")
        }
        let (own, hop) = text.cut("@")
        guard own.utf8.contains(UInt8(ascii: "/")) else {
            let length = own.utf8.contains(UInt8(ascii: ":")) ? 64 : 24
            throw UsageError("The IP address should include a netmask.\nMaybe you meant \(own)/\(length) ?")
        }
        if own == "0/0" {
            guard hop == nil else { throw UsageError("a gateway needs an address: \(text)") }
            return (nil, nil)
        }
        guard let prefix = IPPrefix(own), !prefix.address.isUnspecified, !prefix.address.isLoopback,
            !prefix.address.isMulticast
        else {
            throw UsageError("invalid address: \(own)")
        }
        guard prefix.isUsable(prefix.address) else {
            throw UsageError(
                "invalid address: \(own) (the \(prefix.address == prefix.network.address ? "subnet's own" : "broadcast") address)"
            )
        }
        guard let hop else { return (prefix, nil) }
        guard let gateway = IPAddress(hop), gateway.family == prefix.address.family, gateway != prefix.address,
            !gateway.isUnspecified
        else { throw UsageError("invalid gateway: \(hop)") }
        return (prefix, gateway)
    }

    private static func mac(_ text: String) throws(UsageError) -> MACAddress {
        if text.begins(with: "U:") { return MACAddress(stableFor: String(text.dropFirst(2))) }
        let (own, vlan) = text.cut("@")
        if let vlan {
            throw UsageError(
                "plug makes no VLANs: make one on the host and plug that: "
                    + "ip link add link CARD name CARD.\(vlan) type vlan id \(vlan)")
        }
        guard let mac = MACAddress(own), !mac.isMulticast else { throw UsageError("invalid MAC address: \(own)") }
        return mac
    }
}
