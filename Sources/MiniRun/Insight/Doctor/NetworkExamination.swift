import Namespaces
import NetSetup

/// A network: its bridge or its parent, the host's settings for it, and its members' cables.
struct NetworkExamination {
    let host: InspectedHost
    let network: NetworkRecord

    init(_ host: InspectedHost, _ network: NetworkRecord) {
        self.host = host
        self.network = network
    }

    private var subject: Phrase { Deviation.Place.network(network.name).phrase }

    /// All about it.
    func checkups() throws -> [Checkup] {
        guard network.hasBridge else { return try ownCheckups() }
        let members = host.running.compactMap { container in
            container.record.network.endpoint(in: network.id).map { (container.record.name, $0) }
        }
        let cables = Doctor.guarded {
            guard !members.isEmpty else { return .skip(Phrase("nobody is connected", "没有容器接入")) }
            for (name, endpoint) in members {
                guard case .fail(let evidence, let mend)? = try CableCheck.fault(of: endpoint, nil, host) else {
                    continue
                }
                return .fail(Phrase("\(name): \(evidence.english)", "\(name)：\(evidence.chinese)"), mend: mend)
            }
            let names = members.map(\.0).joined(separator: ", ")
            return .pass(Phrase("connected: \(names)", "已接入：\(names)"))
        }
        let settings = Doctor.guarded {
            network.isInternal
                ? .skip(Phrase("it has no way out", "它不通外网")) : HostSettingsCheck.finding(host, publishes: false)
        }
        let firewall = Doctor.guarded {
            let ruleset = try ForeignRuleset(by: NetlinkSocket(.netfilter))
            return ForeignFirewallCheck.policy(of: ruleset, [(network.bridgeName, network.isInternal)])
                ?? .pass(DoctorWords.noOtherDrops)
        }
        return
            ([cables.checkup(subject, CableCheck.self)] + (try ownCheckups()) + [
                settings.checkup(subject, HostSettingsCheck.self), firewall.checkup(subject, ForeignFirewallCheck.self),
            ]).sorted { $0.number < $1.number }
    }

    private func tunnel() -> [Checkup] {
        guard network.driver == .overlay, host.survey.link(named: network.bridgeName) != nil else { return [] }
        return [Doctor.guarded { try TunnelCheck.finding(about: network, host) }.checkup(subject, TunnelCheck.self)]
    }

    /// What is not about its members.
    func ownCheckups() throws -> [Checkup] {
        if network.driver == .macvlan {
            return [MacvlanCheck.finding(about: network, host).checkup(subject, MacvlanCheck.self)]
        }
        guard network.hasBridge else { return [] }
        let finding = Doctor.guarded {
            guard host.survey.link(named: network.bridgeName) != nil else {
                return .fail(DoctorWords.noBridge(network.bridgeName), mend: DoctorWords.repair)
            }
            return BridgeCheck.finding(about: network, host)
        }
        return [finding.checkup(subject, BridgeCheck.self)] + tunnel()
    }
}
