import CShim

/// One piece of a rule, as `nft` writes it and as the kernel gets it: the two voices stand side by side, once.
struct FirewallClause: Sendable {
    let text: String
    let expressions: [NftExpression]

    init(_ text: String, _ expressions: [NftExpression]) {
        self.text = text
        self.expressions = expressions
    }
}

/// What a rule can ask of a packet.
extension FirewallClause {
    static func input(_ interface: String) -> Self {
        .init("iifname \"\(interface)\"", [.meta(NFT_META_IIFNAME), .compare(NFT_CMP_EQ, interface.interfaceBytes)])
    }

    static func output(_ interface: String) -> Self {
        .init("oifname \"\(interface)\"", [.meta(NFT_META_OIFNAME), .compare(NFT_CMP_EQ, interface.interfaceBytes)])
    }

    static func input(in set: String, inverted: Bool = false) -> Self {
        .init(
            "iifname \(inverted ? "!= " : "")@\(set)", [.meta(NFT_META_IIFNAME), .lookup(set: set, inverted: inverted)])
    }

    static func output(in set: String) -> Self {
        .init("oifname @\(set)", [.meta(NFT_META_OIFNAME), .lookup(set: set)])
    }

    static func inputAndOutput(in set: String, inverted: Bool = false) -> Self {
        .init(
            "iifname . oifname \(inverted ? "!= " : "")@\(set)",
            [
                .meta(NFT_META_IIFNAME), .meta(NFT_META_OIFNAME, register: 2), .lookup(set: set, inverted: inverted),
            ])
    }

    static let withoutInput = Self("iif 0", [.meta(NFT_META_IIF), .compare(NFT_CMP_EQ, UInt32(0).hostBytes)])

    static func family(_ family: IPAddress.Family) -> Self {
        .init("meta nfproto \(family == .v4 ? "ipv4" : "ipv6")", familyMatch(family))
    }

    static func transport(_ transport: TransportProtocol) -> Self {
        .init(
            "meta l4proto \(transport.rawValue)",
            [.meta(NFT_META_L4PROTO), .compare(NFT_CMP_EQ, [transport.number])])
    }

    static let toLoopback = Self(
        "ip daddr 127.0.0.0/8",
        familyMatch(.v4) + [.networkHeader(offset: 16, length: 1), .compare(NFT_CMP_EQ, [127])])

    /// A ping; by its family too, for each has its own protocol (ICMP, ICMPv6).
    static func echoRequest(_ family: IPAddress.Family) -> Self {
        let isV4 = family == .v4
        return .init(
            isV4 ? "icmp type echo-request" : "icmpv6 type echo-request",
            familyMatch(family) + [
                .meta(NFT_META_L4PROTO), .compare(NFT_CMP_EQ, [UInt8(isV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6)]),
                .transportHeader(offset: 0, length: 1, register: 1),
                // ICMP_ECHO and ICMPV6_ECHO_REQUEST.
                .compare(NFT_CMP_EQ, [isV4 ? 8 : 128]),
            ])
    }

    /// The port that a packet goes to.
    static func port(in set: String) -> Self {
        .init(
            "meta l4proto . th dport @\(set)",
            [.meta(NFT_META_L4PROTO), .transportHeader(offset: 2, length: 2, register: 9), .lookup(set: set)])
    }

    /// The address and port that a packet goes to.
    static func addressAndPort(_ family: IPAddress.Family, in set: String) -> Self {
        .init(
            "\(family.nftWord) daddr . meta l4proto . th dport @\(set)",
            addressAndPort(family, .destination) + [.lookup(set: set)])
    }

    /// The address that a packet comes from, and the port that it goes to.
    static func sourceAndPort(_ family: IPAddress.Family, in set: String) -> Self {
        .init(
            "\(family.nftWord) saddr . meta l4proto . th dport @\(set)",
            addressAndPort(family, .source) + [.lookup(set: set)])
    }

    /// One of a packet's addresses and the port that it goes to, behind one another from register 1.
    private static func addressAndPort(_ family: IPAddress.Family, _ side: Side) -> [NftExpression] {
        let isV4 = family == .v4
        // The destination's address comes right behind the source's, in both families (RFC 791, RFC 8200).
        let source: UInt32 = isV4 ? 12 : 8
        let length: UInt32 = isV4 ? 4 : 16
        return familyMatch(family) + [
            .networkHeader(offset: side == .source ? source : source + length, length: length),
            .meta(NFT_META_L4PROTO, register: isV4 ? 9 : 2),
            .transportHeader(offset: 2, length: 2, register: isV4 ? 10 : 13),
        ]
    }

    static let toLocal = Self(
        "fib daddr type local", [.fibAddressType(.destination), .compare(NFT_CMP_EQ, UInt32(RTN_LOCAL).hostBytes)])

