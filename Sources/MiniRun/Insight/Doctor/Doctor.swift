import Namespaces
import NetSetup

/// `doctor`: why can a container not be reached, or reach nobody? Looks at everything on a packet's way.
public struct Doctor {
    private let paths: StatePaths

    /// For the containers and networks of these places.
    public init(_ paths: StatePaths) { self.paths = paths }

    /// All checks, in the order of a packet's way.
    static let checks: [any Check.Type] = [
        RunsCheck.self, ListensCheck.self, TransportCheck.self, InterfaceCheck.self, RouteCheck.self, CableCheck.self,
        BridgeCheck.self, HostSettingsCheck.self, PublishedCheck.self, ForeignFirewallCheck.self,
        EarlierRedirectionCheck.self, ForeignSocketCheck.self, StaleConversationCheck.self, HairpinCheck.self,
        PacketSizeCheck.self, NamesCheck.self, MacvlanCheck.self, IPv6Check.self, BacklogCheck.self,
        NamespaceNamesCheck.self, TunnelCheck.self,
    ]

    /// Looks at a container, a host port (`8080`, `8080/udp`), a network, or without a word at everything. Throws
    /// `UsageError` for what is none of these.
    public func examine(_ word: String?) throws -> [Checkup] {
        try Privilege.check("doctor needs root, to look into containers")
        let host = try host()
        guard let word else { return try everything(host) }
        let port = try? ContainerPort(parsing: word)
        do { return examine(Patient(host, try host.store.find(word))) } catch let missing as NoSuchContainer {
            if let port { return try PortExamination(host, port).checkups() }
            let networks = try host.allNetworks()
            if let network = networks.first(where: { $0.name == word }) ?? (try? host.networks.find(word)) {
                return try NetworkExamination(host, network).checkups()
            }
            throw UsageError("\(missing.reference.goQuoted) is no container, no network and no port")
        }
    }

    /// What we may look at. Where that is nothing, the exit code says so.
    private func host() throws -> InspectedHost {
        do { return try InspectedHost(paths) } catch  where Self.isRefusal(error) {
            throw RunFailure(exitCode: 2, "\(error)")
        }
    }

    /// All checks about one container.
    func examine(_ patient: Patient) -> [Checkup] { ContainerExamination.checkups(of: [patient]).flatMap(\.self) }

    /// What we may not look at is no fault.
    static func guarded(_ look: () throws -> Finding) -> Finding {
        do { return try look() } catch {
            return isRefusal(error) ? .blind(.verbatim("\(error)")) : .skip(.verbatim("\(error)"))
        }
    }

    /// Whether somebody with more rights could have done it.
    private static func isRefusal(_ error: any Error) -> Bool {
        let errno = (error as? NetlinkError)?.errno ?? (error as? KernelError)?.errno
        return errno == .notPermitted || errno == .permissionDenied
    }

    private func everything(_ host: InspectedHost) throws -> [Checkup] {
        let shared =
            try HostExamination(host).checkups()
            + host.allNetworks().flatMap { try NetworkExamination(host, $0).ownCheckups() }
        return shared
            + stride(from: 0, to: host.running.count, by: Self.together).flatMap { start in
                let some = host.running.dropFirst(start).prefix(Self.together)
                return ContainerExamination.checkups(of: some.map { Patient(host, $0) }).flatMap {
                    summary($0, besides: shared)
                }
            }
    }

    /// How many containers are looked at side by side: each takes a few descriptors, of which there are 1024 by default.
    private static let together = 64

    /// Of a container in order one line, of another one what is wrong and was not said before of the host or a network.
    private func summary(_ checkups: [Checkup], besides shared: [Checkup]) -> [Checkup] {
        let bad = checkups.filter { $0.result == .fail || $0.isBlind }
        guard bad.isEmpty, let first = checkups.first else {
            return bad.filter { one in !shared.contains { $0.isSame(as: one) } }
        }
        let passed = checkups.count { $0.result == .pass }
        return [
            Checkup(
                subject: first.subject, number: 0, id: "summary", title: "All in order?", result: .pass,
                evidence: DoctorWords.summary(passed: passed, skipped: checkups.count - passed))
        ]
    }

    /// 0 when nothing is wrong, 1 when something is, 2 when we could not look everywhere.
    public static func exitCode(_ checkups: [Checkup]) -> Int32 {
        if checkups.contains(where: { $0.result == .fail }) { return 1 }
        return checkups.contains(where: \.isBlind) ? 2 : 0
    }

    /// For people.
    public static func text(_ checkups: [Checkup]) -> String {
        var lines: [String] = []
        var subject: Phrase?
        for checkup in checkups {
            if checkup.subject != subject { lines.append("\(checkup.subject)") }
            subject = checkup.subject
            let number = checkup.number == 0 ? "  " : checkup.number < 10 ? " \(checkup.number)" : "\(checkup.number)"
            let name = checkup.id + String(repeating: " ", count: max(0, 12 - checkup.id.count))
            lines.append("  \(number) \(checkup.result.rawValue) \(name) \(checkup.evidence)".printable)
            if let mend = checkup.mend { lines.append("          \(DoctorWords.mend(mend))".printable) }
        }
        return lines.joined(separator: "\n")
    }

    /// For programs.
    public static func json(_ checkups: [Checkup]) -> JSONValue { .array(checkups.map(\.json)) }
}
