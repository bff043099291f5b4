extension AdmitNetwork {
    /// Takes the network out of the table: `nft delete element inet minirun ...` for each.
    ///
    /// For a network that is removed, while its bridge is there: its name may be given to another one afterwards.
    /// Elements that are gone already are no error. Throws `NetlinkError`.
    public func withdraw(by netfilter: NetlinkSocket) throws(NetlinkError) { try netfilter.delete(elements) }

    /// Puts this policy in the place of an old one.
    ///
    /// One transaction: no packet meets half of each. Conversations that are going on keep what was decided about their
    /// first packet; only new ones meet the new policy. Throws `NetlinkError`; ENOENT when somebody took the table away.
    public func replace(_ old: NetworkPolicy, by netfilter: NetlinkSocket) throws(NetlinkError) {
        let elements = elements
        try netfilter.replace(old.elements.filter { !elements.contains($0) }, by: elements)
    }

    /// Takes a bridge out of all sets of the table, whatever its policy was; `trusted` are the interfaces that it trusted.
    /// What is not in there, or no table at all, is fine. Throws `NetlinkError`.
    public static func withdraw(
        bridge: String, trusting trusted: [String] = [], _ netfilter: NetlinkSocket
    ) throws(NetlinkError) {
        let everything = GatewayMode.allCases.flatMap { mode in
            NetworkPolicy(
                bridge: bridge, isInternal: true, gatewayMode4: mode, gatewayMode6: mode, trustedInterfaces: trusted,
                isOnLAN: true
            ).elements
        }
        // A transaction that deletes an element twice is refused.
        try netfilter.delete(everything.unique)
    }

    /// Takes a tunnel out of the table, but what other networks' tunnels have in common with it. What is not in there, or
    /// no table at all, is fine. Throws `NetlinkError`.
    public static func withdraw(
        _ tunnel: NetworkPolicy.Tunnel, keeping others: [NetworkPolicy.Tunnel], _ netfilter: NetlinkSocket
    ) throws(NetlinkError) {
        let kept = Set(others.flatMap(\.elements))
        try netfilter.delete(tunnel.elements.filter { !kept.contains($0) })
    }

    /// Whether a bridge is in the table. Throws `NetlinkError`.
    public static func isAdmitted(_ bridge: String, _ netfilter: NetlinkSocket) throws(NetlinkError) -> Bool {
        try !netfilter.present([.bridge(bridge, in: "networks")]).isEmpty
    }
}
