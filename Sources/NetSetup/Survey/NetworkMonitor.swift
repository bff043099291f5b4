import CShim
import Namespaces
import SystemPackage

/// Wakes whoever shows a network when something of it changes (`ip monitor`): links, addresses, routes and the numbers of
/// neighbouring namespaces in this process's network namespace, and the rules and elements of nftables.
public final class NetworkMonitor {
    private let route: NetlinkSocket
    private let firewall: NetlinkSocket?

    /// Starts listening; without a right to nftables to the rest alone. Throws `NetlinkError`.
    public init() throws(NetlinkError) {
        route = try NetlinkSocket(.route)
        for group in [
            RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
            RTNLGRP_NSID,
        ] {
            try route.join(group.rawValue, "listen to changes of the network")
        }
        firewall = Self.listener()
    }

    private static func listener() -> NetlinkSocket? {
        do throws(NetlinkError) {
            let socket = try NetlinkSocket(.netfilter)
            try socket.join(NFNLGRP_NFTABLES.rawValue, "listen to changes of the firewall")
            return socket
        } catch { return nil }
    }

    /// Readable when something has changed. Borrowed.
    public var descriptors: [CInt] { [route.descriptor] + (firewall.map { [$0.descriptor] } ?? []) }

    /// Takes the notifications that have come; what they say in detail does not matter.
    public func drain() {
        route.takeNotifications { _ in }
        firewall?.takeNotifications { _ in }
    }
}
