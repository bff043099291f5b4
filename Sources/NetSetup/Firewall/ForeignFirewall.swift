import CShim
import Namespaces
import SystemPackage

/// Another firewall's chain on the forward hook that drops what it does not know: it wins over any accept of ours.
public struct ForeignFirewall: Sendable, Equatable, CustomStringConvertible {
    /// `ip`, `ip6`, `inet` or `bridge`.
    public let family: String
    /// The table's name.
    public let table: String
    /// The chain's name.
    public let chain: String
    /// What undoes it, where it is in the table `inet minirun`; elsewhere it lets a bridge through.
    private let cure: String?

    /// A base chain that is known already.
    public init(_ chain: ForeignRuleset.Chain) {
        (family, table, self.chain) = (chain.family, chain.table, chain.name)
        cure =
            chain.isOurs
            ? "nft chain \(chain.shell) '{ policy accept; }'"
            : chain.isInOurTable ? "nft flush chain \(chain.shell); nft delete chain \(chain.shell)" : nil
    }

    /// One sentence: which chain, and the lines to add for a bridge.
    public func sentence(bridge: String) -> String {
        "\(self) drops forwarded packets that it does not know, so containers are cut off; to let them through: "
            + remedy(bridge: bridge)
    }

    /// The lines alone.
    public func remedy(bridge: String) -> String {
        if let cure { return cure }
        let rule = "nft insert rule \(family) \(table.shellQuoted) \(chain.shellQuoted)"
        let name = "'\"\(bridge)\"'"
        return "\(rule) iifname \(name) accept; \(rule) oifname \(name) accept"
    }

    /// `chain FORWARD of table ip filter`.
    public var description: String { "chain \(chain) of table \(family) \(table)" }

    /// The base chains on the forward hook whose policy is drop, ours left out. Throws `NetlinkError`.
    ///
    /// For notices and error texts: it reads all chains of the host.
    public static func findings(by socket: NetlinkSocket) throws(NetlinkError) -> [ForeignFirewall] {
        try ForeignRuleset.chains(by: socket)
            .filter { $0.hook == NF_INET_FORWARD.rawValue && $0.dropsByPolicy }
            .map(ForeignFirewall.init)
    }
}
