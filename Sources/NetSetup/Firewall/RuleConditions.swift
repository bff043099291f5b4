import CShim

/// One thing that a rule asks of a packet.
struct RuleCondition: Sendable, Hashable {
    /// What is asked.
    enum Question: Sendable, Hashable {
        /// An interface's name; with `*` at its end the beginning of one.
        case input(String), output(String)
        case family(IPAddress.Family)
        /// The number of the IP header.
        case transport(UInt8)
        case source(IPPrefix), destination(IPPrefix)
        case destinationPort([ClosedRange<UInt16>])
        /// Whether it is for an address of the host's.
        case toHost
        /// What conntrack says of it, as bits: 1 invalid, 2 established, 4 related, 8 new.
        case state(UInt32)
        /// Whether a set of this name has what the field holds.
        case set(RuleField, String)
        /// Anything else.
        case unreadable
    }

    let question: Question
    var isNegated = false
}

/// What a rule asks of a packet, in the rule's order.
///
/// nft(8) makes rules of nftables' parts alone: an expression loads a field, perhaps another masks it, the next compares it.
/// `iptables-nft` does the same for the most part, and for the rest uses matches of its own, which are structs of the kernel's.
struct RuleConditions: Sendable, Hashable {
    private(set) var all: [RuleCondition] = []

    /// Reads the expressions of a rule.
    init(_ expressions: AttributeReader) {
        var reader = ConditionReader()
        for expression in expressions {
            let kind = expression.nested[NFTA_EXPR_NAME.rawValue]?.text ?? ""
            reader.read(kind, expression.nested[NFTA_EXPR_DATA.rawValue]?.nested)
        }
        all = reader.conditions
    }

    /// Nothing is asked.
    init() {}
}

private struct ConditionReader {
    var conditions: [RuleCondition] = []
    private var field: RuleField?
    private var mask: [UInt8]?
    /// Whether the field is conntrack's state, or the kind of the destination.
    private var (isState, isKind) = (false, false)
    /// Fields that were loaded and not asked about: several are looked up together.
    private var loads = 0

    /// What acts on a packet, and asks nothing.
    private static let statements: Set<String> = [
        "counter", "log", "immediate", "nat", "masq", "redir", "target", "reject", "tproxy", "notrack", "last",
    ]

    mutating func read(_ kind: String, _ data: AttributeReader?) {
        switch kind {
        case _ where Self.statements.contains(kind): break
        case "meta" where data?[NFTA_META_SREG.rawValue] != nil,
            "payload" where data?[NFTA_PAYLOAD_SREG.rawValue] != nil,
            "ct" where data?[NFTA_CT_SREG.rawValue] != nil:
            break
        case "match": match(data)
        case "meta", "payload": load(RuleField(kind, data))
        case "ct":
            let key: UInt32? = data?[NFTA_CT_KEY.rawValue]?.value()
            load(nil)
            isState = key?.bigEndian == NFT_CT_STATE.rawValue
        case "fib":
            let (result, flags): (UInt32?, UInt32?) = (
                data?[NFTA_FIB_RESULT.rawValue]?.value(), data?[NFTA_FIB_FLAGS.rawValue]?.value()
            )
            load(nil)
            isKind =
                result?.bigEndian == NFT_FIB_RESULT_ADDRTYPE.rawValue && flags?.bigEndian == NFTA_FIB_F_DADDR.rawValue
        case "socket", "rt", "exthdr", "numgen", "hash", "osf", "byteorder": load(nil)
        case "bitwise": mask = data?[NFTA_BITWISE_MASK.rawValue]?.nested[NFTA_DATA_VALUE.rawValue]?.bytes
        case "cmp":
            let operation: UInt32? = data?[NFTA_CMP_OP.rawValue]?.value()
            let value = data?[NFTA_CMP_DATA.rawValue]?.nested[NFTA_DATA_VALUE.rawValue]?.bytes
            ask(compare(operation.map { nft_cmp_ops($0.bigEndian) }, value ?? []))
        case "range": ask(range(data))
        case "lookup": ask(lookup(data))
        default: ask(nil)
        }
    }

