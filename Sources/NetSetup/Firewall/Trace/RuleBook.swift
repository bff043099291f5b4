import CShim

/// The chains and rules of one network namespace, to put a trace into words (`nft -a list ruleset`).
public struct RuleBook: Sendable {
    /// A base chain: where it hangs.
    public struct Base: Sendable, Hashable {
        /// `prerouting`, `input`, `forward`, `output`, `postrouting`.
        public var hook: String
        /// Lower comes first.
        public var priority: Int32
        /// Whether it translates addresses.
        public var isNAT: Bool
    }

    /// A rule: why it is there, if somebody has said so, and what it does, as far as we can read it.
    public struct Rule: Sendable, Hashable {
        /// The comment.
        public var comment: String?
        /// In the words of nft(8).
        public var text: String
        /// Whether it refuses in so many words (`reject`), which a trace shows as a drop.
        public var isReject: Bool
    }

    private struct Key: Hashable {
        var chain: ChainName
        var handle: UInt64
    }
    private var bases: [ChainName: Base] = [:]
    private var rules: [Key: Rule] = [:]

    /// A book with nothing in it: what can be said without one is said.
    public init() {}

    /// Reads all of them in a namespace, held open. Throws `NetlinkError`.
    public init(in namespace: CInt) throws(NetlinkError) {
        let socket = try NetlinkSocket(.netfilter, in: namespace)
        for (name, base) in try socket.dump(.nftablesList("list chains", NFT_MSG_GETCHAIN), Self.base) {
            bases[name] = base
        }
        for (key, rule) in try socket.dump(.nftablesList("list rules", NFT_MSG_GETRULE), Self.rule) {
            rules[key] = rule
        }
    }

    /// Where a chain hangs; nil for one that is jumped to.
    public func base(_ chain: ChainName) -> Base? { bases[chain] }

    /// Whether packets of a family meet a chain on a hook, so that one which meets none has not come there.
    public func hasChain(on hook: String, _ family: IPAddress.Family) -> Bool {
        bases.contains { name, base in
            base.hook == hook && !name.isOfTrace
                && (CInt(name.family) == CInt(NFPROTO_INET) || UInt32(name.family) == family.netfilterNumber)
        }
    }

    /// A rule by its handle.
    public func rule(_ chain: ChainName, _ handle: UInt64) -> Rule? { rules[Key(chain: chain, handle: handle)] }

    private static func base(_ reply: NetlinkReply) -> (ChainName, Base)? {
        let attributes = reply.attributes(after: nfgenmsg.self)
        guard let family = reply.header(as: nfgenmsg.self)?.nfgen_family,
            let table = attributes[NFTA_CHAIN_TABLE.rawValue]?.text,
            let name = attributes[NFTA_CHAIN_NAME.rawValue]?.text,
            let hook = attributes[NFTA_CHAIN_HOOK.rawValue]?.nested,
            let number = hook[NFTA_HOOK_HOOKNUM.rawValue]?.value(as: UInt32.self)
        else { return nil }
        let priority: Int32? = hook[NFTA_HOOK_PRIORITY.rawValue]?.value()
        return (
            ChainName(family: family, table: table, name: name),
            Base(
                hook: hookName(UInt32(bigEndian: number)), priority: Int32(bigEndian: priority ?? 0),
                isNAT: attributes[NFTA_CHAIN_TYPE.rawValue]?.text == "nat")
        )
    }

    private static func hookName(_ number: UInt32) -> String {
        switch nf_inet_hooks(rawValue: number) {
        case NF_INET_PRE_ROUTING: "prerouting"
        case NF_INET_LOCAL_IN: "input"
        case NF_INET_FORWARD: "forward"
        case NF_INET_LOCAL_OUT: "output"
        case NF_INET_POST_ROUTING: "postrouting"
        default: "ingress"
        }
    }

    private static func rule(_ reply: NetlinkReply) -> (Key, Rule)? {
        let attributes = reply.attributes(after: nfgenmsg.self)
        guard let family = reply.header(as: nfgenmsg.self)?.nfgen_family,
            let table = attributes[NFTA_RULE_TABLE.rawValue]?.text,
            let chain = attributes[NFTA_RULE_CHAIN.rawValue]?.text,
            let handle = attributes[NFTA_RULE_HANDLE.rawValue]?.value(as: UInt64.self)
        else { return nil }
        let text = RuleText(attributes[NFTA_RULE_EXPRESSIONS.rawValue]?.nested)
        let note = attributes[NFTA_RULE_USERDATA.rawValue].flatMap { comment($0.bytes) }
        return (
            Key(chain: ChainName(family: family, table: table, name: chain), handle: UInt64(bigEndian: handle)),
            Rule(comment: note ?? text.comment, text: text.text, isReject: text.isReject)
        )
    }

    /// The comment among what nft(8) attaches to a rule: type, length and value one behind the other.
    static func comment(_ bytes: [UInt8]) -> String? {
        var rest = bytes[...]
        while rest.count >= 2, let type = rest.popFirst(), let length = rest.popFirst(), rest.count >= length {
            if type == UInt8(NFTNL_UDATA_RULE_COMMENT.rawValue) {
                return String(decoding: rest.prefix(Int(length)).prefix { $0 != 0 }, as: UTF8.self)
            }
            rest = rest.dropFirst(Int(length))
        }
        return nil
    }
}
