import Namespaces

/// A step that leaves elements in the table, which somebody may have wiped away since.
public protocol FirewallStep: Step {
    /// Whether all of it is in the kernel. Throws `NetlinkError`.
    func isInForce(by netfilter: NetlinkSocket) throws -> Bool
}

extension AdmitNetwork: FirewallStep {
    /// Whether the bridge is in its sets. Throws `NetlinkError`.
    public func isInForce(by netfilter: NetlinkSocket) throws -> Bool { try netfilter.holds(elements) }
}

extension PublishPorts: FirewallStep {
    /// Whether the ports are in the maps. Throws `NetlinkError`.
    public func isInForce(by netfilter: NetlinkSocket) throws -> Bool { try netfilter.holds(elements) }
}

extension NetlinkSocket {
    fileprivate func holds(_ elements: [FirewallElement]) throws(NetlinkError) -> Bool {
        guard try hasFirewallTable() else { return false }
        return try present(elements).count == elements.count
    }
}
