import Namespaces
import NetSetup

/// Is the server too busy to take connections?
struct BacklogCheck: Check {
    static let number = 19
    static let id = "backlog"
    static let title = "Does the server take the connections that come?"

    func look(at patient: Patient) throws -> Finding {
        let servers = try patient.sockets(.tcp).filter { !$0.address.isLoopback }
        guard !servers.isEmpty else { return .skip(Phrase("nobody listens inside", "容器内没有监听的套接字")) }
        // One more than the backlog fits in.
        if let full = servers.first(where: { $0.waiting > 0 && $0.waiting >= $0.backlog }) {
            return .fail(
                Phrase(
                    "at port \(full.port) \(full.waiting) connections wait to be taken, and no more than "
                        + "\(full.backlog) may",
                    "端口 \(full.port) 有 \(full.waiting) 个连接等待 accept，而队列最多只容 \(full.backlog) 个"),
                mend: patient.logs)
        }
        let waiting = servers.map(\.waiting).reduce(0, +)
        return .pass(
            Phrase(
                "listening sockets: \(servers.count), connections that wait: \(waiting)",
                "\(servers.count) 个监听套接字，\(waiting) 个连接在等待"))
    }
}
