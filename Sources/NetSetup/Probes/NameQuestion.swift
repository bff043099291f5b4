import CShim
import Namespaces

/// Asks name servers one question by UDP, all at once, and tells who answered and how.
public struct NameQuestion: Sendable {
    /// What is asked for.
    public var name: DNSName
    /// `DNSType.a` and its like.
    public var type: UInt16

    /// Describes a question; nil for what is no name.
    public init?(_ name: String, type: UInt16 = DNSType.a) {
        guard let name = name == "." ? .root : DNSName(name) else { return nil }
        self.name = name
        self.type = type
    }

    /// The answers of those servers that gave one in time; asked in a network namespace, or with nil in this process's.
    public func ask(
        _ servers: [NameServer], in namespace: CInt? = nil, milliseconds: Int
    ) throws -> [NameServer: DNSMessage] {
        var waiting: [(server: NameServer, socket: CInt)] = []
        defer { for entry in waiting { close(entry.socket) } }
        let query = DNSMessage(
            DNSHeader(id: UInt16.random(in: 1...65535), flags: 0x0100), DNSQuestion(name, type: type))
        let bytes = query.encoded()
        for server in servers {
            let kind = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let family = server.address.family.rawValue
            let number =
                if let namespace { try NetworkVisit.run(in: namespace) { socket(family, kind, 0) } } else {
                    socket(family, kind, 0)
                }
            guard number >= 0 else { continue }
            waiting.append((server, number))
            let scope = server.zone.map { if_nametoindex($0) } ?? 0
            guard minirun_connect(number, family, server.address.bytes, server.port, scope) == 0 else { continue }
            _ = send(number, bytes, bytes.count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
        }
        var answers: [NameServer: DNSMessage] = [:]
        var open = waiting
        var buffer = [UInt8](repeating: 0, count: 4096)
        let end = Moment.after(seconds: Double(milliseconds) / 1000)
        while !open.isEmpty, !end.hasCome {
            var watched = open.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
            guard poll(&watched, nfds_t(watched.count), Moment.milliseconds(until: end)) > 0 else { continue }
            for (entry, result) in zip(open, watched) where result.revents != 0 {
                open.removeAll { $0.socket == entry.socket }
                let count = recv(entry.socket, &buffer, buffer.count, CInt(MSG_DONTWAIT))
                if count > 0, let message = try? DNSMessage(Array(buffer[..<count])),
                    message.header.id == query.header.id
                {
                    answers[entry.server] = message
                }
            }
        }
        return answers
    }
}
