import CShim
import Namespaces

/// A rule in the table `inet minirun` that somebody has added to the table's own. Before these it decides about packets of
/// every container; rules of others have their place in a table of theirs.
public struct AddedRule: Sendable, Equatable {
    /// The chain's name.
    public let chain: String
    /// By what `nft delete rule` knows it.
    public let handle: UInt64
    /// Why it is there, where somebody has said so.
    public let comment: String?
}

extension AddedRule: CustomStringConvertible {
    /// `forward handle 100 ("quick fix")`.
    public var description: String { "\(chain) handle \(handle)" + (comment.map { " (\($0.goQuoted))" } ?? "") }
}

/// Takes a rule out that somebody has added to the table.
public struct RemoveAddedRule: Step {
    /// The rule.
    public let rule: AddedRule

    /// A rule that was found.
    public init(_ rule: AddedRule) { self.rule = rule }

    /// Throws `NetlinkError`. A rule that is gone already is as good.
    public func apply(on stage: Stage) throws {
        do { try HostNetfilter.of(stage).socket.request(NetlinkMessage.transaction([message])) } catch let error
            as NetlinkError
        {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
        }
    }

    private var message: NetlinkMessage {
        .nftables("delete rule \(rule.handle) of chain \(rule.chain)", NFT_MSG_DELRULE) { header in
            guard let object = nftnl_rule_alloc() else { return }
            defer { nftnl_rule_free(object) }
            nftnl_rule_set_str(object, UInt16(NFTNL_RULE_TABLE.rawValue), FirewallTable.name)
            nftnl_rule_set_str(object, UInt16(NFTNL_RULE_CHAIN.rawValue), rule.chain)
            nftnl_rule_set_u64(object, UInt16(NFTNL_RULE_HANDLE.rawValue), rule.handle)
            nftnl_rule_nlmsg_build_payload(header, object)
        }
    }

    /// `nft delete rule`.
    public var explanation: Explanation {
        Explanation(
            shell: ["nft delete rule inet \(FirewallTable.name) \(rule.chain.shellQuoted) handle \(rule.handle)"],
            systemCalls: ["NFT_MSG_DELRULE handle=\(rule.handle)"],
            why: "A rule of somebody else's before ours lets through, or drops, what is not its own.")
    }
}
