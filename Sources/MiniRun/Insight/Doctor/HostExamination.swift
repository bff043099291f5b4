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
        let others = [
            try Doctor.guardedNames(host),
            Doctor.guarded { try NamespaceNamesCheck.finding(host.names.get()) }.checkup(
                Self.subject, NamespaceNamesCheck.self),
        ]
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

    private func table() throws -> Finding {
        PublishedCheck.fault(try EnsureFirewall.condition(NetlinkSocket(.netfilter))) ?? .pass(DoctorWords.wholeTable)
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
