import CShim

/// What a rule of nftables loads about a packet, to compare it.
enum RuleField: Sendable, Hashable {
    case inputInterface, outputInterface
    /// IPv4 or IPv6.
    case family
    case transport
    /// An address, or the beginning of it that is its network's.
    case source(IPAddress.Family), destination(IPAddress.Family)
    case sourcePort, destinationPort

    /// What an expression loads; nil for what is none of these.
    init?(_ expression: String, _ data: AttributeReader?) {
        func number(_ attribute: some BinaryInteger) -> UInt32? {
            data?[attribute]?.value(as: UInt32.self).map { UInt32(bigEndian: $0) }
        }
        switch expression {
        case "meta": self.init(meta: number(NFTA_META_KEY.rawValue))
        case "payload":
            self.init(
                payload: number(NFTA_PAYLOAD_BASE.rawValue), number(NFTA_PAYLOAD_OFFSET.rawValue),
                number(NFTA_PAYLOAD_LEN.rawValue) ?? 0)
        default: return nil
        }
    }

    private init?(meta key: UInt32?) {
        switch key.map(nft_meta_keys.init(rawValue:)) {
        case NFT_META_IIFNAME: self = .inputInterface
        case NFT_META_OIFNAME: self = .outputInterface
        case NFT_META_NFPROTO: self = .family
        case NFT_META_L4PROTO: self = .transport
        default: return nil
        }
    }

    private init?(payload base: UInt32?, _ offset: UInt32?, _ length: UInt32) {
        switch (base.map(nft_payload_bases.init(rawValue:)), offset, length) {
        case (NFT_PAYLOAD_NETWORK_HEADER, 9, 1): self = .transport
        case (NFT_PAYLOAD_NETWORK_HEADER, 12, ...4): self = .source(.v4)
        case (NFT_PAYLOAD_NETWORK_HEADER, 16, ...4): self = .destination(.v4)
        case (NFT_PAYLOAD_NETWORK_HEADER, 8, ...16): self = .source(.v6)
        case (NFT_PAYLOAD_NETWORK_HEADER, 24, ...16): self = .destination(.v6)
        case (NFT_PAYLOAD_TRANSPORT_HEADER, 0, 2): self = .sourcePort
        case (NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2): self = .destinationPort
        default: return nil
        }
    }
}

extension IPPrefix {
    /// The addresses that a comparison with the beginning of an address lets through; with a mask, those that are equal in it.
    /// Nil for a mask with holes.
    init?(beginning bytes: [UInt8], mask: [UInt8]?, _ family: IPAddress.Family) {
        let mask = mask ?? bytes.map { _ in 0xff }
        let bits: [Bool] = mask.flatMap { byte in (0..<8).map { (byte << $0) & 0x80 != 0 } }
        let length = bits.prefix { $0 }.count
        let rest = [UInt8](repeating: 0, count: max(0, family.bits / 8 - bytes.count))
        guard !bits.dropFirst(length).contains(true), let address = IPAddress(bytes: bytes + rest) else { return nil }
        self.init(address, length: length)
    }
}
