import CShim

/// A published port as the kernel's table has it, whatever the records say.
public struct PublishedElement: Sendable, Hashable {
    /// The host address; nil for all.
    public let hostAddress: IPAddress?
    /// The protocol.
    public let transport: TransportProtocol
    /// The host port.
    public let hostPort: UInt16
    /// The container's address.
    public let address: IPAddress
    /// Its port.
    public let port: UInt16

    /// Whether it is the container's own address to which packets come, as in a routed network.
    public var isDirect: Bool { hostAddress == address }

    /// One that no table has.
    init(
        _ transport: TransportProtocol, _ hostPort: UInt16, on hostAddress: IPAddress? = nil, to address: IPAddress,
        _ port: UInt16
    ) {
        self.hostAddress = hostAddress
        self.transport = transport
        self.hostPort = hostPort
        self.address = address
        self.port = port
    }

    /// Reads an element's key and value, as ``FirewallElement`` makes them; nil for what is none.
    init?(key: [UInt8], value: [UInt8], family: IPAddress.Family, hasAddress: Bool) {
        let length = family == .v4 ? 4 : 16
        guard value.count >= length + 2, let address = IPAddress(bytes: Array(value.prefix(length))) else { return nil }
        guard let (transport, number) = Self.port(hasAddress ? Array(key.dropFirst(length)) : key) else { return nil }
        hostAddress = hasAddress ? IPAddress(bytes: Array(key.prefix(length))) : nil
        self.transport = transport
        hostPort = number
        self.address = address
        port = UInt16(value[length]) << 8 | UInt16(value[length + 1])
    }

    /// Reads the key of a port that is open at the container's own address; nil for what is none.
    init?(direct key: [UInt8], family: IPAddress.Family) {
        let length = family == .v4 ? 4 : 16
        guard let address = IPAddress(bytes: Array(key.prefix(length))),
            let (transport, number) = Self.port(Array(key.dropFirst(length)))
        else { return nil }
        self.init(transport, number, on: address, to: address, number)
    }

    /// The end of a key; every part of it fills whole registers of four bytes.
    private static func port(_ key: [UInt8]) -> (TransportProtocol, UInt16)? {
        guard key.count >= 6, let transport = TransportProtocol.allCases.first(where: { $0.number == key[0] }) else {
            return nil
        }
        return (transport, UInt16(key[4]) << 8 | UInt16(key[5]))
    }
}

extension NetlinkSocket {
    /// `nft list map inet minirun any4` and its three companions: all published ports. Empty without a table. Throws
    /// `NetlinkError`.
    public func publishedElements() throws(NetlinkError) -> [PublishedElement] {
        guard try hasFirewallTable() else { return [] }
        var found: [PublishedElement] = []
        for family in [IPAddress.Family.v4, .v6] {
            for kind in ["one", "any"] {
                let map = kind + (family == .v4 ? "4" : "6")
                let pages = try dump(FirewallElement.list(of: map)) { reply in
                    reply.elements.compactMap { element in
                        element.value.flatMap {
                            PublishedElement(key: element.key, value: $0, family: family, hasAddress: kind == "one")
                        }
                    }
                }
                found += pages.flatMap(\.self)
            }
        }
        return found
    }

    /// `nft list set inet minirun direct4` and `direct6`: containers' own ports that neighbours reach. Empty without a table.
    /// Throws `NetlinkError`.
    public func openedElements() throws(NetlinkError) -> [PublishedElement] {
        guard try hasFirewallTable() else { return [] }
        var found: [PublishedElement] = []
        for family in [IPAddress.Family.v4, .v6] {
            let pages = try dump(FirewallElement.list(of: family == .v4 ? "direct4" : "direct6")) { reply in
                reply.elements.compactMap { PublishedElement(direct: $0.key, family: family) }
            }
            found += pages.flatMap(\.self)
        }
        return found
    }
}
