import Namespaces
import NetSetup

/// Has another process of the host the port?
struct ForeignSocketCheck: Check {
    static let number = 12
    static let id = "occupied"
    static let title = "Has no other process of the host bound the port?"

    func look(at patient: Patient) throws -> Finding {
        guard let publisher = patient.publisher, !patient.publications.isEmpty, publisher.isBridged else {
            return .skip(DoctorWords.publishesNothing)
        }
        let sockets = try NetlinkSocket(.socketDiagnostics)
        for publication in patient.reserved where publication.container.transport != .sctp {
            if let stranger = try publication.strangers(by: sockets).first { return Self.failure(stranger) }
        }
        let ports = patient.hostPorts
        return .pass(Phrase("no other process has \(ports)", "没有其他进程占用 \(ports)"))
    }

    static func failure(_ socket: BoundSocket) -> Finding {
        let owner = SocketOwner(of: socket.inode)
        let place = "\(socket.address.bracketed):\(socket.port)/\(socket.transport.rawValue)"
        return .fail(
            Phrase(
                "\(place) is bound by \(owner?.description ?? "another process")",
                "\(place) 已被 \(owner?.description ?? "其他进程") 绑定"),
            mend: .verbatim(owner.map { "kill \($0.process)" } ?? "ss -lnp '( sport = \(socket.port) )'"))
    }
}
