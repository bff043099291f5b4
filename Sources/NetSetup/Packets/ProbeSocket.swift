import CShim
import Namespaces
import SystemPackage

/// A packet that is sent to see where it goes: the beginning of a TCP connection, a datagram, or a ping.
public final class ProbeSocket {
    /// What kind.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case tcp, udp, icmp

        /// As IP counts protocols.
        public func number(_ family: IPAddress.Family) -> UInt8 {
            switch self {
            case .tcp: 6
            case .udp: 17
            case .icmp: family == .v4 ? 1 : 58
            }
        }
    }

    private let socket: OwnedDescriptor
    private let kind: Kind
    private let address: IPAddress
    private let port: UInt16
    /// The port that it is sent from; of a ping the identifier.
    public let ownPort: UInt16

    /// Opens the socket in a namespace, held open, and binds its port; nothing is sent yet. Throws `KernelError`.
    public init(_ kind: Kind, to address: IPAddress, _ port: UInt16, in namespace: CInt) throws(KernelError) {
        self.kind = kind
        self.address = address
        self.port = port
        let type =
            switch kind {
            case .tcp: SOCK_STREAM
            case .udp: SOCK_DGRAM
            case .icmp: SOCK_RAW
            }
        let wish = minirun_socket_wish(
            family: address.family.rawValue, type: CInt(type.rawValue | SOCK_NONBLOCK.rawValue),
            protocol: kind == .icmp ? CInt(kind.number(address.family)) : 0)
        let opened = try OpenedSockets([wish], in: namespace)
        socket = try opened.take(0)
        if kind == .icmp {
            ownPort = .random(in: 1...UInt16.max)
            return
        }
        let none = IPAddress.unspecified(address.family).bytes
        guard minirun_bind(socket.rawValue, address.family.rawValue, none, 0) == 0 else {
            throw KernelError.current("bind the probe's port")
        }
        ownPort = UInt16(clamping: minirun_bound_port(socket.rawValue))
    }

    /// Readable or broken once there is an answer. Borrowed.
    public var descriptor: CInt { socket.rawValue }

    /// Sends it; nil when the kernel has taken it, else what it said. `scope` is the interface for link-local IPv6.
    public func send(scope: CInt = 0) -> Errno? {
        let result = minirun_connect(
            socket.rawValue, address.family.rawValue, address.bytes, kind == .icmp ? 0 : port, UInt32(scope))
        let error = Errno.current
        guard result == 0 || (kind == .tcp && error == .nowInProgress) else { return error }
        guard kind != .tcp else { return nil }
        let bytes = message()
        guard CShim.send(socket.rawValue, bytes, bytes.count, CInt(MSG_NOSIGNAL)) >= 0 else {
            return Errno.current
        }
        return nil
    }

    /// What it has met, taken from the socket: nil as long as there is nothing.
    public func failure() -> Errno? { Errno.pending(on: socket.rawValue) }

    private func message() -> [UInt8] {
        // The first bytes make it known again.
        let mark = (0..<8).map { _ in UInt8.random(in: UInt8(ascii: "a")...UInt8(ascii: "z")) }
        guard kind == .icmp else {
            if port == 53, let name = DNSName("minirun-trace.invalid") {
                let header = DNSHeader(id: .random(in: 0...UInt16.max), flags: 0x0100)
                return DNSMessage(header, DNSQuestion(name, type: DNSType.a)).encoded()
            }
            return mark + Array(" minirun trace\n".utf8)
        }
        let payload = mark + (0..<48).map { UInt8($0) }
        return EchoRequest(identifier: ownPort, sequence: 1, payload: payload).bytes(address.family)
    }
}

extension Errno {
    /// What a socket has met, taken from it (socket(7), SO_ERROR): nil when there is nothing.
    static func pending(on socket: CInt) -> Errno? {
        var error: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(socket, SOL_SOCKET, CInt(SO_ERROR), &error, &size) == 0, error != 0 else { return nil }
        return Errno(rawValue: error)
    }
}
