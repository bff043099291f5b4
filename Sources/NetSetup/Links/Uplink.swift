import CShim
import Namespaces
import SystemPackage

/// What takes a network card's place.
public enum UplinkMode: String, Sendable, Hashable, CaseIterable {
    /// A bridge, of which the card becomes a port.
    case bridge
    /// A macvlan beside those of the containers, as the notes have it.
    case macvlan
}

/// An interface with what makes the host reachable by it: its addresses and the routes that go by it.
public struct Uplink: Sendable, Equatable {
    /// `ens33`.
    public var name: String
    /// Its number.
    public var index: CInt
    /// Its link-layer address.
    public var mac: MACAddress
    /// In bytes.
    public var mtu: Int
    /// Its addresses in the kernel's order, link-local ones of IPv6 left out.
    public var addresses: [UplinkAddress]
    /// The routes of all tables that go by it, those of the kernel left out; without a next hop before those with one.
    public var routes: [UplinkRoute]

    /// An interface by what is known of it.
    public init(
        name: String, index: CInt, mac: MACAddress, mtu: Int, addresses: [UplinkAddress], routes: [UplinkRoute]
    ) {
        self.name = name
        self.index = index
        self.mac = mac
        self.mtu = mtu
        self.addresses = addresses
        self.routes = routes
    }

    /// Looks at an interface; nil when there is none, or when it is no Ethernet interface. Throws `NetlinkError`.
    public init?(named name: String, _ socket: NetlinkSocket) throws(NetlinkError) {
        guard let link = try socket.link(named: name), let mac = link.mac else { return nil }
        let addresses = NetlinkMessage("list addresses", type: RTM_GETADDR) { $0.putHeader(ifaddrmsg()) }
        let routes = NetlinkMessage("list routes", type: RTM_GETROUTE) { $0.putHeader(rtmsg()) }
        self.init(
            name: name, index: link.index, mac: mac, mtu: link.mtu,
            addresses: try socket.dump(addresses) { reply in
                guard reply.header(as: ifaddrmsg.self)?.ifa_index == UInt32(link.index) else { return nil }
                return UplinkAddress(NetlinkImage(reply))
            }.filter(\.isMovable),
            routes: try socket.dump(routes) { UplinkRoute(NetlinkImage($0)) }.filter { $0.moves(with: link.index) })
        self.routes = self.routes.filter { !$0.isIndirect } + self.routes.filter(\.isIndirect)
    }

    /// The card that is to be moved. Throws `UsageError` for one that cannot be, or a bridge's name that is taken, and
    /// `NetlinkError`.
    public static func movable(
        _ name: String, to bridge: String, _ mode: UplinkMode, _ socket: NetlinkSocket
    ) throws -> Uplink {
        guard let link = try socket.link(named: name) else { throw UsageError("there is no interface \(name)") }
        if link.isLoopback { throw UsageError("\(name) is a loopback interface: nobody else is on it") }
        if link.kind == "bridge" { throw UsageError("\(name) is a bridge already: plug containers into it") }
        if let master = link.master {
            let owner = try socket.links().first { $0.index == master }
            throw UsageError(
                "\(name) is a port of \(owner?.kind ?? "interface") \(owner?.name ?? "\(master)") already"
                    + (owner?.kind == "bridge" ? ": plug containers into that" : ""))
        }
        if link.isWireless {
            throw UsageError(
                "\(name) is wireless: an access point takes no frames with another address than the card's own, "
                    + "so neither bridge nor macvlan works on it; use the default network, which is routed")
        }
        if mode == .bridge {
            let above = try socket.links().filter { $0.kind == "macvlan" && $0.parent == link.index }.map(\.name)
            guard above.isEmpty else {
                throw UsageError(
                    "\(name) cannot be a port of a bridge while macvlan interfaces are on it: \(above.joined(separator: ", ")) "
                        + "(remove them, or the macvlan network that they belong to)")
            }
        }
        guard Link.isName(bridge) else {
            throw UsageError("invalid interface name (1 to 15 bytes, no blanks, slashes or colons): \(bridge)")
        }
        if let other = try socket.link(named: bridge) {
            throw UsageError(
                "interface \(bridge) exists already\(other.kind.map { " (\($0))" } ?? ""): name another with --bridge")
        }
        guard let uplink = try Uplink(named: name, socket) else { throw UsageError("\(name) is no Ethernet interface") }
        guard !uplink.addresses.isEmpty else { throw UsageError("\(name) has no addresses that could be moved") }
        for route in uplink.routes { try route.check() }
        return uplink
    }
}
