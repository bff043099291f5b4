import CShim
import Namespaces
import SystemPackage

/// Makes an interface what it should be again, after somebody has changed it by hand. To the step the stage's `HostNetlink`
/// is the namespace that the interface is in, a container's as well as the host's.
public struct MendLink: Step, Equatable {
    /// The interface.
    public var name: String
    /// What it is called now, when that is not its name.
    public var formerName: String?
    /// Its packet size in bytes; nil leaves it.
    public var mtu: Int?
    /// Its link-layer address; nil leaves it.
    public var mac: MACAddress?
    /// The bridge that it becomes a port of; nil leaves it where it is.
    public var bridge: String?
    /// What the bridge is told about the port; nil leaves it.
    public var port: BridgePort?
    /// Whether it is set up.
    public var isUp = false
    /// Addresses to take away.
    public var removed: [IPPrefix] = []
    /// Addresses to give it.
    public var added: [IPPrefix] = []
    /// The next hop of the default route over it; nil leaves that.
    public var gateway: IPAddress?

    /// A step that does nothing yet.
    public init(_ name: String) { self.name = name }

    /// Nothing is undone: half of it is better than none. Throws `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let socket = try HostNetlink.of(stage).socket
        if let formerName { try rename(formerName, socket) }
        guard let link = try socket.link(named: name) else { throw NetlinkError("find \(name)", .noSuchDevice) }
        var messages: [NetlinkMessage] = []
        if let bridge {
            guard let master = try socket.link(named: bridge) else {
                throw NetlinkError("connect \(name) to bridge \(bridge)", .noSuchDevice)
            }
            messages.append(.setMaster(master.index, of: name))
        }
        if mtu != nil || mac != nil || port != nil || isUp {
            messages.append(.setLink(name, mtu: mtu, isUp: isUp, port: port, mac: mac))
        }
        // To delete the first address of a subnet takes the others of the subnet along: what comes, comes afterwards.
        messages += removed.map { .deleteAddress($0, from: link.index, named: name) }
        messages += added.map { address in
            var message = NetlinkMessage.addAddress(address, to: link.index, named: name)
            message.tolerated = .fileExists
            return message
        }
        if let gateway { messages.append(.addRoute(via: gateway, on: link.index, named: name, replacing: true)) }
        // News to the neighbours, by arp_notify: they may have learnt another link-layer address.
        if !added.isEmpty, let own = link.mac, link.kind != "bridge" { messages.append(.setAddress(own, of: name)) }
        try socket.request(messages)
    }

    /// An interface that is up keeps its name on older kernels.
    private func rename(_ former: String, _ socket: NetlinkSocket) throws(NetlinkError) {
        guard let link = try socket.link(named: former) else { throw NetlinkError("find \(former)", .noSuchDevice) }
        try socket.request(NetlinkMessage.renaming(link.index, from: former, to: name))
    }

    /// The `ip` commands and the messages.
    public var explanation: Explanation {
        let dev = name.shellQuoted
        let properties = [
            mtu.map { "mtu \($0)" }, mac.map { "address \($0)" }, bridge.map { "master \($0.shellQuoted)" },
            isUp ? "up" : nil,
        ].compactMap(\.self)
        var (shell, calls): ([String], [String]) = ([], [])
        if let formerName {
            shell.append(
                "ip link set dev \(formerName.shellQuoted) down && "
                    + "ip link set dev \(formerName.shellQuoted) name \(dev) up")
            calls.append("RTM_NEWLINK IFLA_IFNAME=\(name)")
        }
        if !properties.isEmpty {
            shell.append("ip link set dev \(dev) \(properties.joined(separator: " "))")
            calls.append("RTM_NEWLINK name=\(name) \(properties.joined(separator: " "))")
        }
        if let port {
            shell.append("ip link set dev \(dev) type bridge_slave \(port.fullShell)")
            calls.append("RTM_NEWLINK name=\(name) \(port.fullShell)")
        }
        shell += removed.map { "ip address delete \($0) dev \(dev)" }
        shell += added.map { "ip address add \($0)\($0.shellOptions) dev \(dev)" }
        calls += removed.map { "RTM_DELADDR \($0)" } + added.map { "RTM_NEWADDR NLM_F_CREATE|NLM_F_EXCL \($0)" }
        if let gateway {
            let family = gateway.family == .v6 ? "-6 " : ""
            shell.append("ip \(family)route replace default via \(gateway) dev \(dev)")
            calls.append("RTM_NEWROUTE NLM_F_CREATE|NLM_F_REPLACE default via \(gateway)")
        }
        return Explanation(
            shell: shell, systemCalls: calls, why: "Somebody has changed the interface, and it no longer does its work."
        )
    }
}

extension BridgePort {
    /// All of it, also what is usual.
    var fullShell: String { "hairpin \(hairpin ? "on" : "off") isolated \(isolated ? "on" : "off")" }
}

extension NetlinkMessage {
    /// `ip link set dev FORMER down`, `ip link set dev FORMER name NAME`, `ip link set dev NAME up`.
    fileprivate static func renaming(_ index: CInt, from former: String, to name: String) -> [NetlinkMessage] {
        [(false, nil), (nil, name), (true, nil)].map { (isUp: Bool?, name: String?) in
            NetlinkMessage("rename \(former)", type: RTM_NEWLINK) { message in
                var header = ifinfomsg()
                header.ifi_index = index
                if let isUp {
                    header.ifi_flags = isUp ? UInt32(IFF_UP) : 0
                    header.ifi_change = UInt32(IFF_UP)
                }
                message.putHeader(header)
                if let name { message.put(IFLA_IFNAME, name) }
            }
        }
    }
}
