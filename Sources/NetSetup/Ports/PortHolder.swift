import CShim
import Namespaces

/// The minirun that holds a host port, found by the mark of its reservation (sock_diag(7)). Slow: for error texts only.
struct PortHolder {
    /// The process id of the supervisor; nil when /proc does not show it to us.
    let process: CInt?

    /// The marked socket on this port that stands in the way of the address; nil when there is none of ours.
    static func find(_ transport: TransportProtocol, _ port: UInt16, _ address: IPAddress?) -> PortHolder? {
        guard let diagnostics = try? NetlinkSocket(.socketDiagnostics),
            let sockets = try? diagnostics.boundSockets(transport)
        else { return nil }
        let holder = sockets.first { socket in
            guard socket.port == port, socket.isReservation else { return false }
            guard let address, !address.isUnspecified, !socket.address.isUnspecified else { return true }
            return socket.address == address
        }
        return holder.map { PortHolder(process: SocketOwner(of: $0.inode)?.process) }
    }
}
