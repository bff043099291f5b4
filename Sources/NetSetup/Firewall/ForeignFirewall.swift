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

    /// One sentence: which chain, and the lines to add for a bridge.
    public func sentence(bridge: String) -> String {
        let rule = "nft insert rule \(family) \(table.shellQuoted) \(chain.shellQuoted)"
        let name = "'\"\(bridge)\"'"
        return "\(self) drops forwarded packets that it does not know, so containers are cut off; to let them through: "
            + "\(rule) iifname \(name) accept; \(rule) oifname \(name) accept"
    }

    /// `chain FORWARD of table ip filter`.
    public var description: String { "chain \(chain) of table \(family) \(table)" }

    /// The base chains on the forward hook whose policy is drop, ours left out. Throws `NetlinkError`.
    ///
    /// For notices and error texts: it reads all chains of the host.
    public static func findings(by socket: NetlinkSocket) throws(NetlinkError) -> [ForeignFirewall] {
        let type = CInt(NFNL_SUBSYS_NFTABLES) << 8 | CInt(NFT_MSG_GETCHAIN.rawValue)
        let list = NetlinkMessage("list the chains of the firewall", type: type) { message in
            message.putHeader(nfgenmsg(nfgen_family: UInt8(AF_UNSPEC), version: UInt8(NFNETLINK_V0), res_id: 0))
        }
        return try socket.dump(list) { reply in
            guard let family = reply.header(as: nfgenmsg.self).flatMap({ Self.name($0.nfgen_family) }) else {
                return nil
            }
            let attributes = reply.attributes(after: nfgenmsg.self)
            guard let hook = attributes[NFTA_CHAIN_HOOK.rawValue]?.nested[NFTA_HOOK_HOOKNUM.rawValue],
                hook.value(as: UInt32.self) == NF_INET_FORWARD.rawValue.bigEndian,
                attributes[NFTA_CHAIN_POLICY.rawValue]?.value(as: UInt32.self) == 0,
                let table = attributes[NFTA_CHAIN_TABLE.rawValue]?.text,
                let chain = attributes[NFTA_CHAIN_NAME.rawValue]?.text,
                (family, table) != ("inet", FirewallTable.name)
            else { return nil }
            return ForeignFirewall(family: family, table: table, chain: chain)
        }
    }

    /// The word of nft(8) for a family (NFPROTO_*); nil for those without a forward hook.
    private static func name(_ family: UInt8) -> String? {
        switch CInt(family) {
        case CInt(NFPROTO_INET): "inet"
        case CInt(NFPROTO_IPV4): "ip"
        case CInt(NFPROTO_IPV6): "ip6"
        case CInt(NFPROTO_BRIDGE): "bridge"
        default: nil
        }
    }
}
