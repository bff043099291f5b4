import CShim
import Namespaces
import SystemPackage

/// A socket that waits for others to speak (sock_diag(7)): a TCP or SCTP server, or a UDP socket without a partner.
public struct BoundSocket: Sendable, Hashable {
    /// The protocol.
    public let transport: TransportProtocol
    /// The address it is bound to.
    public let address: IPAddress
    /// The port.
    public let port: UInt16
    /// Whether a socket on `::` leaves IPv4 alone.
    public let isVersion6Only: Bool
    /// Its SO_MARK; nil for who may not see it, which takes CAP_NET_ADMIN.
    public let mark: UInt32?
    /// What tells it from other sockets.
    public let inode: UInt32
    /// Connections that wait to be accepted; of UDP, bytes that wait to be read.
    public let waiting: UInt32
    /// How many connections may wait.
    public let backlog: UInt32

    /// Whether it is one that holds a published port.
    public var isReservation: Bool { mark == LoopPair.mark }

    /// Whether what is sent to an address reaches it; nil stands for all addresses of both families.
    public func takes(_ other: IPAddress?) -> Bool {
        guard let other, !other.isUnspecified else { return true }
        if address.isUnspecified {
            return address.family == other.family || address.family == .v6 && !isVersion6Only
        }
        return address == other
    }

    init?(_ reply: NetlinkReply, _ transport: TransportProtocol, _ family: IPAddress.Family) {
        guard let socket = reply.header(as: inet_diag_msg.self) else { return nil }
        let bytes = withUnsafeBytes(of: socket.id.idiag_src) { Array($0.prefix(family == .v4 ? 4 : 16)) }
        guard let address = IPAddress(bytes: bytes) else { return nil }
        self.transport = transport
        self.address = address
        port = UInt16(bigEndian: socket.id.idiag_sport)
        inode = socket.idiag_inode
        waiting = socket.idiag_rqueue
        backlog = socket.idiag_wqueue
        let attributes = reply.attributes(after: inet_diag_msg.self)
        mark = attributes[INET_DIAG_MARK]?.value()
        isVersion6Only = attributes[INET_DIAG_SKV6ONLY]?.value(as: UInt8.self) == 1
    }
}

extension NetlinkSocket {
    /// `ss --listening --numeric`: the sockets of a protocol that wait, of the namespace that this socket is in. None for a
    /// protocol that the kernel does not know. Throws `NetlinkError`.
    public func boundSockets(_ transport: TransportProtocol) throws(NetlinkError) -> [BoundSocket] {
        var found: [BoundSocket] = []
        for family in [IPAddress.Family.v4, .v6] {
            let ask = NetlinkMessage("list sockets", type: SOCK_DIAG_BY_FAMILY) { message in
                var request = inet_diag_req_v2()
                request.sdiag_family = UInt8(family.rawValue)
                request.sdiag_protocol = transport.number
                // TCP_LISTEN is 10; an unconnected UDP socket is in TCP_CLOSE, 7.
                request.idiag_states = 1 << 10 | 1 << 7
                request.idiag_ext = 0
                message.putHeader(request)
            }
            do { found += try dump(ask) { BoundSocket($0, transport, family) } } catch {
                guard error.errno == .noSuchFileOrDirectory || error.errno == .invalidArgument else { throw error }
            }
        }
        return found
    }
}

/// The process that has a socket open.
public struct SocketOwner: Sendable, Hashable, CustomStringConvertible {
    /// Its number.
    public let process: CInt
    /// Its name.
    public let command: String

    /// `nginx (pid 812)`.
    public var description: String { "\(command) (pid \(process))" }

    /// Looks through /proc; nil when no process that we may look into has it. Slow: for error texts only.
    public init?(of inode: UInt32) {
        let wanted = "socket:[\(inode)]"
        func names(in folder: FilePath) -> [String] { (try? Files.names(in: folder)) ?? [] }
        for process in names(in: "/proc").compactMap({ CInt($0) }) {
            let folder = FilePath("/proc/\(process)/fd")
            guard names(in: folder).contains(where: { (try? Files.linkTarget(folder.appending($0))) == wanted }) else {
                continue
            }
            self.process = process
            command = (try? Files.text(FilePath("/proc/\(process)/comm")).trimmed) ?? "?"
            return
        }
        return nil
    }
}
