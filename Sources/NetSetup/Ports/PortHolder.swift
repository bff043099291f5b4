import CShim
import Namespaces

/// Who holds a host port, found by its socket (sock_diag(7)). Slow: for error texts only.
enum PortHolder {
    /// A supervisor, by the mark of its reservation: its process id; nil when /proc does not show it to us.
    case minirun(process: CInt?)
    /// Another program, likewise.
    case other(SocketOwner?)

    /// The socket on this port that stands in the way of the address, first of all one of ours; nil when there is none.
    static func find(_ transport: TransportProtocol, _ port: UInt16, _ address: IPAddress?) -> PortHolder? {
        guard let diagnostics = try? NetlinkSocket(.socketDiagnostics),
            let sockets = try? diagnostics.boundSockets(transport)
        else { return nil }
        let standing = sockets.filter { socket in
            guard socket.port == port else { return false }
            guard let address, !address.isUnspecified, !socket.address.isUnspecified else { return true }
            return socket.address == address
        }
        if let ours = standing.first(where: \.isReservation) {
            return .minirun(process: SocketOwner(of: ours.inode)?.process)
        }
        return standing.first.map { .other(SocketOwner(of: $0.inode)) }
    }
}
