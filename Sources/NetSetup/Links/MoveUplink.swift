import CShim
import Namespaces
import SystemPackage

/// Moves the host's addresses and routes from a network card to a bridge that the card becomes a port of, or to a macvlan
/// on it, in one system call. Connections, the user's own remote shell among them, go on.
public struct MoveUplink: Step, Equatable {
    /// The card, with what moves.
    public var uplink: Uplink
    /// The new interface's name.
    public var bridge: String
    /// What it is.
    public var mode: UplinkMode

    /// Describes the move.
    public init(_ uplink: Uplink, to bridge: String, _ mode: UplinkMode) {
        self.uplink = uplink
        self.bridge = bridge
        self.mode = mode
    }

    /// The new interface, which so far changes nothing for anybody, and then all the rest at once. When any part of it is
    /// refused, what was moved is put back by the undo. Throws `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let socket = try HostNetlink.of(stage).socket
        switch mode {
        case .bridge:
            // The neighbours know the host by the card's address.
            try socket.request(.createBridge(bridge, mac: uplink.mac, mtu: uplink.mtu))
        case .macvlan: try socket.request(.createMacvlan(bridge, parent: uplink.index, mtu: uplink.mtu))
        }
        let step = self
        stage.undo.push("move everything back to \(uplink.name)") { try step.takeBack(socket) }
        // IPv6 has a switch of its own for announcing; a host without IPv6 has none.
        try? Sysctl("net/ipv6/conf/\(bridge)/ndisc_notify").set("1")
        guard let target = try socket.link(named: bridge) else { throw NetlinkError("find \(bridge)", .noSuchDevice) }
        do {
            try socket.request(uplink.messages(to: target, mode))
        } catch {
            throw explained(error)
        }
    }

    private func explained(_ refusal: NetlinkError) -> NetlinkError {
        guard refusal.errno == .resourceBusy else { return refusal }
        var refusal = refusal
        refusal.hint = "a macvlan interface is on \(uplink.name), perhaps inside a container"
        return refusal
    }

    /// Puts back what was moved, however much of it that was.
    private func takeBack(_ socket: NetlinkSocket) throws {
        guard let card = try socket.link(named: uplink.name) else { return }
        let holder = try socket.link(named: bridge)
        try socket.request(uplink.messages(backTo: card, mode, from: holder, keepsHolder: false))
    }

    /// The `ip` commands, which by hand would cut a connection in between.
    public var explanation: Explanation {
        let (dev, card) = (bridge.shellQuoted, uplink.name.shellQuoted)
        var shell: [String] =
            switch mode {
            case .bridge:
                [
                    "ip link add name \(dev) address \(uplink.mac) mtu \(uplink.mtu) type bridge",
                    "ip link set dev \(card) master \(dev)",
                ]
            case .macvlan: ["ip link add link \(card) name \(dev) mtu \(uplink.mtu) type macvlan mode bridge"]
            }
        shell.append("ip link set dev \(dev) up")
        shell += uplink.addresses.map { "ip address add \($0.prefix)\($0.prefix.shellOptions) dev \(dev)" }
        shell += uplink.addresses.reversed().map { "ip address del \($0.prefix) dev \(card)" }
        shell += uplink.routes.map { route in
            let family = route.destination.address.family == .v6 ? "-6 " : ""
            return "ip \(family)route replace \(route.text) dev \(dev)\(route.shellOptions)"
        }
        let calls =
            [
                "RTM_NEWLINK NLM_F_CREATE|NLM_F_EXCL kind=\(mode.rawValue) name=\(bridge)",
                "one sendmsg of all the rest:",
            ]
            + (mode == .bridge ? ["RTM_NEWLINK name=\(uplink.name) master=\(bridge)"] : [])
            + ["RTM_NEWLINK name=\(bridge) IFF_UP"]
            + uplink.addresses.map { "RTM_NEWADDR \($0.prefix) dev=\(bridge)" }
            + uplink.routes.flatMap { ["RTM_DELROUTE \($0.text)", "RTM_NEWROUTE \($0.text) dev=\(bridge)"] }
            + uplink.addresses.reversed().map { "RTM_DELADDR \($0.prefix) dev=\(uplink.name)" }
        return Explanation(
            shell: shell, systemCalls: calls,
            why: "Whatever is connected to \(bridge) is then on the wire of \(uplink.name), with addresses of its own.")
    }
}
