import CShim

/// Clauses that look at ports of one protocol and change them, for the tables of family `ip`.
extension FirewallClause {
    /// Which of a packet's two ports or addresses.
    enum Side {
        case source, destination
    }

    static func to(_ address: IPAddress) -> Self { match(address, "daddr", offset: 16) }
    static func from(_ address: IPAddress) -> Self { match(address, "saddr", offset: 12) }

    private static func match(_ address: IPAddress, _ word: String, offset: UInt32) -> Self {
        .init(
            "ip \(word) \(address)",
            [.networkHeader(offset: offset, length: 4), .compare(NFT_CMP_EQ, address.bytes)])
    }

    /// A port as it is; `shown` stands for a number that only a run knows.
    static func port(_ transport: TransportProtocol, _ side: Side, _ port: UInt16, shown: String? = nil) -> Self {
        .init(
            "\(transport.rawValue) \(side.word) \(shown ?? String(port))",
            [
                .meta(NFT_META_L4PROTO), .compare(NFT_CMP_EQ, [transport.number]),
                .transportHeader(offset: side.offset, length: 2, register: 1), .compare(NFT_CMP_EQ, port.networkBytes),
            ])
    }

    /// A port as it is to be; the checksum follows.
    static func setPort(_ transport: TransportProtocol, _ side: Side, _ port: UInt16, shown: String? = nil) -> Self {
        .init(
            "\(transport.rawValue) \(side.word) set \(shown ?? String(port))",
            [
                .load(port.networkBytes),
                .setTransportHeader(offset: side.offset, length: 2, checksumAt: transport == .tcp ? 16 : 6),
            ])
    }
}

extension FirewallClause.Side {
    fileprivate var word: String { self == .source ? "sport" : "dport" }
    fileprivate var offset: UInt32 { self == .source ? 0 : 2 }
}

extension UInt16 {
    fileprivate var networkBytes: [UInt8] { [UInt8(self >> 8), UInt8(self & 0xff)] }
}