    static let notToLocal = Self(
        "fib daddr type != local", [.fibAddressType(.destination), .compare(NFT_CMP_NEQ, UInt32(RTN_LOCAL).hostBytes)])

    static let fromLocal = Self(
        "fib saddr type local",
        [.fibAddressType(.source), .compare(NFT_CMP_EQ, UInt32(RTN_LOCAL).hostBytes)])

    /// No route leads back to where it comes from over the interface by which it came (RFC 3704, strict).
    static let withoutWayBack = Self(
        "fib saddr . iif oif missing", [.fibWayBack, .compare(NFT_CMP_EQ, UInt32(0).hostBytes)])

    static func socketMark(_ mark: UInt32) -> Self {
        .init(
            "socket mark 0x\(String(mark, radix: 16))", [.socketMark, .compare(NFT_CMP_EQ, mark.hostBytes)])
    }

    // The bits of NF_CT_STATE_BIT (1 << enum ip_conntrack_info + 1; invalid is 1), whose macro Swift cannot import.
    static let known = bits("ct state established,related", NFT_CT_STATE, 1 << 1 | 1 << 2)
    static let invalid = bits("ct state invalid", NFT_CT_STATE, 1)
    static let translated = bits("ct status dnat", NFT_CT_STATUS, IPS_DST_NAT.rawValue)

    private static func bits(_ text: String, _ key: nft_ct_keys, _ bits: UInt32) -> Self {
        .init(text, [.connection(key), .mask(bits), .compare(NFT_CMP_NEQ, UInt32(0).hostBytes)])
    }

    private static func familyMatch(_ family: IPAddress.Family) -> [NftExpression] {
        [.meta(NFT_META_NFPROTO), .compare(NFT_CMP_EQ, [UInt8(family.netfilterNumber)])]
    }
}

/// What a rule can do with it.
extension FirewallClause {
    static let accept = Self("accept", [.verdict(NF_ACCEPT)])
    static let drop = Self("drop", [.verdict(NF_DROP)])
    static let back = Self("return", [.verdict(NFT_RETURN.rawValue)])
    static func jump(_ chain: String) -> Self { .init("jump \(chain)", [.verdict(NFT_JUMP.rawValue, chain: chain)]) }
    static func goto(_ chain: String) -> Self { .init("goto \(chain)", [.verdict(NFT_GOTO.rawValue, chain: chain)]) }
    static let masquerade = Self("masquerade", [.masquerade])
    static let redirect = Self("redirect", [.redirect])
    static let rejectWithReset = Self("reject with tcp reset", [.reject(NFT_REJECT_TCP_RST, code: 0)])
    static let reject = Self(
        "reject", [.reject(NFT_REJECT_ICMPX_UNREACH, code: UInt8(NFT_REJECT_ICMPX_PORT_UNREACH.rawValue))])

    static func destination(_ address: IPAddress) -> Self { nat(NFT_NAT_DNAT, "dnat", address) }
    static func source(_ address: IPAddress) -> Self { nat(NFT_NAT_SNAT, "snat", address) }

    private static func nat(_ type: nft_nat_types, _ word: String, _ address: IPAddress) -> Self {
        .init("\(word) \(address.family.nftWord) to \(address)", [.load(address.bytes), .nat(type, address.family)])
    }

    /// A new destination from a map keyed by protocol and port; `withPort` says whether the map gives a port too.
    static func destination(_ family: IPAddress.Family, fromMap map: String, withPort: Bool) -> Self {
        .init(
            "dnat \(family.nftWord) to meta l4proto . th dport map @\(map)",
            [
                .meta(NFT_META_L4PROTO), .transportHeader(offset: 2, length: 2, register: 9), .map(map),
                .nat(NFT_NAT_DNAT, family, portRegister: withPort ? portRegister(family) : nil),
            ])
    }

    /// The same from a map keyed by the address as well.
    static func destination(_ family: IPAddress.Family, byAddressFromMap map: String, withPort: Bool) -> Self {
        .init(
            "dnat \(family.nftWord) to \(family.nftWord) daddr . meta l4proto . th dport map @\(map)",
            addressAndPort(family, .destination) + [
                .map(map), .nat(NFT_NAT_DNAT, family, portRegister: withPort ? portRegister(family) : nil),
            ])
    }

    /// Where a map puts the port: behind an address that begins in register 1.
    private static func portRegister(_ family: IPAddress.Family) -> UInt32 { family == .v4 ? 9 : 2 }
}

extension IPAddress.Family {
    /// `ip` or `ip6`.
    var nftWord: String { self == .v4 ? "ip" : "ip6" }
}

extension String {
    /// An interface's name as nftables compares it: 16 bytes, filled with zeros.
    var interfaceBytes: [UInt8] {
        let name = Array(utf8.prefix(Int(IFNAMSIZ) - 1))
        return name + [UInt8](repeating: 0, count: Int(IFNAMSIZ) - name.count)
    }
}
