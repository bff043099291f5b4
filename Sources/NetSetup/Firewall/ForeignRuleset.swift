import CShim
import Namespaces
import SystemPackage

/// The tables of others: nft's own, and those that `iptables-nft` makes. Read from the kernel as far as it takes to tell who
/// drops or redirects a packet that concerns a container.
public struct ForeignRuleset: Sendable {
    /// A chain of somebody else's.
    public struct Chain: Sendable, Hashable {
        /// `ip`, `ip6`, `inet` or `bridge`.
        public let family: String
        /// The table's name.
        public let table: String
        /// The chain's name.
        public let name: String
        /// NF_INET_PRE_ROUTING and so on; nil for a chain that only others jump to.
        public let hook: UInt32?
        /// Lower comes first.
        public let priority: Int32
        /// Whether what no rule decides about is dropped.
        public let dropsByPolicy: Bool

        /// Whether the table `inet minirun` has a chain of this name of its own.
        var isOurs: Bool { isInOurTable && FirewallTable.chains.contains { $0.name == name } }

        /// Whether it is in the table `inet minirun`, where nobody else has a chain to lose.
        var isInOurTable: Bool { (family, table) == ("inet", FirewallTable.name) }

        /// `chain FORWARD of table ip filter`.
        public var words: String { "chain \(name) of table \(family) \(table)" }
        /// The same as nft wants it.
        public var shell: String { "\(family) \(table.shellQuoted) \(name.shellQuoted)" }
    }

    /// One rule of it.
    public struct Rule: Sendable, Hashable {
        /// Where it is.
        public let chain: Chain
        /// By what `nft delete rule` knows it.
        public let handle: UInt64
        /// What packets' parts are compared with for equality, in the order of the wire.
        public var equals: [[UInt8]] = []
        /// Sets in which they are looked up.
        public var sets: [String] = []
        /// Ranges of destination ports of matches that are iptables' own.
        public var portRanges: [ClosedRange<UInt16>] = []
        /// Whether anything is asked of a packet at all.
        public var isConditional = false
        /// Whether a match is negated or cannot be read.
        public var isUnclear = false
        /// What becomes of the packet.
        public var drops = false
        /// The packet goes on, out of this table.
        public var accepts = false
        /// The chain that it goes to.
        public var target: String?
        /// Whether what comes back from there is done with this chain as well.
        var isGoto = false
        /// The packet is done with this chain.
        var returns = false
        /// Whether it gives the packet another destination.
        public var redirects = false
        /// What it asks of a packet.
        var conditions = RuleConditions()
        /// What it does about addresses, where that is plain.
        var translation: PlainTranslation?
    }

    /// All chains of others.
    public let chains: [Chain]
    /// All of their rules.
    public let rules: [Rule]
    /// What their sets have, by ``ForeignSet/key(_:of:)``.
    let sets: [String: ForeignSet]
    /// The tables that were made after ours, as `ip nat`: of equal priority, the younger chain comes first.
    let youngerTables: Set<String>

    /// Asks two questions; with `detail`, what ``obstacle(to:)`` has to know besides: one more, and one for each set that rules
    /// look into. Throws `NetlinkError`.
    public init(by socket: NetlinkSocket, detail: Bool = false) throws(NetlinkError) {
        chains = try Self.chains(by: socket)
        var places: [String: Chain] = [:]
        for chain in chains { places["\(chain.family) \(chain.table) \(chain.name)"] = chain }
        let known = places
        rules = try socket.dump(.nftablesList("list the firewall's rules", NFT_MSG_GETRULE)) { Self.rule($0, known) }
        sets = detail ? try socket.sets(of: rules) : [:]
        youngerTables = detail ? try Self.youngerTables(by: socket) : []
    }

    /// The rules that a packet may meet at a hook, those of chains that are jumped to included.
    public func rules(at hook: some BinaryInteger) -> [(base: Chain, rule: Rule)] {
        let rules = Dictionary(grouping: rules) { [$0.chain.family, $0.chain.table, $0.chain.name] }
        return chains.filter { $0.hook == UInt32(hook) }.flatMap { base in
            var seen: Set<String> = []
            var next = [base.name]
            var found: [(Chain, Rule)] = []
            while let name = next.popLast() {
                guard seen.insert(name).inserted else { continue }
                for rule in rules[[base.family, base.table, name]] ?? [] {
                    found.append((base, rule))
                    if let target = rule.target { next.append(target) }
                }
            }
            return found
        }
    }

    // MARK: Reading

    /// All chains of others; those on the hooks of single interfaces (`netdev`) see no container. Throws `NetlinkError`.
    static func chains(by socket: NetlinkSocket) throws(NetlinkError) -> [Chain] {
        try socket.dump(.nftablesList("list the firewall's chains", NFT_MSG_GETCHAIN), chain)
    }

    /// The kernel numbers tables as they are made.
    private static func youngerTables(by socket: NetlinkSocket) throws(NetlinkError) -> Set<String> {
        let tables = try socket.dump(.nftablesList("list the firewall's tables", NFT_MSG_GETTABLE)) { reply in
            let attributes = reply.attributes(after: nfgenmsg.self)
            guard let family = family(reply), let name = attributes[NFTA_TABLE_NAME.rawValue]?.text,
                let handle = attributes[NFTA_TABLE_HANDLE.rawValue]?.value(as: UInt64.self)?.bigEndian
            else { return nil as (name: String, handle: UInt64)? }
            return ("\(family) \(name)", handle)
        }
        guard let own = tables.first(where: { $0.name == "inet \(FirewallTable.name)" })?.handle else { return [] }
        return Set(tables.filter { $0.handle > own }.map(\.name))
    }

