import Namespaces

/// Puts a bridge into the sets of the table, so that the rules know it as a network of ours.
public struct AdmitNetwork: Step, Equatable {
    /// What the network's packets may do.
    public let policy: NetworkPolicy

    /// Admits a network with this policy.
    public init(_ policy: NetworkPolicy) {
        self.policy = policy
    }

    /// Admits a network with a way out, masqueraded, whose containers may talk, unless said otherwise.
    public init(bridge: String, isInternal: Bool = false, masquerades: Bool = true, interContainer: Bool = true) {
        self.init(
            NetworkPolicy(
                bridge: bridge, isInternal: isInternal, interContainer: interContainer, masquerades: masquerades))
    }

    var elements: [FirewallElement] { policy.elements }

    /// One transaction; adds nothing when the elements are there. Throws `NetlinkError`.
    ///
    /// The bridge stays when the container ends, and so do they; a failed set-up takes out what it put in, unless somebody
    /// else is on the bridge by then: he found the elements here, and nothing would tell him that they are gone.
    public func apply(on stage: Stage) throws {
        let netfilter = try HostNetfilter.of(stage).socket
        let elements = elements
        // The usual case, one question: all of them came in one transaction.
        if try netfilter.present([elements[0]]).count == 1 {
            // The settings of the default network may have been changed by hand since.
            return try netfilter.replace(policy.contradictions, by: elements)
        }
        // Another network may have the same tunnel.
        let shared = Set(try netfilter.present(policy.tunnel?.elements ?? []))
        try netfilter.add(elements)
        let (bridge, route) = (policy.bridge, try HostNetlink.of(stage).socket)
        stage.undo.push("take \(bridge) out of table inet \(FirewallTable.name)", scope: .setup) { [weak stage] in
            if try route.isUsed(bridge, besides: stage?.ownCables ?? []) { return }
            try netfilter.delete(elements.filter { !shared.contains($0) })
        }
    }

    /// The elements by `nft`.
    public var explanation: Explanation {
        Explanation(
            shell: ["nft -f - <<'EOF'"] + elements.map { $0.command("add") } + ["EOF"],
            systemCalls: elements.map {
                "NFT_MSG_NEWSETELEM table=\(FirewallTable.name) set=\($0.set) { \($0.text) }"
            },
            why: "The rules name no network; they ask these sets which bridges are networks and what each may do.")
    }
}
