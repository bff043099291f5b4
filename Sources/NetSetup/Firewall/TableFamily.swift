import CShim

/// The family of a table of nftables, by its word in nft(8).
enum TableFamily: String, CaseIterable {
    case ip, ip6, inet, bridge, netdev

    /// NFPROTO_IPV4, NFPROTO_IPV6 and so on.
    var number: Int {
        switch self {
        case .ip: Int(NFPROTO_IPV4)
        case .ip6: Int(NFPROTO_IPV6)
        case .inet: Int(NFPROTO_INET)
        case .bridge: Int(NFPROTO_BRIDGE)
        case .netdev: Int(NFPROTO_NETDEV)
        }
    }

    /// The one of this number; nil for those that are not told apart here.
    init?(number: UInt8) {
        guard let family = Self.allCases.first(where: { $0.number == Int(number) }) else { return nil }
        self = family
    }
}
