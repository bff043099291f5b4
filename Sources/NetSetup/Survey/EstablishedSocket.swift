import CShim
import Namespaces

/// A TCP connection as one side's namespace has it (sock_diag(7)), also before the program has accepted it.
public struct EstablishedSocket: Sendable, Hashable {
    /// Who is on the other side, as this side sees it.
    public let peer: IPAddress
    /// The other side's port.
    public let peerPort: UInt16
    /// This side's address.
    public let address: IPAddress
    /// This side's port.
    public let port: UInt16
    /// What tells it from others, now and later.
    public let cookie: UInt64

    init?(_ reply: NetlinkReply, _ family: IPAddress.Family) {
        guard let socket = reply.header(as: inet_diag_msg.self) else { return nil }
        func address<Words>(_ words: Words) -> IPAddress? {
            let bytes = withUnsafeBytes(of: words) { Array($0.prefix(family == .v4 ? 4 : 16)) }
            return IPAddress(bytes: bytes)?.unmapped
        }
        guard let own = address(socket.id.idiag_src), let peer = address(socket.id.idiag_dst) else { return nil }
        self.address = own
        self.peer = peer
        port = UInt16(bigEndian: socket.id.idiag_sport)
        peerPort = UInt16(bigEndian: socket.id.idiag_dport)
        cookie = UInt64(socket.id.idiag_cookie.1) << 32 | UInt64(socket.id.idiag_cookie.0)
    }
}

extension NetlinkSocket {
    /// `ss --tcp --numeric state established` in the namespace that this socket is in. Throws `NetlinkError`.
    public func establishedSockets() throws(NetlinkError) -> [EstablishedSocket] {
        var found: [EstablishedSocket] = []
        for family in [IPAddress.Family.v4, .v6] {
            let ask = NetlinkMessage("list connections", type: SOCK_DIAG_BY_FAMILY) { message in
                var request = inet_diag_req_v2()
                request.sdiag_family = UInt8(family.rawValue)
                request.sdiag_protocol = TransportProtocol.tcp.number
                // TCP_ESTABLISHED is 1.
                request.idiag_states = 1 << 1
                message.putHeader(request)
            }
            do { found += try dump(ask) { EstablishedSocket($0, family) } } catch {
                guard error.errno == .noSuchFileOrDirectory || error.errno == .invalidArgument else { throw error }
            }
        }
        return found
    }
}
