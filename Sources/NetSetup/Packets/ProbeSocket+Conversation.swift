import CShim
import Namespaces
import SystemPackage

extension ProbeSocket {
    /// Begins a connection, and waits for what comes of it.
    public func connect(milliseconds: Int) -> ConnectionAttempt.Outcome {
        if let error = send() { return .refused(error) }
        guard wait(for: POLLOUT, until: .after(seconds: Double(milliseconds) / 1000)) else { return .silence }
        return failure().map(ConnectionAttempt.Outcome.refused) ?? .accepted
    }

    /// Sends a datagram, and waits for an answer.
    public func ask(milliseconds: Int) -> ConnectionAttempt.Outcome {
        if let error = send() { return .refused(error) }
        guard wait(for: POLLIN, until: .after(seconds: Double(milliseconds) / 1000)) else { return .silence }
        return failure().map(ConnectionAttempt.Outcome.refused) ?? .accepted
    }

    /// Sends a request over a connection that is established, and reads until the other side is done, or says no more.
    public func exchange(_ request: [UInt8], milliseconds: Int, longest: Int = 1 << 16) -> [UInt8] {
        guard CShim.send(descriptor, request, request.count, CInt(MSG_NOSIGNAL)) == request.count else { return [] }
        let end = Moment.after(seconds: Double(milliseconds) / 1000)
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while answer.count < longest, wait(for: POLLIN, until: end) {
            let count = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return answer
    }

    private func wait(for event: CInt, until end: Moment) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        while true {
            let count = poll(&watched, 1, Moment.milliseconds(until: end))
            if count > 0 { return true }
            if count == 0 || Errno.current != .interrupted { return false }
        }
    }
}
