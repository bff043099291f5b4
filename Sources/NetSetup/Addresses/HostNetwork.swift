import CShim

/// What a host's network looks like at one moment: its interfaces, addresses and routes. Asked for when a network is made,
/// never on the usual way of a start: the answers grow with the host.
public struct HostNetwork: Sendable {
    /// `ip link show`.
    public let links: [Link]
    /// `ip address show`.
    public let addresses: [InterfaceAddress]
    /// `ip route show table all`.
    public let routes: [Route]

    /// Asks three questions. Throws `NetlinkError`.
    public init(_ socket: NetlinkSocket) throws(NetlinkError) {
        links = try socket.links()
        addresses = try socket.addresses()
        routes = try socket.routes()
    }

    /// The interface of this name.
    public func link(named name: String) -> Link? { links.first { $0.name == name } }

    /// The packet size of the interface that the default route leads over, in bytes; 1500 without one.
    public var uplinkMTU: Int {
        let uplink = routes.uplink?.link
        return links.first { $0.index == uplink }?.mtu ?? 1500
    }

    /// Interfaces that have their default route from router advertisements, which they no longer accept once the host
    /// forwards IPv6.
    public var advertisedUplinks: [String] {
        let indices = Set(routes.filter { $0.isDefault && $0.origin == UInt8(RTPROT_RA) }.compactMap(\.link))
        return links.filter { indices.contains($0.index) }.map(\.name).sorted()
    }

    /// What the routes and addresses occupy, but for those of these interfaces.
    public func obstacles(besides names: Set<String> = []) -> [AddressPools.Obstacle] {
        let own = Set(links.filter { names.contains($0.name) }.map(\.index))
        func isForeign(_ link: CInt?) -> Bool { link.map { !own.contains($0) } ?? true }
        return AddressPools.Obstacle.of(
            routes: routes.filter { isForeign($0.link) }, addresses: addresses.filter { isForeign($0.link) },
            names: Dictionary(links.map { ($0.index, $0.name) }) { first, _ in first })
    }

    /// The addresses of an interface, but for those that IPv6 gives itself.
    public func addresses(of link: Link) -> [IPPrefix] {
        addresses.filter { $0.link == link.index && !$0.prefix.address.isLinkLocal }.map(\.prefix)
    }
}
