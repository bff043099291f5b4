import CShim
import Namespaces
import SystemPackage

extension EnsureFirewall {
    /// Takes a table away that has fewer rules than it was made with: somebody has flushed it, or a chain of it, and what is
    /// left lets everything pass. Its networks and ports go along; whoever looks after them hears of that, as the caller
    /// does. True when it did. Throws `NetlinkError`.
    ///
    /// Rules are counted and not read here: supervisors of two versions of minirun may look after one table.
    public static func removeFlushed(_ netfilter: NetlinkSocket) throws(NetlinkError) -> Bool {
        guard let table = try PresentTable.found(by: netfilter), table.rules.count < FirewallTable.ruleCount else {
            return false
        }
        return try remove(table.handle, netfilter)
    }

    /// Takes a table away that lacks rules of its own. True when it did. Throws `NetlinkError`.
    public static func removeDamaged(_ netfilter: NetlinkSocket) throws(NetlinkError) -> Bool {
        guard case .damaged(let handle, _) = try condition(netfilter) else { return false }
        return try remove(handle, netfilter)
    }

    /// By its number: several look after one table at the same time, and none shall take away what another has just made.
    private static func remove(_ handle: UInt64, _ netfilter: NetlinkSocket) throws(NetlinkError) -> Bool {
        do { try netfilter.request(FirewallTable.deletion(handle: handle)) } catch {
            // It is no longer this one.
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return false
        }
        return true
    }

    /// How the table is.
    public enum Condition: Sendable, Equatable {
        /// It has all of its rules, and no others.
        case whole
        /// It has all of its rules, and these that somebody has added.
        case extended([AddedRule])
        /// There is none.
        case missing
        /// Of its rules only so many are left; the number is that of the table.
        case damaged(handle: UInt64, rules: Int)
    }

    /// Looks at the table's rules. Each says why it is there, and by that it is known: numbers change when somebody saves
    /// tables and loads them again. Throws `NetlinkError`.
    public static func condition(_ netfilter: NetlinkSocket) throws(NetlinkError) -> Condition {
        guard let table = try PresentTable.found(by: netfilter) else { return .missing }
        var own = FirewallTable.chains.flatMap { chain in chain.rules.map { (chain: chain.name, comment: $0.comment) } }
        let added = table.rules.filter { rule in
            guard let place = own.firstIndex(where: { $0 == (rule.chain, rule.comment) }) else { return true }
            own.remove(at: place)
            return false
        }
        guard own.isEmpty else { return .damaged(handle: table.handle, rules: FirewallTable.ruleCount - own.count) }
        return added.isEmpty ? .whole : .extended(added)
    }
}

/// The table as the kernel has it.
private struct PresentTable {
    let handle: UInt64
    let rules: [AddedRule]

    /// Nil when there is none. Throws `NetlinkError`.
    static func found(by netfilter: NetlinkSocket) throws(NetlinkError) -> PresentTable? {
        do {
            let handle = try netfilter.get(FirewallTable.question) { reply in
                reply.attributes(after: nfgenmsg.self)[NFTA_TABLE_HANDLE.rawValue]?.value(as: UInt64.self)?.bigEndian
            }
            let rules = try netfilter.dump(FirewallTable.listOfRules, AddedRule.init)
            return handle.map { PresentTable(handle: $0, rules: rules) }
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error.namingMissingNftables }
            return nil
        }
    }
}

extension AddedRule {
    fileprivate init?(_ reply: NetlinkReply) {
        let attributes = reply.attributes(after: nfgenmsg.self)
        guard attributes[NFTA_RULE_TABLE.rawValue]?.text == FirewallTable.name,
            let chain = attributes[NFTA_RULE_CHAIN.rawValue]?.text,
            let handle = attributes[NFTA_RULE_HANDLE.rawValue]?.value(as: UInt64.self)?.bigEndian
        else { return nil }
        self.init(
            chain: chain, handle: handle,
            comment: attributes[NFTA_RULE_USERDATA.rawValue].flatMap { RuleBook.comment($0.bytes) })
    }
}

extension FirewallTable {
    /// How many rules the whole table has; they never change.
    public static let ruleCount = chains.map(\.rules.count).reduce(0, +)

    /// NFT_MSG_GETRULE for all rules of the table; no answer when there is none.
    static var listOfRules: NetlinkMessage {
        .nftables("list the rules of table inet \(name)", NFT_MSG_GETRULE) { header in
            guard let rule = nftnl_rule_alloc() else { return }
            defer { nftnl_rule_free(rule) }
            nftnl_rule_set_str(rule, UInt16(NFTNL_RULE_TABLE.rawValue), name)
            nftnl_rule_nlmsg_build_payload(header, rule)
        }
    }

    /// Deletes the table of this number, with all that is in it, and no other one of the name.
    static func deletion(handle: UInt64) -> [NetlinkMessage] {
        NetlinkMessage.transaction([
            .nftables("delete table inet \(name) handle \(handle)", NFT_MSG_DELTABLE) { header in
                guard let table = nftnl_table_alloc() else { return }
                defer { nftnl_table_free(table) }
                nftnl_table_set_u64(table, UInt16(NFTNL_TABLE_HANDLE.rawValue), handle)
                nftnl_table_nlmsg_build_payload(header, table)
            }
        ])
    }
}
