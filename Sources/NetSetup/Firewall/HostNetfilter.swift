import Namespaces

/// The stage's handle for the host's firewall: one netfilter socket, opened on first use.
public final class HostNetfilter {
    /// The open socket.
    public let socket: NetlinkSocket

    /// Opens the socket.
    public init() throws(NetlinkError) {
        do { socket = try NetlinkSocket(.netfilter) } catch { throw error.namingMissingNftables }
    }

    /// Takes an open netfilter socket, of any namespace, as the host's.
    public init(_ socket: NetlinkSocket) {
        self.socket = socket
    }

    /// The stage's handle, opened on first use. Throws `NetlinkError`.
    public static func of(_ stage: Stage) throws -> HostNetfilter {
        try stage.resource(HostNetfilter.self) { try HostNetfilter() }
    }
}
