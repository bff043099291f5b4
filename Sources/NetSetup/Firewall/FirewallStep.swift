import Namespaces

/// A step that leaves elements in the table, which somebody may have wiped away since.
public protocol FirewallStep: Step {
    /// Whether all of it is in the kernel. Throws `NetlinkError`.
    func isInForce(by netfilter: NetlinkSocket) throws -> Bool

    /// What of it is not in the kernel, or is there and must not be. Throws `NetlinkError`.
    func faults(by netfilter: NetlinkSocket) throws -> [FirewallFault]
}

/// An element that is not as it should be.
public struct FirewallFault: Sendable, Equatable {
    /// The set or map.
    public let set: String
    /// What should be there, as nft writes it; `none` for what must not be.
    public let expected: String
    /// What is there.
    public let found: String
    /// The arguments of `nft` that make it right.
    public let command: String
}

extension AdmitNetwork: FirewallStep {
    /// Whether the bridge is in its sets, and in none that the policy excludes. Throws `NetlinkError`.
    public func isInForce(by netfilter: NetlinkSocket) throws -> Bool {
        try netfilter.holds(elements) && netfilter.present(policy.contradictions).isEmpty
    }

    /// Missing elements, and those that contradict the policy. Throws `NetlinkError`.
    public func faults(by netfilter: NetlinkSocket) throws -> [FirewallFault] {
        try netfilter.faults(elements)
            + netfilter.present(policy.contradictions).map {
                FirewallFault(set: $0.set, expected: "none", found: $0.text, command: $0.command("delete"))
            }
    }
}

extension PublishPorts: FirewallStep {
    /// Whether the ports are in the maps. Throws `NetlinkError`.
    public func isInForce(by netfilter: NetlinkSocket) throws -> Bool { try netfilter.holds(elements) }

    /// Missing elements, and those that lead elsewhere. Throws `NetlinkError`.
    public func faults(by netfilter: NetlinkSocket) throws -> [FirewallFault] { try netfilter.faults(elements) }
}

extension NetlinkSocket {
    fileprivate func holds(_ elements: [FirewallElement]) throws(NetlinkError) -> Bool {
        guard try hasFirewallTable() else { return false }
        return try present(elements).count == elements.count
    }

    fileprivate func faults(_ elements: [FirewallElement]) throws(NetlinkError) -> [FirewallFault] {
        var faults: [FirewallFault] = []
        for element in elements {
            let value = try value(of: element)
            guard value != element.value else { continue }
            faults.append(
                FirewallFault(
                    set: element.set, expected: element.text,
                    found: value.map { element.describing(value: $0) } ?? "none", command: element.command("add")))
        }
        return faults
    }
}
