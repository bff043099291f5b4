import CShim

/// A rule that translates addresses and asks of a packet only what a published port or a masqueraded network asks: its
/// interfaces, its protocol, its addresses, its port.
///
/// `iptables-nft` makes such rules for Docker and others, with the last part in its own form (an xt target), nft(8) makes
/// them of nftables' parts alone. An interface that is excepted (`! -i docker0`) is passed over: these are the network's own.
struct PlainTranslation: Sendable, Hashable {
    /// What the packet is given.
    enum Outcome: Sendable, Hashable {
        /// Another destination; without a port its own stays.
        case destination(IPAddress, port: UInt16?)
        /// The address of the interface by which it leaves.
        case masquerade
    }

    /// What is asked of a packet.
    struct Conditions: Sendable, Hashable {
        var input: String?
        var output: String?
        var family: IPAddress.Family?
        var transport: TransportProtocol?
        var source: IPPrefix?
        var destination: IPPrefix?
        var port: UInt16?
    }

    let conditions: Conditions
    let outcome: Outcome

    /// Reads the expressions of a rule in a table of this family; nil when one of them is anything else.
    init?(_ expressions: AttributeReader, family: IPAddress.Family?) {
        var reader = ConditionReader()
        var registers: [UInt32: [UInt8]] = [:]
        var outcome: Outcome?
        for expression in expressions {
            guard let kind = expression.nested[NFTA_EXPR_NAME.rawValue]?.text else { return nil }
            let data = expression.nested[NFTA_EXPR_DATA.rawValue]?.nested
            switch kind {
            case "immediate":
                guard let register = data?[NFTA_IMMEDIATE_DREG.rawValue]?.value(as: UInt32.self),
                    let value = data?[NFTA_IMMEDIATE_DATA.rawValue]?.nested[NFTA_DATA_VALUE.rawValue]
                else { return nil }
                registers[register] = value.bytes
            case "nat": outcome = Outcome(nat: data, registers)
            case "masq": outcome = .masquerade
            case "target": outcome = Outcome(target: data, family)
            default: guard reader.read(kind, data) else { return nil }
            }
        }
        guard let outcome else { return nil }
        conditions = reader.conditions
        self.outcome = outcome
    }
}

extension PlainTranslation.Outcome {
    /// nftables' own: registers hold what the destination is to be. Nil for a range, and for another source.
    fileprivate init?(nat data: AttributeReader?, _ registers: [UInt32: [UInt8]]) {
        func register(_ attribute: some BinaryInteger) -> UInt32? { data?[attribute]?.value() }
        let kind: UInt32? = data?[NFTA_NAT_TYPE.rawValue]?.value()
        let (first, last) = (register(NFTA_NAT_REG_ADDR_MIN.rawValue), register(NFTA_NAT_REG_ADDR_MAX.rawValue))
        let (port, lastPort) = (register(NFTA_NAT_REG_PROTO_MIN.rawValue), register(NFTA_NAT_REG_PROTO_MAX.rawValue))
        guard kind?.bigEndian == NFT_NAT_DNAT.rawValue, last == nil || last == first,
            lastPort == nil || lastPort == port,
            let address = first.flatMap({ registers[$0] }).flatMap({ IPAddress(bytes: $0) })
        else { return nil }
        self = .destination(address, port: port.flatMap { registers[$0] }.flatMap(UInt16.init(wire:)))
    }

    /// iptables' own. Of DNAT's revisions those since Linux 3.7, which begin alike: struct nf_nat_range, that is flags, the
    /// first and the last address with room for IPv6, the first and the last port.
    fileprivate init?(target data: AttributeReader?, _ family: IPAddress.Family?) {
        switch data?[NFTA_TARGET_NAME.rawValue]?.text {
        case "MASQUERADE": self = .masquerade
        case "DNAT":
            let revision: UInt32? = data?[NFTA_TARGET_REV.rawValue]?.value()
            let info = data?[NFTA_TARGET_INFO.rawValue]
            guard let family, let revision, revision.bigEndian > 0, let flags: UInt32 = info?.value(),
                let bytes = info?.bytes, bytes.count >= 40, bytes[4..<20] == bytes[20..<36],
                bytes[36..<38] == bytes[38..<40],
                let address = IPAddress(bytes: Array(bytes[4...].prefix(family.bits / 8)))
            else { return nil }
            let hasPort = flags & UInt32(NF_NAT_RANGE_PROTO_SPECIFIED) != 0
            self = .destination(address, port: hasPort ? UInt16(wire: Array(bytes[36..<38])) : nil)
        default: return nil
        }
    }
}

/// Reads conditions: an expression loads a field, perhaps another masks it, the next compares it.
private struct ConditionReader {
    var conditions = PlainTranslation.Conditions()
    private var field: RuleField?
    private var mask: [UInt8]?

    /// Takes an expression; false for one that asks anything else.
    mutating func read(_ kind: String, _ data: AttributeReader?) -> Bool {
        switch kind {
        case "counter": return true
        case "match": return data?[NFTA_MATCH_NAME.rawValue]?.text == "comment"
        case "meta", "payload":
            field = RuleField(kind, data)
            mask = nil
            return field != nil
        case "bitwise":
            mask = data?[NFTA_BITWISE_MASK.rawValue]?.nested[NFTA_DATA_VALUE.rawValue]?.bytes
            return mask != nil
        case "cmp":
            let operation: UInt32? = data?[NFTA_CMP_OP.rawValue]?.value()
            guard let value = data?[NFTA_CMP_DATA.rawValue]?.nested[NFTA_DATA_VALUE.rawValue]?.bytes else {
                return false
            }
            switch operation?.bigEndian {
            case NFT_CMP_EQ.rawValue: return compare(value)
            case NFT_CMP_NEQ.rawValue: return field == .inputInterface || field == .outputInterface
            default: return false
            }
        default: return false
        }
    }

    private mutating func compare(_ value: [UInt8]) -> Bool {
        switch field {
        case .inputInterface: conditions.input = Self.name(value)
        case .outputInterface: conditions.output = Self.name(value)
        case .family: conditions.family = [IPAddress.Family.v4, .v6].first { [UInt8($0.netfilterNumber)] == value }
        case .transport:
            conditions.transport = TransportProtocol.allCases.first { [$0.number] == value }
            return conditions.transport != nil
        case .source(let family):
            conditions.source = IPPrefix(beginning: value, mask: mask, family)
            return conditions.source != nil
        case .destination(let family):
            conditions.destination = IPPrefix(beginning: value, mask: mask, family)
            return conditions.destination != nil
        case .destinationPort:
            conditions.port = mask == nil ? UInt16(wire: value) : nil
            return conditions.port != nil
        case .sourcePort, nil: return false
        }
        return true
    }

    /// A name without its end is the beginning of several.
    private static func name(_ value: [UInt8]) -> String {
        String(decoding: value.prefix { $0 != 0 }, as: UTF8.self) + (value.contains(0) ? "" : "*")
    }
}

extension UInt16 {
    /// A number of two bytes in the order of the wire; what follows is the register's filling.
    fileprivate init?(wire bytes: [UInt8]) {
        guard bytes.count >= 2 else { return nil }
        self = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    }
}
