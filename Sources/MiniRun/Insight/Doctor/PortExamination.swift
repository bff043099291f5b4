import Namespaces
import NetSetup

/// A host port: whose is it, and does it lead there?
struct PortExamination {
    let host: InspectedHost
    let port: ContainerPort

    init(_ host: InspectedHost, _ port: ContainerPort) {
        self.host = host
        self.port = port
    }

    func checkups() throws -> [Checkup] {
        let owner = host.running.first { container in
            container.record.network.publisher != nil
                && container.record.publications.contains {
                    $0.hostPort == port.number && $0.container.transport == port.transport
                }
        }
        if let owner { return Doctor(host.paths).examine(Patient(host, owner, port: port)) }
        let subject = Phrase("port \(port)", "端口 \(port)")
        let occupied = Doctor.guarded {
            let sockets = try NetlinkSocket(.socketDiagnostics).boundSockets(port.transport)
            guard let socket = sockets.first(where: { $0.port == port.number }) else {
                return .pass(Phrase("no process has it", "没有进程占用它"))
            }
            return ForeignSocketCheck.failure(socket)
        }
        let redirected = Doctor.guarded {
            let ruleset = try ForeignRuleset(by: NetlinkSocket(.netfilter))
            return try EarlierRedirectionCheck.finding(port.number, port.transport, ruleset)
                ?? .pass(Phrase("nobody redirects it", "没有规则重定向它"))
        }
        let published = Finding.fail(
            Phrase("no running container publishes it", "没有运行中的容器发布它"),
            mend: .verbatim("minirun publish CONTAINER \(port.number):PORT/\(port.transport.rawValue)"))
        return [
            published.checkup(subject, PublishedCheck.self), redirected.checkup(subject, EarlierRedirectionCheck.self),
            occupied.checkup(subject, ForeignSocketCheck.self),
        ]
    }
}
