import CShim
import Namespaces
import SystemPackage

extension EnsureFirewall {
    /// Takes a table away that has fewer rules than it was made with: somebody has flushed it, or a chain of it, and what is
    /// left lets everything pass. Its networks and ports go along; whoever looks after them hears of that, as the caller
    /// does. True when it did. Throws `NetlinkError`.
    ///
    /// By its number: several look after one table at the same time, and none shall take away what another has just made.
    public static func removeDamaged(_ netfilter: NetlinkSocket) throws(NetlinkError) -> Bool {
        do {
            let handle = try netfilter.get(FirewallTable.question) { reply in
                reply.attributes(after: nfgenmsg.self)[NFTA_TABLE_HANDLE.rawValue]?.value(as: UInt64.self)?.bigEndian
            }
            let present = try netfilter.dump(FirewallTable.listOfRules) { reply -> Bool? in
                let table = reply.attributes(after: nfgenmsg.self)[NFTA_RULE_TABLE.rawValue]?.text
                return table == FirewallTable.name ? true : nil
            }
            guard let handle, present.count < FirewallTable.ruleCount else { return false }
            try netfilter.request(FirewallTable.deletion(handle: handle))
            return true
        } catch {
            // There is none, or no longer this one.
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return false
        }
    }
}

extension FirewallTable {
    /// How many rules the whole table has; they never change.
    static let ruleCount = chains.map(\.rules.count).reduce(0, +)

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
