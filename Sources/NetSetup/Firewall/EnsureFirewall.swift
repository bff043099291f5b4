import CShim
import Namespaces
import SystemPackage

/// Makes the loop pair and the table `inet minirun`; two cheap questions when both are there already.
///
/// The pair comes first, so whoever finds the table finds all of it; everything may be done twice, by two starts at once.
public struct EnsureFirewall: Step, Equatable {
    /// Whether the kernel has IPv6 at all.
    public let hasIPv6: Bool

    /// There is nothing to choose; a plan for another host says whether that has IPv6.
    public init(hasIPv6: Bool = IPv6.isPresent(mtu: LoopPair.mtu)) {
        self.hasIPv6 = hasIPv6
    }

    /// Throws `NetlinkError`. A failed set-up takes both away again, unless another network is in the table by then.
    public func apply(on stage: Stage) throws {
        let netfilter = try HostNetfilter.of(stage).socket
        let route = try HostNetlink.of(stage).socket
        if try route.link(named: LoopPair.outward) == nil {
            try makeLoopPair(route)
            stage.undo.push("remove \(LoopPair.outward)", scope: .setup) {
                if try Self.isUnused(netfilter) { try route.request(.deleteLink(LoopPair.outward)) }
            }
        }
        guard try !netfilter.hasFirewallTable(), try netfilter.unlessPresent(FirewallTable.messages) else { return }
        stage.undo.push("remove table inet \(FirewallTable.name)", scope: .setup) {
            if try Self.isUnused(netfilter) { try netfilter.request(FirewallTable.deletion) }
        }
    }

    private func makeLoopPair(_ route: NetlinkSocket) throws {
        _ = try route.unlessPresent([LoopPair.creation])
        guard let outward = try route.link(named: LoopPair.outward), let inward = try route.link(named: LoopPair.inward)
        else { throw NetlinkError("look up link \(LoopPair.inward)", .noSuchDevice) }
        try route.request(LoopPair.settings(outward.index, inward.index, hasIPv6: hasIPv6))
        guard hasIPv6 else { return }
        do { try route.request(LoopPair.routes6(outward.index, inward.index)) } catch {
            // The kernel has IPv6, but it is switched off (disable_ipv6): then there is nothing to route.
            guard error.errno == .permissionDenied else { throw error }
        }
    }

    /// Whether no network is in the table, or no table there.
    static func isUnused(_ netfilter: NetlinkSocket) throws(NetlinkError) -> Bool {
        let elements: [Bool]
        do {
            elements = try netfilter.dump(FirewallElement.list(of: "networks")) { reply in
                reply.attributes(after: nfgenmsg.self)[NFTA_SET_ELEM_LIST_ELEMENTS.rawValue]
                    .flatMap { $0.content.isEmpty ? nil : true }
            }
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return true
        }
        return elements.isEmpty
    }

    /// The loop pair by `ip`, the table by `nft`.
    public var explanation: Explanation {
        Explanation(
            shell: ["ip link show dev \(LoopPair.outward) >/dev/null 2>&1 || {"] + LoopPair.shell(hasIPv6: hasIPv6) + [
                "}", "nft list table inet \(FirewallTable.name) >/dev/null 2>&1 || nft -f - <<'EOF'",
            ] + FirewallTable.text.split(separator: "\n").map(String.init) + ["EOF"],
            systemCalls: [
                "RTM_GETLINK name=\(LoopPair.outward)",
                "RTM_NEWLINK kind=veth name=\(LoopPair.outward) VETH_INFO_PEER{name=\(LoopPair.inward)} IFF_NOARP, "
                    + "when it is missing: IPV4_DEVCONF_ROUTE_LOCALNET, IFF_UP, RTM_NEWROUTE for the guard addresses",
                "NFT_MSG_GETTABLE \(FirewallTable.name)",
                "NFNL_MSG_BATCH_BEGIN, NFT_MSG_NEWTABLE NLM_F_EXCL, NFT_MSG_NEWSET, NFT_MSG_NEWCHAIN, NFT_MSG_NEWRULE, "
                    + "NFNL_MSG_BATCH_END, when it is missing",
            ],
            why: "One table for all containers: who may talk to whom, who is masqueraded, where published ports lead.")
    }
}

extension NetlinkSocket {
    /// Whether the table is there: one question, whatever is in it.
    func hasFirewallTable() throws(NetlinkError) -> Bool {
        do {
            return try get(FirewallTable.question, { _ in true }) ?? false
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error.namingMissingNftables }
            return false
        }
    }

    /// Asks for something new; false when it is there already, made by another start at the same time.
    fileprivate func unlessPresent(_ messages: [NetlinkMessage]) throws(NetlinkError) -> Bool {
        do { try request(messages) } catch {
            guard error.errno == .fileExists else { throw error }
            return false
        }
        return true
    }
}

extension NetlinkError {
    /// A kernel without nf_tables knows no such subsystem (nfnetlink answers EINVAL or EOPNOTSUPP, and without nfnetlink
    /// there is no such protocol): then the error says what is missing and what still works.
    var namingMissingNftables: NetlinkError {
        guard [.invalidArgument, .notSupportedOnSocket, .protocolNotSupported].contains(errno) else { return self }
        return NetlinkError(
            "use the kernel's nf_tables", errno,
            hint: "load it with modprobe nf_tables; without it there are --net none and --net host")
    }
}
