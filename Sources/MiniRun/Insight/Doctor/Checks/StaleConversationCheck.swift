import Namespaces
import NetSetup

/// Does the kernel still send a UDP port's packets to somebody who had it before?
struct StaleConversationCheck: Check {
    static let number = 13
    static let id = "stale"
    static let title = "Does the kernel remember no conversation that leads elsewhere?"

    func look(at patient: Patient) throws -> Finding {
        let ports = patient.reserved.filter { $0.container.transport != .tcp }
        guard let publisher = patient.publisher, !ports.isEmpty else {
            return .skip(Phrase("it publishes no UDP port", "它没有发布 UDP 端口"))
        }
        let netfilter = try NetlinkSocket(.netfilter)
        var count = 0
        for publication in ports {
            let transport = publication.container.transport
            for answerer in try netfilter.conversations(transport, withPort: publication.hostPort) {
                count += 1
                // A process of the host comes by a guard address first.
                let guards = [publication.guardAddress4, publication.guardAddress6]
                guard !publisher.publicAddresses.contains(answerer), !guards.contains(answerer) else { continue }
                let port = "\(publication.hostPort)/\(transport.rawValue)"
                return .fail(
                    Phrase("a conversation with \(port) still goes to \(answerer)", "\(port) 的一个旧会话仍然通往 \(answerer)"),
                    mend: .verbatim(
                        "conntrack -D -p \(transport.rawValue) --orig-port-dst \(publication.hostPort)"))
            }
        }
        return .pass(Phrase("\(count) conversations, all with the container", "\(count) 个会话，都通往该容器"))
    }
}
