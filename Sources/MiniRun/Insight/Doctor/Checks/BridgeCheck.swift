import CShim
import Namespaces
import NetSetup

/// Is the host the networks' router, and does no other route claim their addresses?
struct BridgeCheck: Check {
    static let number = 7
    static let id = "bridge"
    static let title = "Has the bridge the gateway's address, and does no other route claim the subnet?"

    func look(at patient: Patient) throws -> Finding {
        let networks = patient.bridged.compactMap(patient.networkRecord)
        guard !networks.isEmpty else { return .skip(DoctorWords.onNoBridge) }
        var seen: [Phrase] = []
        for network in networks {
            let finding = Self.finding(about: network, patient.host)
            guard case .pass(let evidence) = finding else { return finding }
            seen.append(evidence)
        }
        return .pass(seen.joined())
    }

    /// About one network.
    static func finding(about network: NetworkRecord, _ host: InspectedHost) -> Finding {
        let name = network.bridgeName
        guard let bridge = host.survey.link(named: name) else { return .skip(DoctorWords.noBridge(name)) }
        let options = (try? BridgeOptions(network)) ?? BridgeOptions()
        let wanted = network.bridgeAddresses(options).filter { $0.address.family == .v4 }
        let actual = host.survey.addresses(of: bridge)
        if let missing = wanted.first(where: { !actual.contains($0) }) {
            return .fail(
                DoctorWords.lacks(name, missing),
                mend: .verbatim("ip address add \(missing) brd + dev \(name.shellQuoted)"))
        }
        for subnet in network.subnets.map(\.subnet.network) {
            guard let rival = rival(of: subnet, bridge, host.survey) else { continue }
            let link = host.survey.links.first { $0.index == rival.link }?.name ?? "nowhere"
            return .fail(
                Phrase(
                    "a route to \(rival.destination) by \(link) takes packets for \(subnet)",
                    "经 \(link) 到 \(rival.destination) 的路由抢走了发往 \(subnet) 的报文"),
                mend: .verbatim(
                    "ip route delete \(rival.destination) dev \(link.shellQuoted)"
                        + (rival.table == RT_TABLE_MAIN.rawValue ? "" : " table \(rival.table)")))
        }
        let addresses = wanted.map(\.description).joined(separator: " ")
        return .pass(
            Phrase(
                "\(name)\(addresses.isEmpty ? "" : " has \(addresses)"), no other route overlaps",
                "\(name)\(addresses.isEmpty ? " " : " 有 \(addresses)，")没有其他路由与之重叠"))
    }

    /// A route of any table that wins over the bridge's own, or may do so. A wider one does not.
    private static func rival(of subnet: IPPrefix, _ bridge: Link, _ survey: NamespaceSurvey) -> Route? {
        let types = [RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT].map { UInt8($0) }
        return survey.routes.first { route in
            types.contains(route.type) && route.link != bridge.index && route.destination.length >= subnet.length
                && route.destination.overlaps(subnet) && route.gateway.map { !subnet.contains($0) } ?? true
        }
    }
}
