import Namespaces

extension AdmitNetwork {
    /// Takes a bridge out of all sets of the table: its network is gone. What is not in there, or no table at all, is fine.
    /// Throws `NetlinkError`.
    public static func withdraw(bridge: String, _ netfilter: NetlinkSocket) throws(NetlinkError) {
        let everything = AdmitNetwork(bridge: bridge, isInternal: true, masquerades: true, interContainer: true)
        try netfilter.delete(everything.elements)
    }

    /// Whether a bridge is in the table. Throws `NetlinkError`.
    public static func isAdmitted(_ bridge: String, _ netfilter: NetlinkSocket) throws(NetlinkError) -> Bool {
        try !netfilter.present([.bridge(bridge, in: "networks")]).isEmpty
    }
}

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