    private mutating func load(_ new: RuleField?) {
        (field, mask, isState, isKind) = (new, nil, false, false)
        loads += 1
    }

    private mutating func ask(_ condition: RuleCondition?) {
        conditions.append(condition ?? RuleCondition(question: .unreadable))
        loads = 0
    }

    private func compare(_ operation: nft_cmp_ops?, _ value: [UInt8]) -> RuleCondition? {
        guard loads < 2 else { return nil }
        if isState { return compareState(operation, value) }
        if isKind {
            guard let kind = UInt32(host: value), kind == UInt32(RTN_LOCAL),
                operation == NFT_CMP_EQ || operation == NFT_CMP_NEQ
            else { return nil }
            return RuleCondition(question: .toHost, isNegated: operation == NFT_CMP_NEQ)
        }
        switch operation {
        case NFT_CMP_EQ: return question(value).map { RuleCondition(question: $0) }
        case NFT_CMP_NEQ: return question(value).map { RuleCondition(question: $0, isNegated: true) }
        case let operation?:
            guard field == .destinationPort, mask == nil, let port = UInt16(wire: value) else { return nil }
            return ordered(operation, port).map { RuleCondition(question: .destinationPort([$0])) }
        case nil: return nil
        }
    }

    private func ordered(_ operation: nft_cmp_ops, _ port: UInt16) -> ClosedRange<UInt16>? {
        switch operation {
        case NFT_CMP_GTE: port...UInt16.max
        case NFT_CMP_LTE: 0...port
        case NFT_CMP_GT: port < UInt16.max ? (port + 1)...UInt16.max : nil
        case NFT_CMP_LT: port > 0 ? 0...(port - 1) : nil
        default: nil
        }
    }

    /// `ct state new`: some of the mask's bits are there.
    private func compareState(_ operation: nft_cmp_ops?, _ value: [UInt8]) -> RuleCondition? {
        guard let bits = UInt32(host: mask ?? []), value.allSatisfy({ $0 == 0 }) else { return nil }
        switch operation {
        case NFT_CMP_NEQ: return RuleCondition(question: .state(bits))
        case NFT_CMP_EQ: return RuleCondition(question: .state(bits), isNegated: true)
        default: return nil
        }
    }

    private func range(_ data: AttributeReader?) -> RuleCondition? {
        func port(_ attribute: some BinaryInteger) -> UInt16? {
            data?[attribute]?.nested[NFTA_DATA_VALUE.rawValue].flatMap { UInt16(wire: $0.bytes) }
        }
        guard field == .destinationPort, mask == nil, loads < 2, let first = port(NFTA_RANGE_FROM_DATA.rawValue),
            let last = port(NFTA_RANGE_TO_DATA.rawValue), first <= last
        else { return nil }
        let operation: UInt32? = data?[NFTA_RANGE_OP.rawValue]?.value()
        return RuleCondition(
            question: .destinationPort([first...last]), isNegated: operation?.bigEndian == NFT_RANGE_NEQ.rawValue)
    }

    /// A map's answer is a value or a verdict; a set's is yes or no.
    private func lookup(_ data: AttributeReader?) -> RuleCondition? {
        guard let field, mask == nil, loads < 2, let name = data?[NFTA_LOOKUP_SET.rawValue]?.text,
            data?[NFTA_LOOKUP_DREG.rawValue] == nil
        else { return nil }
        let flags: UInt32 = data?[NFTA_LOOKUP_FLAGS.rawValue]?.value() ?? 0
        return RuleCondition(question: .set(field, name), isNegated: flags.bigEndian & NFT_LOOKUP_F_INV.rawValue != 0)
    }

