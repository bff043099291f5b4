import Namespaces
import NetSetup

/// Is the port really published, and does it answer?
struct PublishedCheck: Check {
    static let number = 9
    static let id = "published"
    static let title = "Has the firewall what it takes, is the port held, and does it answer?"

    func look(at patient: Patient) throws -> Finding {
        guard !patient.bridged.isEmpty else { return .skip(DoctorWords.onNoBridge) }
        let netfilter = try NetlinkSocket(.netfilter)
        if let fault = Self.fault(try EnsureFirewall.condition(netfilter)) { return fault }
        for network in patient.bridged.compactMap(patient.networkRecord) {
            let faults = try AdmitNetwork(network.policy(patient.host.route)).faults(by: netfilter)
            if let fault = faults.first { return Self.failure(fault) }
        }
        guard let publisher = patient.publisher, !patient.publications.isEmpty else {
            return .pass(
                Phrase(
                    "table inet \(FirewallTable.name) knows its networks; it publishes no port",
                    "表 inet \(FirewallTable.name) 认识它的网络；它没有发布端口"))
        }
        if let fault = try PublishPorts(patient.publications, to: publisher).faults(by: netfilter).first {
            return Self.failure(fault)
        }
        let sockets = try NetlinkSocket(.socketDiagnostics)
        for publication in patient.reserved where !publication.isHeld(by: sockets) {
            if try !publication.strangers(by: sockets).isEmpty {
                return .skip(Phrase("another process has the port: see below", "端口被其他进程占用：见下文"))
            }
            let port = "\(publication.hostPort)/\(publication.container.transport.rawValue)"
            return .fail(
                Phrase("no process of minirun holds \(port)", "没有 minirun 的进程占用 \(port)"),
                mend: .verbatim("minirun stop \(patient.name.shellQuoted) && minirun start \(patient.name.shellQuoted)")
            )
        }
        let count = patient.reserved.count
        return .pass(
            Phrase("elements are in force, host ports held: \(count)", "元素均已生效，占用了 \(count) 个主机端口"))
    }

    /// What is wrong with the table itself.
    static func fault(_ condition: EnsureFirewall.Condition) -> Finding? {
        switch condition {
        case .whole: nil
        case .missing: .fail(DoctorWords.noTable, mend: DoctorWords.repair)
        case .damaged(_, let rules): .fail(DoctorWords.damagedTable(rules), mend: DoctorWords.repair)
        case .extended(let rules):
            .fail(
                DoctorWords.addedRules(rules),
                mend: .verbatim(rules.flatMap { RemoveAddedRule($0).explanation.shell }.joined(separator: "; ")))
        }
    }

    private static func failure(_ fault: FirewallFault) -> Finding {
        .fail(
            Phrase(
                "in \(fault.set) of table inet \(FirewallTable.name) is \(fault.found), should be \(fault.expected)",
                Phrase.spaced(
                    "表 inet \(FirewallTable.name) 的 \(fault.set) 中现为", Phrase.value(fault.found).chinese, "，应为",
                    Phrase.value(fault.expected).chinese)),
            mend: .verbatim("nft \(fault.command.shellQuoted)"))
    }

    func probe(_ patient: Patient) throws -> Finding? {
        let outcomes = patient.connections()
        // Where rules of others can be to blame, they are.
        guard try ForeignFirewallCheck().probe(patient) == nil else { return nil }
        var answered: [String] = []
        for publication in patient.reserved where publication.container.transport == .tcp {
            let attempt = Patient.attempt(publication)
            let port = "\(attempt.address.bracketed):\(attempt.port)"
            switch outcomes[attempt] {
            case .accepted?: answered.append(port)
            case .refused(let error)?:
                return .fail(
                    Phrase(
                        "a connection to \(port) is refused: \(KernelError.words(error))",
                        "到 \(port) 的连接被拒绝：\(KernelError.words(error))"),
                    mend: patient.logs)
            case .silence?, nil:
                return .fail(
                    Phrase("a connection to \(port) gets no answer", "到 \(port) 的连接没有应答"), mend: patient.logs)
            }
        }
        let list = answered.joined(separator: ", ")
        return answered.isEmpty ? nil : .pass(Phrase("\(list) answers", "\(list) 有应答"))
    }
}

extension Publication {
    /// Sockets of other processes at the host port. Throws `NetlinkError`, also when we may not see whose they are.
    func strangers(by sockets: NetlinkSocket) throws -> [BoundSocket] {
        let found = try sockets.boundSockets(container.transport).filter { $0.port == hostPort }
        guard found.allSatisfy({ $0.mark != nil }) else {
            throw NetlinkError("see the marks of sockets", .notPermitted)
        }
        return found.filter { !$0.isReservation && $0.takes(hostAddress) }
    }
}
