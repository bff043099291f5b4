import CShim

/// A foreign rule in the words of nft(8), as far as they are cheap: what stands in most rules is put into words, the rest is
/// left to whoever looks the rule up by its handle.
struct RuleText {
    private(set) var text = ""
    /// A comment of iptables (`-m comment`).
    private(set) var comment: String?
    private(set) var isReject = false
    private var words: [String] = []
    /// What the registers hold: the left side of the next comparison.
    private var loaded: Loaded?
    /// Which bits of it are compared; nil for all.
    private var mask: [UInt8]?

    private enum Loaded {
        case field(RuleField)
        case state
    }

    init(_ expressions: AttributeReader?) {
        for element in expressions ?? AttributeReader(UnsafeRawBufferPointer(start: nil, count: 0)) {
            guard let name = element.nested[NFTA_EXPR_NAME.rawValue]?.text else { continue }
            read(name, element.nested[NFTA_EXPR_DATA.rawValue]?.nested)
        }
        text = words.joined(separator: " ")
    }

    private mutating func read(_ name: String, _ data: AttributeReader?) {
        func number(_ attribute: some BinaryInteger) -> UInt32? {
            data?[attribute]?.value(as: UInt32.self).map { UInt32(bigEndian: $0) }
        }
        switch name {
        case "meta", "payload":
            loaded = RuleField(name, data).map { .field($0) }
            mask = nil
        case "ct": loaded = number(NFTA_CT_KEY.rawValue) == NFT_CT_STATE.rawValue ? .state : nil
        case "bitwise":
            let bits = data?[NFTA_BITWISE_MASK.rawValue]?.nested[NFTA_DATA_VALUE.rawValue]
            mask = bits?.bytes
            if case .state = loaded {
                words.append("ct state " + Self.states(bits?.value() ?? 0))
                loaded = nil
            }
        case "cmp":
            let value = data?[NFTA_CMP_DATA.rawValue]?.nested[NFTA_DATA_VALUE.rawValue]?.bytes ?? []
            compare(value, isEqual: number(NFTA_CMP_OP.rawValue) == NFT_CMP_EQ.rawValue)
        case "immediate":
            let verdict = data?[NFTA_IMMEDIATE_DATA.rawValue]?.nested[NFTA_DATA_VERDICT.rawValue]?.nested
            if let verdict { words.append(Self.verdict(verdict)) }
        case "match", "target": xtables(name, data)
        case "reject":
            isReject = true
            words.append("reject")
        case "masq": words.append("masquerade")
        case "redir": words.append("redirect")
        case "nat": words.append(number(NFTA_NAT_TYPE.rawValue) == NFT_NAT_SNAT.rawValue ? "snat" : "dnat")
        case "lookup": words.append("@" + (data?[NFTA_LOOKUP_SET.rawValue]?.text ?? "?"))
        case "counter": break
        default: words.append(name)
        }
    }

    private mutating func compare(_ value: [UInt8], isEqual: Bool) {
        let sign = isEqual ? "" : "!= "
        func name(_ word: String) -> String {
            "\(word) \(sign)\"\(String(decoding: value.prefix { $0 != 0 }, as: UTF8.self))\""
        }
        func address(_ side: String, _ family: IPAddress.Family) -> String {
            let prefix = IPPrefix(beginning: value, mask: mask, family)
            let text = prefix.map { $0.length == family.bits ? "\($0.address)" : "\($0)" } ?? "?"
            return "\(family == .v4 ? "ip" : "ip6") \(side) \(sign)\(text)"
        }
        func port(_ side: String) -> String {
            // As nft(8) writes it: the protocol and its port are one.
            let number = value.prefix(2).reduce(0) { $0 << 8 | UInt64($1) }
            let before = ["tcp", "udp", "sctp"].first { words.last == "meta l4proto \($0)" }
            if before != nil { words.removeLast() }
            return "\(before ?? "th") \(side) \(sign)\(number)"
        }
        switch loaded {
        case .field(.inputInterface): words.append(name("iifname"))
        case .field(.outputInterface): words.append(name("oifname"))
        case .field(.source(let family)): words.append(address("saddr", family))
        case .field(.destination(let family)): words.append(address("daddr", family))
        case .field(.sourcePort): words.append(port("sport"))
        case .field(.destinationPort): words.append(port("dport"))
        case .field(.transport):
            let names: [UInt8: String] = [1: "icmp", 6: "tcp", 17: "udp", 58: "ipv6-icmp", 132: "sctp"]
            words.append("meta l4proto \(sign)\(value.first.flatMap { names[$0] } ?? "?")")
        case .field(.family), .state, nil: break
        }
        loaded = nil
    }

    /// A piece that iptables-nft has left in its own form.
    private mutating func xtables(_ kind: String, _ data: AttributeReader?) {
        let isMatch = kind == "match"
        let name = data?[isMatch ? NFTA_MATCH_NAME.rawValue : NFTA_TARGET_NAME.rawValue]?.text ?? "?"
        if isMatch, name == "comment" {
            comment = data?[NFTA_MATCH_INFO.rawValue]?.text
            return
        }
        if name == "REJECT" { isReject = true }
        words.append((isMatch ? "-m " : "-j ") + name)
    }

    /// The bits of NF_CT_STATE_BIT.
    private static func states(_ bits: UInt32) -> String {
        let names: [(UInt32, String)] = [
            (1, "invalid"), (2, "established"), (4, "related"), (8, "new"), (64, "untracked"),
        ]
        return names.filter { bits & $0.0 != 0 }.map(\.1).joined(separator: ",")
    }

    private static func verdict(_ verdict: AttributeReader) -> String {
        let code = verdict[NFTA_VERDICT_CODE.rawValue]?.value(as: Int32.self).map { Int32(bigEndian: $0) }
        let chain = verdict[NFTA_VERDICT_CHAIN.rawValue]?.text ?? "?"
        return switch code {
        case NF_ACCEPT: "accept"
        case NF_DROP: "drop"
        case NFT_RETURN.rawValue: "return"
        case NFT_JUMP.rawValue: "jump \(chain)"
        case NFT_GOTO.rawValue: "goto \(chain)"
        default: "verdict \(code ?? 0)"
        }
    }
}
