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
            ] + tunnels(besides: networks)
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
    private func tunnels(besides networks: [NetworkRecord]) -> [Checkup] {
        let own = networks.filter { $0.driver == .overlay }.map(OverlayOptions.portName)
        let ports = host.survey.links.filter { $0.kind == "vxlan" && $0.isUp }.map(\.name).filter { !own.contains($0) }
        guard !ports.isEmpty else { return [] }
        return [
            Doctor.guarded { try TunnelCheck.finding(aboutForeign: ports, host) }.checkup(
                Self.subject, TunnelCheck.self)
        ]
    }

    private func table() throws -> Finding {
        if let fault = PublishedCheck.fault(try EnsureFirewall.condition(NetlinkSocket(.netfilter))) { return fault }
        let stray = try host.strayPorts()
        guard let first = stray.first else { return .pass(DoctorWords.wholeTable) }
        return .fail(
            Phrase(
                "in \(first.set) of table inet \(FirewallTable.name) is \(first.text), which no container has published",
                "表 inet \(FirewallTable.name) 的 \(first.set) 中有 \(first.text)，没有容器发布过它"),
            mend: .verbatim(stray.map(\.shell).joined(separator: "; ")))
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
