import Namespaces
import NetSetup

/// Are the hosts there to which frames for containers elsewhere are sent?
struct TunnelCheck: Check {
    static let number = 21
    static let id = "tunnel"
    static let title = "Is there a way to the hosts at the other ends of VXLAN tunnels, and do they answer?"

    func look(at patient: Patient) throws -> Finding {
        let networks = Self.networks(of: patient)
        guard !networks.isEmpty else { return .skip(Phrase("it is in no overlay network", "它不在 overlay 网络中")) }
        return try Self.look(at: networks, patient.host)
    }

    func probe(_ patient: Patient) throws -> Finding? {
        try Self.probe(Self.networks(of: patient).map(OverlayOptions.portName), patient.host)
    }

    private static func networks(of patient: Patient) -> [NetworkRecord] {
        patient.bridged.compactMap(patient.networkRecord).filter { $0.driver == .overlay }
    }

    // MARK: Ours

    /// About an overlay network.
    static func finding(about network: NetworkRecord, _ host: InspectedHost) throws -> Finding {
        let seen = try look(at: [network], host)
        return seen.isPass ? try probe([OverlayOptions.portName(network)], host) ?? seen : seen
    }

    private static func look(at networks: [NetworkRecord], _ host: InspectedHost) throws -> Finding {
        for network in networks {
            if let deviation = NetworkVerification(host, network).port().first {
                return .fail(deviation.statement, mend: DoctorWords.repair)
            }
        }
        let ends = try TunnelEnd.all(of: networks.map(OverlayOptions.portName), host)
        for network in networks {
            let name = OverlayOptions.portName(network)
            for peer in try OverlayOptions(network).peers.map(\.address)
            where !ends.contains(where: { $0.port == name && $0.address == peer }) {
                return .fail(
                    Phrase("\(name) does not send to \(peer)", "\(name) 不向 \(peer) 发送"),
                    mend: .verbatim("bridge fdb append 00:00:00:00:00:00 dev \(name.shellQuoted) dst \(peer)"))
            }
        }
        if let end = ends.first(where: { $0.way == nil }) { return noWay(to: end) }
        let list = ends.map { "\($0.address)" }.unique.joined(separator: ", ")
        return .pass(Phrase("there is a way to \(list)", "有到 \(list) 的路由"))
    }

    private static func probe(_ ports: [String], _ host: InspectedHost) throws -> Finding? {
        let ends = try TunnelEnd.all(of: ports, host).filter { $0.hop != nil }
        guard !ends.isEmpty else { return nil }
        let silent = try host.nextHops.silent(among: ends.compactMap(\.hop))
        if let end = ends.first(where: { $0.hop.map(silent.contains) ?? false }) { return isSilent(end, host) }
        let list = ends.map { "\($0.address)" }.unique.joined(separator: ", ")
        return .pass(Phrase("there is a way to \(list), and it answers", "有到 \(list) 的路由，并且有应答"))
    }

    // MARK: Others'

    /// About VXLAN ports that others have made. One of many hosts may well be switched off: only a port that reaches none is
    /// told.
    static func finding(aboutForeign ports: [String], _ host: InspectedHost) throws -> Finding {
        let ends = try TunnelEnd.all(of: ports, host)
        let silent = try host.nextHops.silent(among: ends.compactMap(\.hop))
        func isDead(_ end: TunnelEnd) -> Bool { end.way == nil || end.hop.map(silent.contains) ?? false }
        for port in ports {
            let own = ends.filter { $0.port == port }
            guard let first = own.first, own.allSatisfy(isDead) else { continue }
            return first.way == nil ? noWay(to: first) : isSilent(first, host)
        }
        let list = ends.filter { !isDead($0) }.map { "\($0.address)" }.unique.joined(separator: ", ")
        return list.isEmpty
            ? .skip(Phrase("no tunnel leads to a certain host", "隧道没有指向具体的主机"))
            : .pass(Phrase("there is a way to \(list)", "有到 \(list) 的路由"))
    }

    // MARK: Words

    private static func noWay(to end: TunnelEnd) -> Finding {
        .fail(
            Phrase(
                "there is no way to \(end.address), the other end of \(end.port)",
                "没有到 \(end.address)（\(end.port) 的对端）的路由"),
            mend: .verbatim("ip route get \(end.address)"))
    }

    private static func isSilent(_ end: TunnelEnd, _ host: InspectedHost) -> Finding {
        let link = end.hop.flatMap { host.survey.link($0.link) }?.name ?? ""
        let next = end.hop?.address ?? end.address
        return .fail(
            Phrase(
                "nobody on \(link) says that he is \(next), by which \(end.port) sends to \(end.address)",
                "\(link) 上没有主机应答对 \(next) 的 ARP 请求，而 \(end.port) 要经它发往 \(end.address)"),
            mend: .verbatim("ip -d link show dev \(end.port.shellQuoted)"))
    }
}
