import Namespaces

extension EnsureFirewall {
    /// Takes the table and the loop pair away when no network is left in it; false when there is one. Throws `NetlinkError`.
    @discardableResult
    public static func removeIfUnused(_ netfilter: NetlinkSocket, _ route: NetlinkSocket) throws -> Bool {
        guard try isUnused(netfilter) else { return false }
        if try netfilter.hasFirewallTable() { try netfilter.request(FirewallTable.deletion) }
        if try route.link(named: LoopPair.outward) != nil { try route.request(.deleteLink(LoopPair.outward)) }
        return true
    }
}