    private func question(_ value: [UInt8]) -> RuleCondition.Question? {
        switch field {
        case .inputInterface: return .input(Self.name(value))
        case .outputInterface: return .output(Self.name(value))
        case .family:
            return [IPAddress.Family.v4, .v6].first { [UInt8($0.netfilterNumber)] == value }.map { .family($0) }
        case .transport: return value.first.map { .transport($0) }
        case .source(let family): return IPPrefix(beginning: value, mask: mask, family).map { .source($0) }
        case .destination(let family): return IPPrefix(beginning: value, mask: mask, family).map { .destination($0) }
        case .destinationPort where mask == nil: return UInt16(wire: value).map { .destinationPort([$0...$0]) }
        default: return nil
        }
    }

    /// A name without its end is the beginning of several.
    private static func name(_ value: [UInt8]) -> String {
        String(decoding: value.prefix { $0 != 0 }, as: UTF8.self) + (value.contains(0) ? "" : "*")
    }

    // MARK: iptables' own

    private mutating func match(_ data: AttributeReader?) {
        let info = data?[NFTA_MATCH_INFO.rawValue]?.bytes ?? []
        func number(_ at: Int) -> UInt16 { UInt16(info[at]) | UInt16(info[at + 1]) << 8 }
        switch data?[NFTA_MATCH_NAME.rawValue]?.text {
        case "comment": break
        // struct xt_tcp, xt_udp: source and destination ports, two each, in the host's order; then what else is asked.
        case "tcp", "udp":
            guard info.count >= 9, number(0) == 0, number(2) == UInt16.max, number(4) <= number(6),
                info[8...].prefix(4).allSatisfy({ $0 == 0 })
            else { return ask(nil) }
            ask(RuleCondition(question: .destinationPort([number(4)...number(6)])))
        // struct xt_multiport_v1: 1 for destination ports, how many, and for each whether the next one ends its range.
        case "multiport":
            guard info.count >= 48, info[0] == 1, info[1] <= 15 else { return ask(nil) }
            var ranges: [ClosedRange<UInt16>] = []
            var index = 0
            while index < info[1] {
                let first = number(2 + 2 * index)
                let isRange = info[32 + index] != 0 && index + 1 < info[1]
                let last = isRange ? number(4 + 2 * index) : first
                guard first <= last else { return ask(nil) }
                ranges.append(first...last)
                index += isRange ? 2 : 1
            }
            ask(RuleCondition(question: .destinationPort(ranges), isNegated: info[47] != 0))
        // struct xt_conntrack_mtinfo3, where nothing but the state is asked (1; 0x2000 is how -m state asks it).
        case "conntrack":
            guard info.count >= 152, number(146) & 0xdfff == 1, number(150) & 0xffc0 == 0 else { return ask(nil) }
            ask(RuleCondition(question: .state(UInt32(number(150))), isNegated: number(148) & 1 != 0))
        // struct xt_addrtype_info_v1: kinds of the source and of the destination as bits, and whether it is to be another (2).
        case "addrtype":
            guard info.count >= 8, number(0) == 0, number(2) == UInt16(1) << RTN_LOCAL, number(4) & 0xfffd == 0 else {
                return ask(nil)
            }
            ask(RuleCondition(question: .toHost, isNegated: number(4) == 2))
        case "state":
            guard let bits = UInt32(host: info) else { return ask(nil) }
            ask(RuleCondition(question: .state(bits)))
        default: ask(nil)
        }
    }
}

extension UInt16 {
    /// A number of two bytes in the order of the wire; what follows is the register's filling.
    init?(wire bytes: [UInt8]) {
        guard bytes.count >= 2 else { return nil }
        self = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    }
}

extension UInt32 {
    /// The number that begins with these bytes as they lie in memory.
    fileprivate init?(host bytes: [UInt8]) {
        guard bytes.count >= 4 else { return nil }
        self = bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
