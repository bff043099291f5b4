import CShim
import Namespaces
import SystemPackage

/// Tries to connect by TCP, as a client would, and closes at once.
public struct ConnectionAttempt: Sendable, Hashable {
    /// The server.
    public var address: IPAddress
    /// Its port.
    public var port: UInt16

    /// Names the server.
    public init(_ address: IPAddress, _ port: UInt16) {
        self.address = address
        self.port = port
    }

    /// What came of it.
    public enum Outcome: Sendable, Hashable {
        /// Somebody took the connection.
        case accepted
        /// The kernel's reason.
        case refused(Errno)
        /// Nobody said anything in time.
        case silence
    }

    /// Makes all attempts at once, from this process's network namespace, and waits for so long at most.
    public static func outcomes(
        of attempts: [ConnectionAttempt], milliseconds: Int
    ) -> [ConnectionAttempt: Outcome] {
        var found: [ConnectionAttempt: Outcome] = [:]
        var waiting: [(attempt: ConnectionAttempt, socket: CInt)] = []
        defer { for entry in waiting { close(entry.socket) } }
        for attempt in attempts {
            let number = socket(
                attempt.address.family.rawValue,
                CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
            guard number >= 0 else {
                found[attempt] = .refused(.current)
                continue
            }
            waiting.append((attempt, number))
            let family = attempt.address.family.rawValue
            if minirun_connect(number, family, attempt.address.bytes, attempt.port, 0) != 0 {
                let error = Errno.current
                if error != Errno(rawValue: EINPROGRESS) { found[attempt] = .refused(error) }
            } else {
                found[attempt] = .accepted
            }
        }
        let end = Moment.after(seconds: Double(milliseconds) / 1000)
        while found.count < attempts.count, !end.hasCome {
            let open = waiting.filter { found[$0.attempt] == nil }
            guard !open.isEmpty else { break }
            var watched = open.map { pollfd(fd: $0.socket, events: Int16(POLLOUT), revents: 0) }
            guard poll(&watched, nfds_t(watched.count), Moment.milliseconds(until: end)) > 0 else { continue }
            for (entry, result) in zip(open, watched) where result.revents != 0 {
                found[entry.attempt] = Errno.pending(on: entry.socket).map(Outcome.refused) ?? .accepted
            }
        }
        for attempt in attempts where found[attempt] == nil { found[attempt] = .silence }
        return found
    }
}
