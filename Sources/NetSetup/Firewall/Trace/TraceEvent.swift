import CShim

/// What nftables tells of one packet and one rule (NFT_MSG_TRACE; `nft monitor trace`).
public struct TraceEvent: Sendable, Hashable {
    /// What has decided.
    public enum Kind: Sendable, Hashable {
        /// A rule that matched, by its handle.
        case rule(handle: UInt64)
        /// The end of a chain that was jumped to.
        case end
        /// The policy of a base chain, at its end.
        case policy
    }

    /// What was decided.
    public enum Verdict: Sendable, Hashable {
        case accept, drop, goOn, back
        case jump(String)
        case goto(String)
        /// Something rarer, by its number: a queue to a program, stolen.
        case other(Int32)
    }

    /// Which packet it was, as long as it stays within the namespace.
    public var packet: UInt32
    /// Where.
    public var chain: ChainName
    /// What has decided.
    public var kind: Kind
    /// What was decided.
    public var verdict: Verdict
    /// The interface by which it came in, if it did.
    public var input: CInt?
    /// The one by which it leaves, once that is known.
    public var output: CInt?
    /// The packet's headers; told once for each base chain.
    public var headers: Packet?

    /// From its parts.
    package init(
        packet: UInt32, chain: ChainName, kind: Kind, verdict: Verdict, input: CInt? = nil, output: CInt? = nil,
        headers: Packet? = nil
    ) {
        self.packet = packet
        self.chain = chain
        self.kind = kind
        self.verdict = verdict
        self.input = input
        self.output = output
        self.headers = headers
    }

    init?(_ reply: NetlinkReply) {
        let attributes = reply.attributes(after: nfgenmsg.self)
        guard reply.type == UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(NFT_MSG_TRACE.rawValue),
            let family = reply.header(as: nfgenmsg.self)?.nfgen_family
        else { return nil }
        self.init(attributes, family: family)
    }

    /// Reads the attributes; nil without those that say which packet, where, and what.
    init?(_ attributes: AttributeReader, family: UInt8) {
        func number(_ attribute: AttributeReader.Attribute?) -> UInt32? {
            attribute?.value(as: UInt32.self).map { UInt32(bigEndian: $0) }
        }
        guard let packet = number(attributes[NFTA_TRACE_ID.rawValue]),
            let table = attributes[NFTA_TRACE_TABLE.rawValue]?.text,
            let name = attributes[NFTA_TRACE_CHAIN.rawValue]?.text,
            let type = number(attributes[NFTA_TRACE_TYPE.rawValue])
        else { return nil }
        self.packet = packet
        chain = ChainName(family: family, table: table, name: name)
        let verdictPart = attributes[NFTA_TRACE_VERDICT.rawValue]?.nested
        var code = number(verdictPart?[NFTA_VERDICT_CODE.rawValue])
        switch nft_trace_types(rawValue: type) {
        case NFT_TRACETYPE_RULE:
            let handle = attributes[NFTA_TRACE_RULE_HANDLE.rawValue]?.value(as: UInt64.self)
            kind = .rule(handle: UInt64(bigEndian: handle ?? 0))
        case NFT_TRACETYPE_POLICY:
            kind = .policy
            code = number(attributes[NFTA_TRACE_POLICY.rawValue]) ?? code
        default: kind = .end
        }
        let target = verdictPart?[NFTA_VERDICT_CHAIN.rawValue]?.text ?? ""
        switch Int32(bitPattern: code ?? UInt32(bitPattern: NFT_CONTINUE.rawValue)) {
        case NF_ACCEPT: verdict = .accept
        case NF_DROP: verdict = .drop
        case NFT_CONTINUE.rawValue: verdict = .goOn
        case NFT_RETURN.rawValue: verdict = .back
        case NFT_JUMP.rawValue: verdict = .jump(target)
        case NFT_GOTO.rawValue: verdict = .goto(target)
        case let rare: verdict = .other(rare)
        }
        input = number(attributes[NFTA_TRACE_IIF.rawValue]).map { CInt(bitPattern: $0) }
        output = number(attributes[NFTA_TRACE_OIF.rawValue]).map { CInt(bitPattern: $0) }
        if let network = attributes[NFTA_TRACE_NETWORK_HEADER.rawValue]?.bytes, let first = network.first {
            let transport = attributes[NFTA_TRACE_TRANSPORT_HEADER.rawValue]?.bytes ?? []
            headers = Packet(network: network, transport: transport, first >> 4 == 6 ? .v6 : .v4)
        }
    }
}

/// A chain's full name.
public struct ChainName: Sendable, Hashable {
    /// NFPROTO_INET, NFPROTO_IPV4 ...
    public var family: UInt8
    /// The table.
    public var table: String
    /// The chain in it.
    public var name: String

    /// From its parts.
    package init(family: UInt8, table: String, name: String) {
        self.family = family
        self.table = table
        self.name = name
    }

    /// `inet minirun`.
    public var tableText: String { "\(TableFamily(number: family)?.rawValue ?? "?") \(table)" }

    /// Whether it is in a table that is there for a trace only.
    public var isOfTrace: Bool { table.hasPrefix(TraceTable.prefix) }

    /// Whether it is minirun's own table.
    public var isOwn: Bool { CInt(family) == CInt(NFPROTO_INET) && table == FirewallTable.name }
}
