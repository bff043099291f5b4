import Namespaces
import NetSetup

extension Publication {
    /// The sockets at the port inside that an address leads to.
    fileprivate func listeners(_ patient: Patient, _ transport: TransportProtocol) throws -> [BoundSocket] {
        try patient.sockets(transport).filter { $0.port == container.number }
    }

    /// The addresses that it leads to.
    fileprivate func targets(_ patient: Patient) -> [IPAddress] {
        patient.publisher?.publicAddresses.filter { address in
            hostAddress.map { $0.family == address.family } ?? true
        } ?? []
    }

    /// Whether the port's other protocol has a server where this one has none.
    fileprivate func isOfOtherTransport(_ patient: Patient) throws -> TransportProtocol? {
        guard try listeners(patient, container.transport).isEmpty else { return nil }
        let other: TransportProtocol = container.transport == .udp ? .tcp : .udp
        return try listeners(patient, other).isEmpty ? nil : other
    }
}

/// Does a server listen where published ports lead? The most frequent reason why none answers: it listens on 127.0.0.1.
struct ListensCheck: Check {
    static let number = 2
    static let id = "listens"
    static let title = "Does a server listen on the container's port, and for everybody?"

    func look(at patient: Patient) throws -> Finding {
        guard !patient.publications.isEmpty, patient.publisher != nil else {
            return .skip(DoctorWords.publishesNothing)
        }
        var seen: [String] = []
        for publication in patient.publications {
            let port = publication.container
            // SCTP servers are shown by few kernels.
            guard port.transport != .sctp, try publication.isOfOtherTransport(patient) == nil else { continue }
            let all = try publication.listeners(patient, port.transport)
            let targets = publication.targets(patient)
            let fit = all.filter { socket in targets.contains { socket.takes($0) } }
            guard let first = fit.first else {
                guard let wrong = all.first else {
                    return .fail(
                        Phrase("nobody listens on \(port) inside", "容器内没有进程监听 \(port)"), mend: patient.logs)
                }
                let (place, isOwn) = (wrong.address.bracketed, wrong.address.isLoopback)
                return .fail(
                    Phrase(
                        "on \(port) somebody listens at \(place) alone, "
                            + (isOwn ? "which only the container itself reaches" : "which it is not"),
                        "\(port) 只在 \(place) 上监听，" + (isOwn ? "只有容器自己能到达" : "而这不是容器的地址")),
                    mend: Phrase(
                        "tell the server to listen on 0.0.0.0, not on \(wrong.address)",
                        "让服务器监听 0.0.0.0，而不是 \(wrong.address)"))
            }
            seen.append("\(first.address.bracketed):\(port)")
        }
        guard !seen.isEmpty else { return .skip(Phrase("see the next check", "见下一项检查")) }
        let list = seen.joined(separator: ", ")
        return .pass(Phrase("listening: \(list)", "正在监听：\(list)"))
    }
}

/// Is it tcp that is published where tcp is spoken?
struct TransportCheck: Check {
    static let number = 3
    static let id = "protocol"
    static let title = "Is the port published for the protocol that the server speaks?"

    func look(at patient: Patient) throws -> Finding {
        guard !patient.publications.isEmpty, patient.publisher != nil else {
            return .skip(DoctorWords.publishesNothing)
        }
        for publication in patient.publications where publication.container.transport != .sctp {
            let port = publication.container
            guard let other = try publication.isOfOtherTransport(patient) else { continue }
            let right = "\(publication.hostPort):\(port.number)/\(other.rawValue)"
            return .fail(
                Phrase(
                    "\(port) is published, and the server at port \(port.number) speaks \(other.rawValue)",
                    "发布的是 \(port)，而端口 \(port.number) 上的服务器用的是 \(other.rawValue)"),
                mend: .verbatim(
                    "minirun publish \(patient.name.shellQuoted) \(right); "
                        + "minirun unpublish \(patient.name.shellQuoted) \(port)"))
        }
        return .pass(Phrase("no port is spoken at by the other protocol alone", "发布的端口与服务器的协议一致"))
    }
}
