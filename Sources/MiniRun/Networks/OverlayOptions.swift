import Namespaces
import NetSetup

/// What `-o` says about an overlay network: one subnet over several hosts, by VXLAN (RFC 7348).
public struct OverlayOptions: Sendable, Equatable {
    /// The network's number in packets, the same on all hosts.
    public var vni: UInt32
    /// The other hosts.
    public var peers: [CreateVXLAN.Peer]
    /// The UDP port that all hosts take packets on: IANA's.
    public var port: UInt16 = 4789
    /// The bridge on this host; nil for `br-` and the id's beginning.
    public var name: String?
    /// Whether the network's containers on this host may talk to each other.
    public var interContainer = true
    /// The containers' packet size in bytes; nil for that of the host's way out less what VXLAN needs.
    public var mtu: Int?
    /// How interfaces inside are called, without their numbers.
    public var interfacePrefix = "eth"

    /// A network of this number over these hosts.
    public init(vni: UInt32, peers: [CreateVXLAN.Peer]) {
        self.vni = vni
        self.peers = peers
    }

    /// Reads a record's options. Throws `UsageError`.
    public init(_ record: NetworkRecord) throws(UsageError) { try self.init(record.options) }

    init(_ given: [String: String]) throws(UsageError) {
        let options = try NetworkOptions(given, .overlay)
        guard let number = options["vni"] else {
            throw UsageError("an overlay network needs the number that it has on all its hosts: -o vni=256")
        }
        guard let vni = UInt32(number), (1..<1 << 24).contains(vni) else {
            throw UsageError("invalid vni \(number.goQuoted): it is a number from 1 to 16777215")
        }
        guard let words = options["peer"], !words.isEmpty else {
            throw UsageError("an overlay network needs the addresses of its other hosts: -o peer=192.0.2.2")
        }
        var peers: [CreateVXLAN.Peer] = []
        for word in words.parts(",") { peers.append(try Self.peer(word)) }
        if let twice = peers.first(where: { peer in peers.count { $0.address == peer.address } > 1 }) {
            throw UsageError("invalid peer \(twice.address): it is given twice")
        }
        if let odd = peers.first(where: { $0.address.family != peers[0].address.family }) {
            throw UsageError("invalid peer \(odd.address): all peers are reached by IPv4, or all by IPv6")
        }
        self.vni = vni
        self.peers = peers
        if let number = options["dstport"] {
            guard let port = UInt16(number), port > 0 else {
                throw UsageError("invalid dstport \(number.goQuoted): it is a port from 1 to 65535")
            }
            self.port = port
        }
        if let value = options["com.docker.network.bridge.name"], !value.isEmpty {
            name = try InterfaceName.parse(value, what: "bridge name")
        }
        interContainer = try options.truth("com.docker.network.bridge.enable_icc") ?? true
        mtu = try options.mtu()
        interfacePrefix = try options.interfacePrefix()
    }

    private static func peer(_ word: String) throws(UsageError) -> CreateVXLAN.Peer {
        let (host, range) = word.cut("@")
        guard let address = IPAddress(host), !address.isUnspecified, !address.isLoopback else {
            throw UsageError("invalid peer \(word.goQuoted): it is an address, or ADDRESS@RANGE")
        }
        guard let range else { return CreateVXLAN.Peer(address) }
        guard let prefix = IPPrefix(range), prefix == prefix.network else {
            throw UsageError("invalid peer \(word.goQuoted): what follows @ is a part of the network's subnet")
        }
        guard prefix.address.family != .v4 || 1 << (32 - prefix.length) <= CreateVXLAN.Peer.rangeLimit else {
            throw UsageError(
                "invalid peer \(word.goQuoted): a range has at most \(CreateVXLAN.Peer.rangeLimit) addresses (a /22)")
        }
        return CreateVXLAN.Peer(address, range: prefix)
    }
}

extension OverlayOptions {
    /// The containers' packet size: what the way to the first peer carries, less what VXLAN adds. Throws `UsageError` when
    /// there is no way to a peer, `NetlinkError`.
    func underlayMTU(_ host: HostNetwork, _ socket: NetlinkSocket) throws -> Int {
        var smallest = 65535
        for peer in peers {
            guard let way = try socket.way(to: peer.address) else {
                throw UsageError("there is no way to the peer \(peer.address) (add a route to it)")
            }
            let mtu = host.links.first { $0.index == way.link }?.mtu ?? 1500
            smallest = min(smallest, mtu - CreateVXLAN.overhead(peer.address.family))
        }
        return smallest
    }

    /// What the firewall has to know: who may send frames.
    var tunnel: NetworkPolicy.Tunnel { NetworkPolicy.Tunnel(port: port, peers: peers.map(\.address)) }

    /// The port of the network's bridge that leads to the other hosts.
    func port(of record: NetworkRecord, mtu: Int) -> CreateVXLAN {
        CreateVXLAN(
            name: Self.portName(record), bridge: record.bridgeName, vni: vni, port: port, mtu: mtu, peers: peers)
    }

    /// `vx-` and the first twelve digits of the network's id.
    static func portName(_ record: NetworkRecord) -> String { "vx-\(record.id.prefix(12))" }
}

extension BridgeOptions {
    /// What an overlay network's bridge is like.
    init(_ overlay: OverlayOptions) {
        self.init()
        name = overlay.name
        interContainer = overlay.interContainer
        mtu = overlay.mtu
        interfacePrefix = overlay.interfacePrefix
        tunnel = overlay.tunnel
    }
}
