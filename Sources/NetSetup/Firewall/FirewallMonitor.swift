import CShim
import Namespaces
import SystemPackage

/// Wakes whoever looks after a network when somebody takes rules or tables out of the kernel: another firewall's
/// `nft flush ruleset` takes ours along.
///
/// It listens to nftables' notifications (nft(8), `nft monitor`). A filter in the kernel lets through only what tells of
/// something deleted that is no element of a set: each start and end of a container changes elements, and all supervisors
/// would else be woken each time.
public final class FirewallMonitor {
    private let socket: NetlinkSocket

    /// Starts listening. Throws `NetlinkError`.
    public init() throws(NetlinkError) {
        socket = try HostNetfilter().socket
        let asked = "listen to nftables"
        guard minirun_hear_of_deleted_rules(socket.descriptor) == 0 else { throw NetlinkError(asked, .current) }
        try socket.join(NFNLGRP_NFTABLES.rawValue, asked)
    }

    /// Readable when something was deleted. Borrowed.
    public var descriptor: CInt { socket.descriptor }

    /// Takes the notifications that have come; what they say in detail does not matter.
    public func drain() { socket.takeNotifications { _ in } }
}
