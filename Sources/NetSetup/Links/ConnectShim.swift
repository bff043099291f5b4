import CShim
import Namespaces
import SystemPackage

/// Lets the host and one container reach each other over the ``HostShim``: a route to each address of the container from
/// the host's address in the same subnet, and on both sides the other's link-layer address, since nobody answers on the
/// shim.
public struct ConnectShim: Step, Equatable {
    /// The host's end.
    public var shim: HostShim
    /// The container's addresses.
    public var addresses: [IPAddress]
    /// The interface inside.
    public var interface: String

    /// Describes the way.
    public init(_ shim: HostShim, to addresses: [IPAddress], interface: String = "eth0") {
        self.shim = shim
        self.addresses = addresses
        self.interface = interface
    }

    /// One send for the host and one for the container; the undo, of the shim's group, takes back the host's part, the
    /// other goes with the container. Throws `UsageError` when the host has no address on the parent, `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let socket = try HostNetlink.of(stage).socket
        let inside = try ContainerNetlink.of(stage).socket()
        guard let host = try socket.link(named: shim.name), let hostMAC = host.mac else {
            throw NetlinkError("find \(shim.name)", .noSuchDevice)
        }
        guard let container = try inside.link(named: interface), let containerMAC = container.mac else {
            throw NetlinkError("find \(interface) inside the container", .noSuchDevice)
        }
        let parent = try MacvlanMode.parent(named: shim.parent, socket)
        let own = try socket.addresses(of: parent.index).map(\.prefix).filter { !$0.address.isLinkLocal }
        var (outer, inner): ([NetlinkMessage], [NetlinkMessage]) = ([], [])
        for address in addresses {
            // Of several the one in the container's own subnet, which it reaches without a router.
            let family = own.filter { $0.address.family == address.family }
            guard let source = (family.first { $0.contains(address) } ?? family.first)?.address else { continue }
            outer += [
                .setNeighbour(address, at: containerMAC, on: host.index, named: host.name),
                .setHostRoute(to: address, from: source, on: host.index, named: host.name),
            ]
            inner.append(.setNeighbour(source, at: hostMAC, on: container.index, named: interface))
        }
        guard !outer.isEmpty else {
            throw UsageError("host_shim: the host has no address on \(shim.parent) that \(interface) could reach")
        }
        let (name, addresses) = (shim.name, addresses)
        stage.undo.push("remove the routes through \(name)", of: name) {
            try Self.disconnect(addresses, from: name, socket)
        }
        try socket.request(outer)
        try inside.request(inner)
    }

    /// Takes back the host's routes to these addresses; those that are gone already are no failure, nor is a shim that is.
    /// For the end of a container whose supervisor was killed. Throws `NetlinkError`.
    public static func disconnect(
        _ addresses: [IPAddress], from shim: String, _ socket: NetlinkSocket
    ) throws(NetlinkError) {
        guard let link = try socket.link(named: shim) else { return }
        var messages: [NetlinkMessage] = []
        for address in addresses {
            messages.append(.deleteHostRoute(to: address, on: link.index, named: shim))
            messages.append(.deleteNeighbour(address, on: link.index, named: shim))
        }
        try socket.request(messages)
    }

    /// The `ip` commands, those for the container run in its network namespace.
    public var explanation: Explanation {
        let (dev, inner) = (shim.name.shellQuoted, interface.shellQuoted)
        let inside = "nsenter --net=\"/proc/$PID/ns/net\" "
        func mac(_ name: String) -> String { "ip -o link show dev \(name) | sed 's,.*link/ether \\([^ ]*\\).*,\\1,'" }
        var shell = ["OUTER=$(\(mac(dev)))", "INNER=$(\(inside)\(mac(inner)))"]
        var calls: [String] = []
        for address in addresses {
            let flag = address.family == .v6 ? "-6" : "-4"
            // The source that the kernel would take towards that address is the parent's own.
            shell += [
                "HOST=$(ip \(flag) route get \(address) oif \(shim.parent.shellQuoted) | "
                    + "sed -n 's/.* src \\([^ ]*\\).*/\\1/p')",
                "ip neighbour replace \(address) lladdr \"$INNER\" dev \(dev) nud permanent",
                "ip \(flag) route replace \(address) dev \(dev) src \"$HOST\"",
                inside + "ip neighbour replace \"$HOST\" lladdr \"$OUTER\" dev \(inner) nud permanent",
            ]
            calls += [
                "RTM_NEWNEIGH \(address) dev=\(shim.name) NUD_PERMANENT",
                "RTM_NEWROUTE \(address)/\(address.family.bits) dev=\(shim.name) RTA_PREFSRC",
                "RTM_NEWNEIGH dev=\(interface) NUD_PERMANENT, in the container",
            ]
        }
        return Explanation(
            shell: shell, systemCalls: calls,
            why: "Only the way between host and container leads over \(shim.name); the LAN knows the host as before.")
    }
}
