import CShim
import Namespaces
import SystemPackage

/// One query to one upstream server by UDP or TCP: a socket of its own, and so a source port that nobody can know beforehand.
///
/// The socket is connected, so the kernel passes on only what comes from that server's address and port.
final class UpstreamAttempt {
    enum News: Equatable {
        /// Nothing yet.
        case nothing
        /// A whole answer, with the query's own id.
        case answer([UInt8])
        /// The server refuses, or is not there.
        case failed
    }

    /// Which of the servers it is.
    let server: Int
    let isStream: Bool
    private let socket: OwnedDescriptor
    private let question: DNSQuestion
    private let id: UInt16
    private let askedID: UInt16
    private var unsent: ArraySlice<UInt8>
    private var received: [UInt8] = []

    /// Sends the query, or begins to; nil when the server cannot be reached at all.
    init?(_ query: [UInt8], _ question: DNSQuestion, to address: NameServer, number: Int, isStream: Bool) {
        guard let header = DNSHeader(query) else { return nil }
        let kind = isStream ? SOCK_STREAM : SOCK_DGRAM
        let descriptor = CShim.socket(
            address.address.family.rawValue, CInt(kind.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        socket = OwnedDescriptor(owning: descriptor)
        server = number
        self.isStream = isStream
        self.question = question
        askedID = header.id
        id = .random(in: 0...UInt16.max)
        var own = query
        own[0] = UInt8(id >> 8)
        own[1] = UInt8(id & 0xff)
        unsent = (isStream ? [UInt8(own.count >> 8), UInt8(own.count & 0xff)] : []) + own[...]
        let scope = address.zone.map { if_nametoindex($0) } ?? 0
        let failed =
            minirun_connect(
                descriptor, address.address.family.rawValue, address.address.bytes, address.port, scope) != 0
        if failed && !(isStream && Errno.current == Errno(rawValue: EINPROGRESS)) { return nil }
        if !isStream && !send() { return nil }
    }

    var interest: pollfd {
        pollfd(fd: socket.rawValue, events: Int16(unsent.isEmpty ? POLLIN : POLLOUT), revents: 0)
    }

    /// Goes on after poll(2).
    func serve(_ events: Int16) -> News {
        guard events != 0 else { return .nothing }
        if !unsent.isEmpty { return send() ? .nothing : .failed }
        return isStream ? receiveStream() : receiveDatagrams()
    }

    private func send() -> Bool {
        let count = unsent.withUnsafeBytes { CShim.send(socket.rawValue, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
        if count < 0 {
            let error = Errno.current
            return error == .wouldBlock || error == .interrupted
        }
        unsent = unsent.dropFirst(count)
        return true
    }

    /// What is no answer to this query is passed over, for anybody may send it; so many a turn.
    private func receiveDatagrams() -> News {
        var buffer = [UInt8](repeating: 0, count: 65535)
        for _ in 0..<16 {
            let count = recv(socket.rawValue, &buffer, buffer.count, 0)
            guard count >= 0 else {
                let error = Errno.current
                return error == .wouldBlock || error == .interrupted ? .nothing : .failed
            }
            if let answer = accept(Array(buffer[..<count])) { return .answer(answer) }
        }
        return .nothing
    }

    private func receiveStream() -> News {
        var buffer = [UInt8](repeating: 0, count: 16384)
        let count = recv(socket.rawValue, &buffer, buffer.count, 0)
        guard count > 0 else {
            let error = Errno.current
            return count < 0 && (error == .wouldBlock || error == .interrupted) ? .nothing : .failed
        }
        received += buffer[..<count]
        guard received.count >= 2 else { return .nothing }
        let length = Int(received[0]) << 8 | Int(received[1])
        guard received.count >= 2 + length else { return .nothing }
        return accept(Array(received[2..<2 + length])).map(News.answer) ?? .failed
    }

    /// The answer under the asker's id, if it is one to this query.
    private func accept(_ bytes: [UInt8]) -> [UInt8]? {
        guard let (header, answered) = try? DNSMessage.beginning(bytes), header.isResponse, header.id == id,
            header.opcode == 0
        else { return nil }
        if let answered {
            guard answered.isSame(as: question) else { return nil }
        } else {
            // Some complain without a question.
            guard header.code.isFailure else { return nil }
        }
        var bytes = bytes
        bytes[0] = UInt8(askedID >> 8)
        bytes[1] = UInt8(askedID & 0xff)
        return bytes
    }
}

extension DNSCode {
    /// Whether it tells of the server and not of the name: another one may know better.
    var isFailure: Bool { [.malformed, .failure, .notImplemented, .refused].contains(self) }
}
