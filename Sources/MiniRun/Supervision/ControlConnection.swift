import CShim
import Namespaces
import SystemPackage

/// One end of the talk between a supervisor and a client; see ``ControlMessage``.
final class ControlConnection {
    private var socket: OwnedDescriptorBox?

    /// To be polled; -1 once closed. Borrowed.
    var descriptor: CInt { socket?.number ?? -1 }

    /// Takes a connected socket.
    init(owning socket: consuming OwnedDescriptor) { self.socket = OwnedDescriptorBox(socket) }

    /// Ends the talk.
    func close() { socket = nil }

    /// Both ends of a new connection. Throws `KernelError`.
    static func pair() throws(KernelError) -> (ControlConnection, ControlConnection) {
        var ends: [CInt] = [-1, -1]
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw KernelError.current("make a control connection") }
        return (
            ControlConnection(owning: OwnedDescriptor(owning: ends[0])),
            ControlConnection(owning: OwnedDescriptor(owning: ends[1]))
        )
    }

    /// Connects to a supervisor by its socket's path; nil when nobody listens there. Throws `KernelError`.
    static func to(_ path: FilePath) throws(KernelError) -> ControlConnection? {
        let number = minirun_connect_local(path.string)
        if number >= 0 { return ControlConnection(owning: OwnedDescriptor(owning: number)) }
        let errno = Errno(rawValue: -number)
        if errno == .noSuchFileOrDirectory || errno == .connectionRefused { return nil }
        throw KernelError("talk to the supervisor at \(path)", errno)
    }

    private static let kind = CInt(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)

    /// What an attempt to send or receive came to.
    enum Attempt {
        case done
        case wouldBlock
        case gone
    }

    /// Sends a packet without waiting.
    func trySend(_ packet: [UInt8]) -> Attempt {
        while true {
            let count = packet.withUnsafeBytes {
                CShim.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count >= 0 { return .done }
            switch Errno.current {
            case .interrupted: continue
            case .wouldBlock, .noBufferSpace: return .wouldBlock
            default: return .gone
            }
        }
    }

    /// Sends a message, however long that takes; false when the other side is gone.
    @discardableResult
    func send(_ message: ControlMessage) -> Bool {
        let packet = message.bytes
        while true {
            switch trySend(packet) {
            case .done: return true
            case .gone: return false
            case .wouldBlock:
                var writable = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&writable, 1, -1)
            }
        }
    }

    /// Receives one message: nil with `isGone` false when there is none yet. With `waits` it waits for one.
    func receive(waits: Bool) -> (message: ControlMessage?, isGone: Bool) {
        var packet = [UInt8](repeating: 0, count: ControlMessage.chunk + 16)
        while true {
            let count = recv(descriptor, &packet, packet.count, waits ? 0 : CInt(MSG_DONTWAIT))
            if count > 0 {
                let message = ControlMessage(packet[..<count])
                if message == nil { continue }
                return (message, false)
            }
            if count == 0 { return (nil, true) }
            switch Errno.current {
            case .interrupted: continue
            case .wouldBlock: return (nil, false)
            default: return (nil, true)
            }
        }
    }
}
