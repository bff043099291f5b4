import CShim
import Namespaces
import SystemPackage

/// The way back of ``MoveUplink``, also long after it.
public struct ReturnUplink: Sendable {
    /// The card as it was before.
    public var uplink: Uplink
    /// The interface that has its place.
    public var bridge: String
    /// What that is.
    public var mode: UplinkMode

    /// Describes the way back.
    public init(_ uplink: Uplink, from bridge: String, _ mode: UplinkMode) {
        self.uplink = uplink
        self.bridge = bridge
        self.mode = mode
    }

    /// The bridge's other ports: containers, mostly. Throws `NetlinkError`.
    public func otherPorts(_ socket: NetlinkSocket) throws(NetlinkError) -> [String] {
        let links = try socket.links()
        guard mode == .bridge, let holder = links.first(where: { $0.name == bridge }) else { return [] }
        return links.filter { $0.master == holder.index && $0.name != uplink.name }.map(\.name)
    }

    /// Moves back what the interface has now, or what the card had before when that has none any more, in one system call,
    /// and takes the interface away; a bridge with ports of others stays, empty. A card that is gone has nothing moved to
    /// it. Throws `NetlinkError` when something was refused; all the rest is done by then.
    public func apply(_ socket: NetlinkSocket) throws(NetlinkError) {
        let holder = try socket.link(named: bridge).flatMap { $0.kind == mode.rawValue ? $0 : nil }
        guard let card = try socket.link(named: uplink.name) else {
            if let holder { try socket.request(.deleteLink(holder.name).tolerating(.noSuchDevice)) }
            return
        }
        var source = uplink
        if holder != nil, let now = try Uplink(named: bridge, socket), !now.addresses.isEmpty { source = now }
        try socket.request(
            source.messages(
                backTo: card, mode, from: holder, keepsHolder: try !otherPorts(socket).isEmpty))
        announce(card, socket)
    }

    /// A macvlan had another link-layer address than the card, and the neighbours know that one. Nobody depends on it: they
    /// find out by themselves after some seconds.
    private func announce(_ card: Link, _ socket: NetlinkSocket) {
        let setting = Sysctl("net/ipv4/conf/\(card.name)/arp_notify")
        guard mode == .macvlan, let mac = card.mac, let before = try? setting.value() else { return }
        try? socket.request([
            .setLink(card.name, isUp: false, announcesAddresses: true), .setAddress(mac, of: card.name),
        ])
        try? setting.set(before)
    }
}
