import CShim
import Namespaces
import SystemPackage

/// Connects a bridge with those of other hosts: a VXLAN port (RFC 7348) that carries frames in UDP packets to its peers.
///
/// Nothing is learnt from what comes in: who is where is written down. A container's link-layer address follows from its IPv4
/// address, so of a peer whose range is known each address is entered ahead, and questions for it are answered here.
public struct CreateVXLAN: Step, Equatable {
    /// Another host.
    public struct Peer: Sendable, Equatable {
        /// Where its packets go.
        public var address: IPAddress
        /// Which containers' IPv4 addresses are there; nil when that is not known.
        public var range: IPPrefix?

        /// A host, and what of the subnet is there.
        public init(_ address: IPAddress, range: IPPrefix? = nil) {
            self.address = address
            self.range = range
        }

        /// At most so many addresses are entered ahead.
        public static let rangeLimit = 1024

        /// The containers' addresses that are entered ahead.
        var entries: [(address: IPAddress, mac: MACAddress)] {
            guard let range, range.address.family == .v4 else { return [] }
            let count = min(1 << UInt64(32 - range.length), UInt64(Self.rangeLimit))
            return (0..<count).compactMap { offset in
                let address = range.network.address.advanced(by: offset)
                return MACAddress(forContainerAt: address).map { (address, $0) }
            }
        }
    }

    /// The interface's name, at most 15 bytes.
    public var name: String
    /// The bridge that it becomes a port of.
    public var bridge: String
    /// The network's number, the same on all hosts.
    public var vni: UInt32
    /// The UDP port.
    public var port: UInt16
    /// In bytes, of what is carried.
    public var mtu: Int
    /// The other hosts.
    public var peers: [Peer]

    /// What VXLAN adds to a packet, in bytes: Ethernet 14, VXLAN 8, UDP 8, IPv4 20 or IPv6 40.
    public static func overhead(_ family: IPAddress.Family) -> Int { family == .v4 ? 50 : 70 }

    /// Describes the port.
    public init(name: String, bridge: String, vni: UInt32, port: UInt16 = 4789, mtu: Int, peers: [Peer]) {
        self.name = name
        self.bridge = bridge
        self.vni = vni
        self.port = port
        self.mtu = mtu
        self.peers = peers
    }

    /// Made with all of its entries when it is missing. Up comes last, so one that is down was left half-made by somebody who
    /// was killed, and is completed. Throws `UsageError` when there is no way to a peer, `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let socket = try HostNetlink.of(stage).socket
        let found = try socket.link(named: name)
        if let found, found.isUp { return }
        guard let master = try socket.link(named: bridge) else {
            throw NetlinkError("connect \(name) to bridge \(bridge)", .noSuchDevice)
        }
        if found == nil { try create(in: master, socket, stage) }
        guard let link = try socket.link(named: name) else { throw NetlinkError("find \(name)", .noSuchDevice) }
        // In pieces that fit a socket's buffer.
        let messages = entries(on: link.index, bridge: master.index)
        for start in stride(from: 0, to: messages.count, by: 64) {
            try socket.request(Array(messages[start..<min(start + 64, messages.count)]))
        }
        try socket.request(.setVXLANPort(name))
    }

    private func create(in master: Link, _ socket: NetlinkSocket, _ stage: Stage) throws {
        guard let peer = peers.first, let local = try socket.way(to: peer.address)?.source else {
            throw UsageError("there is no way to \(peers.first?.address.description ?? "any peer") (add a route to it)")
        }
        var creation = NetlinkMessage.createVXLAN(
            name, vni: vni, local: local, port: port, mtu: mtu, master: master.index)
        // Another container's start may have been quicker.
        creation.tolerated = .fileExists
        try socket.request(creation)
        let (name, bridge) = (name, bridge)
        stage.undo.push("remove \(name)", scope: .setup) { [weak stage] in
            if try socket.isUsed(bridge, besides: (stage?.ownCables ?? []).union([name])) { return }
            try socket.request(.deleteLink(name).tolerating(.noSuchDevice))
        }
    }

    private func entries(on link: CInt, bridge index: CInt) -> [NetlinkMessage] {
        let everybody = MACAddress(bytes: [0, 0, 0, 0, 0, 0])
        return peers.flatMap { peer -> [NetlinkMessage] in
            let flood = everybody.map { NetlinkMessage.sendTo(peer.address, framesFor: $0, on: link, named: name) }
            return [flood].compactMap(\.self)
                + peer.entries.flatMap { entry -> [NetlinkMessage] in
                    [
                        .sendTo(peer.address, framesFor: entry.mac, on: link, named: name),
                        .findBehindPort(entry.mac, on: link, named: name),
                        .setNeighbour(entry.address, at: entry.mac, on: index, named: bridge),
                    ]
                }
        }
    }

    /// The `ip` and `bridge` commands and the messages.
    public var explanation: Explanation {
        let (dev, master) = (name.shellQuoted, bridge.shellQuoted)
        let first = peers.first?.address.description ?? "192.0.2.1"
        var shell = [
            "LOCAL=$(ip route get \(first) | sed -n 's/.* src \\([^ ]*\\).*/\\1/p')",
            "ip link show dev \(dev) >/dev/null 2>&1 || {",
            "ip link add name \(dev) mtu \(mtu) master \(master) type vxlan id \(vni) local \"$LOCAL\" "
                + "dstport \(port) nolearning",
        ]
        var calls = [
            "RTM_GETROUTE \(first)",
            "RTM_NEWLINK NLM_F_CREATE|NLM_F_EXCL kind=vxlan name=\(name) IFLA_VXLAN_ID=\(vni) IFLA_VXLAN_LEARNING=0",
        ]
        for peer in peers {
            shell.append("bridge fdb append 00:00:00:00:00:00 dev \(dev) dst \(peer.address)")
            calls.append("RTM_NEWNEIGH AF_BRIDGE NTF_SELF 00:00:00:00:00:00 dst=\(peer.address)")
            for entry in peer.entries {
                shell += [
                    "bridge fdb append \(entry.mac) dev \(dev) dst \(peer.address)",
                    "bridge fdb replace \(entry.mac) dev \(dev) master static",
                    "ip neighbour replace \(entry.address) lladdr \(entry.mac) dev \(master) nud permanent",
                ]
            }
            if let range = peer.range {
                calls.append("RTM_NEWNEIGH for each address of \(range): its peer, its port, its link-layer address")
            }
        }
        shell += ["ip link set dev \(dev) up type bridge_slave neigh_suppress on learning off", "}"]
        calls.append("RTM_NEWLINK name=\(name) IFF_UP neigh_suppress=1 learning=0")
        return Explanation(
            shell: shell, systemCalls: calls,
            why:
                "Frames for containers on other hosts travel in UDP packets between the hosts, \(Self.overhead(.v4)) bytes longer."
        )
    }
}
