import CShim
import Namespaces
import SystemPackage

/// Where an answer goes.
enum NameAsker {
    /// Back to a UDP socket.
    case datagram(sockaddr_in)
    /// Into a TCP connection.
    case stream(NameConnection)

    var isStream: Bool { if case .stream = self { true } else { false } }
}

/// A TCP connection of somebody who asks: messages behind their lengths (RFC 1035, section 4.2.2; RFC 7766), several at a
/// time, each answered when its answer is known.
final class NameConnection {
    private let socket: OwnedDescriptor
    private var input: [UInt8] = []
    private var output: [UInt8] = []
    private var hasEnded = false
    /// Questions whose answers are still to come.
    private(set) var pending = 0
    private(set) var isGone = false
    /// When it is closed, if nothing is said until then.
    private(set) var deadline = Moment.after(seconds: NameConnection.patience)

    /// In seconds. RFC 7766 asks for some; a resolver that has its answer is done with the connection.
    private static let patience = 10.0
    /// More than this waits in the client's own buffers.
    private static let outputLimit = 1 << 18
    private static let pendingLimit = 16
    private static let inputLimit = 2 + 65535
    /// The header of a message (RFC 1035, section 4.1.1): nothing shorter is one.
    private static let shortest = 12

    init(owning descriptor: CInt) { socket = OwnedDescriptor(owning: descriptor) }

    /// One message of the greatest length fits, so what is beyond has to be taken first.
    private var hears: Bool {
        !hasEnded && output.count < Self.outputLimit && pending < Self.pendingLimit && input.count < Self.inputLimit
    }

    var interest: pollfd {
        let events = (hears ? POLLIN : 0) | (output.isEmpty ? 0 : POLLOUT)
        return pollfd(fd: socket.rawValue, events: Int16(events), revents: 0)
    }

    /// Goes on after poll(2); then `next` gives what has come.
    func serve(_ events: Int16) {
        if events & Int16(POLLOUT) != 0 { flush() }
        if events & Int16(POLLIN | POLLHUP | POLLERR) != 0 { receive() }
        if deadline.hasCome { isGone = true }
        finishIfSilent()
    }

    /// The next message that has come whole, to be answered by one `answer`; nil for none, or while too many wait.
    func next() -> [UInt8]? {
        guard input.count >= 2, pending < Self.pendingLimit else { return nil }
        let length = Int(input[0]) << 8 | Int(input[1])
        guard length >= Self.shortest else {
            isGone = true
            return nil
        }
        guard input.count >= 2 + length else { return nil }
        defer { input.removeFirst(2 + length) }
        pending += 1
        return Array(input[2..<2 + length])
    }

    /// Takes an answer; empty when there is none to give.
    func answer(_ message: [UInt8]) {
        pending -= 1
        if !message.isEmpty { output += [UInt8(message.count >> 8), UInt8(message.count & 0xff)] + message }
        flush()
        finishIfSilent()
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(socket.rawValue, &buffer, buffer.count, 0)
        guard count > 0 else {
            let error = Errno.current
            if count == 0 { hasEnded = true } else if error != .wouldBlock && error != .interrupted { isGone = true }
            return
        }
        input += buffer[..<count]
        deadline = .after(seconds: Self.patience)
    }

    private func flush() {
        guard !output.isEmpty else { return }
        let count = output.withUnsafeBytes { send(socket.rawValue, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
        guard count >= 0 else {
            let error = Errno.current
            if error != .wouldBlock && error != .interrupted { isGone = true }
            return
        }
        output.removeFirst(count)
        if count > 0 { deadline = .after(seconds: Self.patience) }
    }

    /// Whoever has said that no more will come, and has heard everything, is done.
    private func finishIfSilent() {
        let hasQuestion = input.count >= 2 && input.count >= 2 + Int(input[0]) << 8 + Int(input[1])
        if hasEnded && pending == 0 && output.isEmpty && !hasQuestion { isGone = true }
    }
}
