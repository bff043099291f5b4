import CShim

/// What the firewall's table says of bridges, whatever the records say.
public struct BridgePolicies: Sendable, Hashable {
    /// Bridges from which packets leave with the host's IPv4 address.
    public var masked4: Set<String> = []
    /// The same for IPv6.
    public var masked6: Set<String> = []
    /// Bridges without a way out or in.
    public var isolated: Set<String> = []

    /// Of bridges with these names.
    public init(masked4: Set<String> = [], masked6: Set<String> = [], isolated: Set<String> = []) {
        self.masked4 = masked4
        self.masked6 = masked6
        self.isolated = isolated
    }
}

extension NetlinkSocket {
    /// `nft list set inet minirun masked4` and two more. Empty without a table. Throws `NetlinkError`.
    public func bridgePolicies() throws(NetlinkError) -> BridgePolicies {
        guard try hasFirewallTable() else { return BridgePolicies() }
        return try BridgePolicies(
            masked4: bridges(in: "masked4"), masked6: bridges(in: "masked6"), isolated: bridges(in: "internal"))
    }

    /// The names of interfaces that are in a set.
    private func bridges(in set: String) throws(NetlinkError) -> Set<String> {
        let pages = try dump(FirewallElement.list(of: set)) { reply in
            reply.elements.map { String(decoding: $0.key.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return Set(pages.flatMap(\.self))
    }
}
