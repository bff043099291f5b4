import CShim
import Namespaces

/// What one network namespace has at one moment. Read from the kernel, whoever made it.
public struct NamespaceSurvey: Sendable {
    /// What tells the namespace from others: the number in `net:[4026531840]`.
    public let inode: UInt64
    /// `ip link show`.
    public let links: [Link]
    /// `ip address show`.
    public let addresses: [InterfaceAddress]
    /// `ip route show table all`.
    public let routes: [Route]

    private let positions: [CInt: Int]
    private let prefixes: [CInt: [IPPrefix]]

    /// Asks three questions in the namespace that is held open. Throws `NetlinkError`, `KernelError`.
    public init(_ namespace: NamespaceHandle) throws {
        try self.init(NetlinkSocket(.route, in: namespace.descriptor), inode: namespace.inode())
    }

    /// What a namespace could have, in no kernel.
    init(inode: UInt64, links: [Link], addresses: [InterfaceAddress] = [], routes: [Route] = []) {
        self.inode = inode
        self.links = links
        self.addresses = addresses
        self.routes = routes
        positions = Dictionary(links.enumerated().map { ($1.index, $0) }) { first, _ in first }
        prefixes = Dictionary(grouping: addresses, by: \.link).mapValues { $0.map(\.prefix) }
    }

    /// Asks them by a socket of the namespace. Throws `NetlinkError`.
    init(_ socket: NetlinkSocket, inode: UInt64) throws(NetlinkError) {
        self.init(
            inode: inode, links: try socket.links(), addresses: try socket.addresses(), routes: try socket.routes())
    }

    /// The interface of this name, which may be one of its further names.
    public func link(named name: String) -> Link? {
        links.first { $0.name == name } ?? links.first { $0.alternativeNames.contains(name) }
    }

    /// The interface of this number.
    public func link(_ index: CInt) -> Link? { positions[index].map { links[$0] } }

    /// The addresses of an interface.
    public func addresses(of link: Link) -> [IPPrefix] { prefixes[link.index] ?? [] }

    /// What `ip route` shows, both families: the main table, without what the kernel has for itself.
    public var mainRoutes: [Route] {
        routes.filter { route in
            route.table == RT_TABLE_MAIN.rawValue && route.type == UInt8(RTN_UNICAST)
                && !(route.destination.address.family == .v6
                    && (route.destination.address.isLinkLocal || route.destination.address.isMulticast))
        }
    }

    /// The ports of a bridge.
    public func ports(of bridge: Link) -> [Link] { links.filter { $0.master == bridge.index } }
}
