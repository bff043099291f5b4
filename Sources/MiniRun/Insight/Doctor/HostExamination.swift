import CShim
import Namespaces
import NetSetup

/// What concerns all containers: `doctor` without a word.
struct HostExamination {
    let host: InspectedHost

    init(_ host: InspectedHost) { self.host = host }

    fileprivate static let subject = Deviation.Place.host.phrase

    func checkups() throws -> [Checkup] {
        let networks = try host.allNetworks().filter(\.hasBridge)
        let others =
            [
                try Doctor.guardedNames(host),
                Doctor.guarded { try NamespaceNamesCheck.finding(host.names.get()) }.checkup(
                    Self.subject, NamespaceNamesCheck.self),
            ] + (try tunnels())
        guard !networks.isEmpty else { return others }
        return [
            Doctor.guarded {
                networks.contains { !$0.isInternal }
                    ? HostSettingsCheck.finding(host, publishes: true)
                    : .skip(Phrase("no network has a way out", "没有通外网的网络"))
            }.checkup(Self.subject, HostSettingsCheck.self),
            Doctor.guarded(table).checkup(Self.subject, PublishedCheck.self),
            Doctor.guarded {
                let ruleset = try ForeignRuleset(by: NetlinkSocket(.netfilter))
                let bridges = networks.map { (name: $0.bridgeName, isInternal: $0.isInternal) }
                return ForeignFirewallCheck.policy(of: ruleset, bridges) ?? .pass(DoctorWords.noOtherDrops)
            }.checkup(Self.subject, ForeignFirewallCheck.self),
        ] + others
    }

    /// Those that others have made; of a network of ours they are its own.
    private func tunnels() throws -> [Checkup] {
        let own = try host.allNetworks().filter { $0.driver == .overlay }.map(OverlayOptions.portName)
        let ports = host.survey.links.filter { $0.kind == "vxlan" }.map(\.name).filter { !own.contains($0) }
        guard !ports.isEmpty else { return [] }
        return [Doctor.guarded { try TunnelCheck.finding(about: ports, host) }.checkup(Self.subject, TunnelCheck.self)]
    }

    private func table() throws -> Finding {
        if let fault = PublishedCheck.fault(try EnsureFirewall.condition(NetlinkSocket(.netfilter))) { return fault }
        guard let stray = try host.strayPorts() else { return .pass(DoctorWords.wholeTable) }
        let list = stray.ports.map { "\($0.hostPort)/\($0.transport.rawValue)" }.joined(separator: ", ")
        return .fail(
            Phrase("nobody has published \(list), and it leads into a container", "没有人发布过 \(list)，它却通向容器"),
            mend: .verbatim(stray.explanation.shell.joined(separator: "; ")))
    }
}

extension Doctor {
    /// The host's own name servers.
    fileprivate static func guardedNames(_ host: InspectedHost) throws -> Checkup {
        guarded {
            let servers = ResolverConfiguration(parsing: HostFiles.resolver ?? "").servers
            return try NamesCheck.upstream(servers)
        }.checkup(HostExamination.subject, NamesCheck.self)
    }
}
