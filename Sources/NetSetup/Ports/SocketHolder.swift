import Namespaces

/// The socket that takes what comes to a port, and whose it is (sock_diag(7); `ss -lnp`).
public struct SocketHolder: Sendable, Hashable {
    /// The address that it is bound to.
    public let address: IPAddress
    /// The port.
    public let port: UInt16
    /// The process that has it open, where /proc shows it to us.
    public let process: CInt?
    /// What that process is called.
    public let command: String?

    /// Looks for a listening TCP or an unconnected UDP socket in a namespace, held open; nil when there is none. Slow.
    public static func find(
        _ transport: TransportProtocol, _ port: UInt16, at address: IPAddress, in namespace: CInt
    ) -> SocketHolder? {
        guard let diagnostics = try? NetlinkSocket(.socketDiagnostics, in: namespace) else { return nil }
        let taking = (try? diagnostics.boundSockets(transport))?.filter { $0.port == port && $0.takes(address) } ?? []
        // As the kernel does: the one that names the address comes first.
        guard let best = taking.first(where: { !$0.address.isUnspecified }) ?? taking.first else { return nil }
        let owner = SocketOwner(of: best.inode)
        return SocketHolder(address: best.address, port: port, process: owner?.process, command: owner?.command)
    }
}
