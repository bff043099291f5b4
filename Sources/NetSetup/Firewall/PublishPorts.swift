import Namespaces

/// Leads reserved host ports to the container: elements of the maps, one transaction for all of them.
///
/// The reservations have to live longer than the elements: close them after `stage.undo.unwind()`.
public struct PublishPorts: Step {
    /// What was reserved.
    public let publications: [Publication]
    /// The container's IPv4 address.
    public let address4: IPAddress?
    /// The container's IPv6 address.
    public let address6: IPAddress?

    /// Publishes to a container with these addresses.
    public init(_ publications: [Publication], to address4: IPAddress?, _ address6: IPAddress?) {
        self.publications = publications
        self.address4 = address4
        self.address6 = address6
    }

    /// The elements by `nft`, the forgotten connections by `conntrack`.
    public var explanation: Explanation { Explanation(shell: [], systemCalls: [], why: "") }

    /// Throws `NetlinkError`.
    public func apply(on stage: Stage) throws {}
}
