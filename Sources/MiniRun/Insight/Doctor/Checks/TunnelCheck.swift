import CShim
import Namespaces
import NetSetup

/// Are the hosts there to which frames for containers elsewhere are sent?
struct TunnelCheck: Check {
    static let number = 21
    static let id = "tunnel"
    static let title = "Is there a way to the hosts at the other ends of VXLAN tunnels, and do they answer?"

    func look(at patient: Patient) throws -> Finding {
        let names = Self.ports(of: patient)
        guard !names.isEmpty else { return .skip(Phrase("it is in no overlay network", "它不在 overlay 网络中")) }
        return try Tunnels(names, patient.host).look()
    }

    func probe(_ patient: Patient) throws -> Finding? {
        let names = Self.ports(of: patient)
        return names.isEmpty ? nil : try Tunnels(names, patient.host).probe()
    }

    /// About VXLAN ports, whoever made them.
    static func finding(about names: [String], _ host: InspectedHost) throws -> Finding {
        let tunnels = Tunnels(names, host)
        let seen = try tunnels.look()
        return seen.isPass ? try tunnels.probe() ?? seen : seen
    }

    private static func ports(of patient: Patient) -> [String] {
        patient.bridged.compactMap(patient.networkRecord).filter { $0.driver == .overlay }
            .map(OverlayOptions.portName)
    }
}

/// VXLAN ports, and the hosts to which they send.
private struct Tunnels {
    let names: [String]
    let host: InspectedHost

    init(_ names: [String], _ host: InspectedHost) {
        self.names = names
        self.host = host
    }

    /// A host to which a port sends.
    private struct Peer: Hashable {
        let address: IPAddress
        let port: String
    }

    /// Who has to be on a wire of ours, so that packets get to a peer.
    private struct Hop {
        let peer: Peer
        let link: Link
        let address: IPAddress
    }

    /// How many hosts are asked side by side: each takes a descriptor.
    private static let together = 64

    func look() throws -> Finding {
        for name in names {
            guard let port = host.survey.link(named: name) else {
                return .fail(Phrase("there is no interface \(name)", "没有网卡 \(name)"), mend: DoctorWords.repair)
            }
            guard port.isUp else {
                return .fail(DoctorWords.isDown(name), mend: .verbatim("ip link set dev \(name.shellQuoted) up"))
            }
        }
        let peers = try peers()
        for peer in peers where try hop(to: peer) == nil {
            return .fail(
                Phrase(
                    "there is no way to \(peer.address), the other end of \(peer.port)",
                    "没有到 \(peer.address)（\(peer.port) 的对端）的路由"),
                mend: .verbatim("ip route get \(peer.address)"))
        }
        let list = peers.map { "\($0.address)" }.joined(separator: ", ")
        return peers.isEmpty
            ? .skip(Phrase("no tunnel leads to a single host", "没有通向某一台主机的隧道"))
            : .pass(Phrase("there is a way to \(list)", "可以到达 \(list)"))
    }

    /// Whoever is on a wire of ours has to say so.
    func probe() throws -> Finding? {
        let hops = try peers().compactMap(hop)
        for start in stride(from: 0, to: hops.count, by: Self.together) {
            if let silent = try silent(among: hops.dropFirst(start).prefix(Self.together)) {
                let (peer, link, address) = (silent.peer, silent.link.name, silent.address)
                return .fail(
                    Phrase(
                        "nobody on \(link) says that he is \(address), by which \(peer.port) sends to \(peer.address)",
                        "\(link) 上没有人应答 \(address) 的 ARP，而 \(peer.port) 要经它发往 \(peer.address)"),
                    mend: .verbatim("ip -d link show dev \(peer.port.shellQuoted)"))
            }
        }
        return nil
    }

    /// Where the kernel sends frames; that of a multicast tunnel is nobody's.
    private func peers() throws -> [Peer] {
        let entries = try host.route.forwardingEntries()
        return names.compactMap { host.survey.link(named: $0) }.flatMap { port in
            entries.filter { $0.link == port.index }.compactMap(\.destination).filter { !$0.isMulticast }
                .map { Peer(address: $0, port: port.name) }
        }.unique
    }

    private func hop(to peer: Peer) throws -> Hop? {
        guard let way = try host.route.way(to: peer.address), let link = host.survey.link(way.link) else { return nil }
        return Hop(peer: peer, link: link, address: way.gateway ?? peer.address)
    }

    /// All are asked at once.
    private func silent(among hops: some Sequence<Hop>) throws -> Hop? {
        let own = try NamespaceHandle(.network)
        let sent = try hops.compactMap { hop -> (Hop, SentQuestion<ARPQuestion>)? in
            guard hop.address.family == .v4, hop.link.usesARP, !hop.link.isLoopback, let mac = hop.link.mac else {
                return nil
            }
            let question = ARPQuestion(from: mac, about: hop.address)
            return (hop, try question.send(in: own.descriptor, on: hop.link.index, milliseconds: 1000))
        }
        return sent.first { $0.1.answers(firstIsEnough: true).isEmpty }?.0
    }
}