    private static func family(_ reply: NetlinkReply) -> String? {
        guard let family = reply.header(as: nfgenmsg.self).flatMap({ TableFamily(number: $0.nfgen_family) }),
            family != .netdev
        else { return nil }
        return family.rawValue
    }

    private static func chain(_ reply: NetlinkReply) -> Chain? {
        let attributes = reply.attributes(after: nfgenmsg.self)
        guard let family = family(reply), let table = attributes[NFTA_CHAIN_TABLE.rawValue]?.text,
            let name = attributes[NFTA_CHAIN_NAME.rawValue]?.text
        else { return nil }
        let hook = attributes[NFTA_CHAIN_HOOK.rawValue]?.nested
        let chain = Chain(
            family: family, table: table, name: name,
            hook: hook?[NFTA_HOOK_HOOKNUM.rawValue]?.value(as: UInt32.self)?.bigEndian,
            priority: hook?[NFTA_HOOK_PRIORITY.rawValue]?.value(as: Int32.self)?.bigEndian ?? 0,
            dropsByPolicy: hook != nil && attributes[NFTA_CHAIN_POLICY.rawValue]?.value(as: UInt32.self) == 0)
        // What others have made of our table is theirs: a chain more, or a policy that is not ours.
        return chain.isOurs && !chain.dropsByPolicy ? nil : chain
    }

    private static func rule(_ reply: NetlinkReply, _ chains: [String: Chain]) -> Rule? {
        let attributes = reply.attributes(after: nfgenmsg.self)
        guard let family = family(reply), let table = attributes[NFTA_RULE_TABLE.rawValue]?.text,
            let name = attributes[NFTA_RULE_CHAIN.rawValue]?.text, let chain = chains["\(family) \(table) \(name)"],
            let handle = attributes[NFTA_RULE_HANDLE.rawValue]?.value(as: UInt64.self)?.bigEndian
        else { return nil }
        var rule = Rule(chain: chain, handle: handle)
        let expressions = attributes[NFTA_RULE_EXPRESSIONS.rawValue]?.nested ?? AttributeReader.empty
        rule.conditions = RuleConditions(expressions)
        rule.translation = PlainTranslation(
            expressions, rule.conditions, family: ["ip": .v4, "ip6": .v6][chain.family])
        for expression in expressions {
            guard let kind = expression.nested[NFTA_EXPR_NAME.rawValue]?.text,
                let data = expression.nested[NFTA_EXPR_DATA.rawValue]?.nested
            else { continue }
            rule.read(kind, data)
        }
        return rule
    }
}

extension AttributeReader {
    fileprivate static var empty: AttributeReader { AttributeReader(UnsafeRawBufferPointer(start: nil, count: 0)) }
}

extension ForeignRuleset.Rule {
    fileprivate mutating func read(_ kind: String, _ data: AttributeReader) {
        switch kind {
        case "cmp":
            isConditional = true
            let isEqual = data[NFTA_CMP_OP.rawValue]?.value(as: UInt32.self)?.bigEndian == NFT_CMP_EQ.rawValue
            if isEqual, let value = data[NFTA_CMP_DATA.rawValue]?.nested[NFTA_DATA_VALUE.rawValue] {
                equals.append(value.bytes)
            } else {
                isUnclear = true
            }
        case "lookup":
            isConditional = true
            if let name = data[NFTA_LOOKUP_SET.rawValue]?.text { sets.append(name) }
        case "match":
            isConditional = true
            readMatch(data[NFTA_MATCH_NAME.rawValue]?.text ?? "", data[NFTA_MATCH_INFO.rawValue]?.bytes ?? [])
        case "immediate":
            let verdict = data[NFTA_IMMEDIATE_DATA.rawValue]?.nested[NFTA_DATA_VERDICT.rawValue]?.nested
            guard let code = verdict?[NFTA_VERDICT_CODE.rawValue]?.value(as: Int32.self)?.bigEndian else { return }
            drops = code == NF_DROP
            accepts = code == NF_ACCEPT
            returns = code == NFT_RETURN.rawValue
            isGoto = code == NFT_GOTO.rawValue
            target = verdict?[NFTA_VERDICT_CHAIN.rawValue]?.text
        case "reject": drops = true
        case "nat":
            redirects =
                data[NFTA_NAT_TYPE.rawValue]?.value(as: UInt32.self)?.bigEndian == NFT_NAT_DNAT.rawValue
        case "redir", "tproxy": redirects = true
        case "target":
            let name = data[NFTA_TARGET_NAME.rawValue]?.text ?? ""
            drops = ["REJECT", "DROP"].contains(name)
            redirects = ["DNAT", "REDIRECT", "TPROXY"].contains(name)
        case "range", "fib", "ct", "socket", "limit", "connlimit", "dynset", "numgen":
            (isConditional, isUnclear) = (true, true)
        default: break
        }
    }

    /// struct xt_tcp and xt_udp begin with the source and destination ports, two each, in the host's order.
    private mutating func readMatch(_ name: String, _ info: [UInt8]) {
        guard ["tcp", "udp"].contains(name), info.count >= 8 else {
            if name != "comment" { isUnclear = true }
            return
        }
        func number(_ at: Int) -> UInt16 { UInt16(info[at]) | UInt16(info[at + 1]) << 8 }
        if number(4) <= number(6) { portRanges.append(number(4)...number(6)) }
    }
}

extension NetlinkSocket {
    /// The keys of a set of somebody else's. Throws `NetlinkError`.
    public func keys(ofSet set: String, in chain: ForeignRuleset.Chain) throws(NetlinkError) -> [[UInt8]] {
        guard let family = TableFamily(rawValue: chain.family) else { return [] }
        return try dump(.elements(of: set, in: chain.table, family: family)) { $0.elements.map(\.key) }.flatMap(\.self)
    }
}
