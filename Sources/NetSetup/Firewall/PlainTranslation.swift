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
    init?(_ expressions: AttributeReader, _ conditions: RuleConditions, family: IPAddress.Family?) {
        guard let conditions = Conditions(conditions) else { return nil }
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
            default: break
            }
        }
        guard let outcome else { return nil }
        self.conditions = conditions
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

extension PlainTranslation.Conditions {
    /// Nil where a rule asks anything else.
    fileprivate init?(_ conditions: RuleConditions) {
        for condition in conditions.all {
            switch (condition.question, condition.isNegated) {
            case (.input, true), (.output, true): break
            case (.input(let name), false): input = name
            case (.output(let name), false): output = name
            case (.family(let family), false): self.family = family
            case (.transport(let number), false):
                transport = TransportProtocol.allCases.first { $0.number == number }
                guard transport != nil else { return nil }
            case (.source(let prefix), false): source = prefix
            case (.destination(let prefix), false): destination = prefix
            case (.destinationPort(let ranges), false):
                guard ranges.count == 1, ranges[0].count == 1 else { return nil }
                port = ranges[0].lowerBound
            default: return nil
            }
        }
    }
}
