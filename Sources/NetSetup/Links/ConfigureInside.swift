import CShim
import Namespaces

/// Sets up the container's own end: loopback, addresses, default routes; all messages in one send.
public struct ConfigureInside: Step, Equatable {
    /// An interface inside, and what it gets.
    public struct Interface: Sendable, Equatable {
        /// `eth0`.
        public var name: String
        /// The container's addresses with their subnets' lengths.
        public var addresses: [IPPrefix]
        /// The default routes' next hops, at most one of each family.
        public var gateways: [IPAddress]
        /// Whether the kernel has IPv6 at all.
        public var hasIPv6: Bool

        /// Describes the interface.
        public init(name: String, addresses: [IPPrefix], gateways: [IPAddress], hasIPv6: Bool) {
            self.name = name
            self.addresses = addresses
            self.gateways = gateways
            self.hasIPv6 = hasIPv6
        }
    }

    /// The interfaces beside `lo`; none for a container without network.
    public var interfaces: [Interface]

    /// Describes the inside.
    public init(_ interfaces: [Interface] = []) {
        self.interfaces = interfaces
    }

    /// Through the container's socket; its namespace is gone with the container, so there is nothing to undo.
    /// Throws `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let socket = try ContainerNetlink.of(stage).socket()
        var messages: [NetlinkMessage] = [.setLink("lo")]
        for interface in interfaces {
            guard let link = try socket.link(named: interface.name) else {
                throw NetlinkError("find \(interface.name) inside the container", .noSuchDevice)
            }
            // In a message of its own: the kernel sets the link up first, and one that has a carrier at once, as a macvlan
            // does, would have its link-local address by then.
            if interface.hasIPv6 { messages.append(.setLink(interface.name, isUp: false, withoutLinkLocal: true)) }
            // Addresses first: what comes up with them announces them (arp_notify), and says nothing without.
            messages += interface.addresses.map { .addAddress($0, to: link.index, named: interface.name) }
            messages.append(.setLink(interface.name, announcesAddresses: true))
            messages += interface.gateways.map { .addRoute(via: $0, on: link.index, named: interface.name) }
        }
        try socket.request(messages)
    }

    /// The `ip` commands, run in the container's network namespace.
    public var explanation: Explanation {
        let inside = "nsenter --net=\"/proc/$PID/ns/net\" "
        var shell = [inside + "ip link set dev lo up"]
        var calls = [
            "setns(CLONE_NEWNET) on a thread of its own, only to open the socket", "RTM_NEWLINK name=lo IFF_UP",
        ]
        for interface in interfaces {
            let dev = interface.name.shellQuoted
            if interface.hasIPv6 {
                shell.append(inside + "ip link set dev \(dev) addrgenmode none")
                calls.append("RTM_NEWLINK name=\(interface.name) addr_gen_mode=NONE")
            }
            for address in interface.addresses {
                shell.append(inside + "ip address add \(address)\(address.shellOptions) dev \(dev)")
                calls.append("RTM_NEWADDR NLM_F_CREATE|NLM_F_EXCL \(address)")
            }
            let setting = "/proc/sys/net/ipv4/conf/\(interface.name)/arp_notify"
            shell.append(inside + "sh -c \("echo 1 >\(setting.shellQuoted)".shellQuoted)")
            shell.append(inside + "ip link set dev \(dev) up")
            calls.append("RTM_NEWLINK name=\(interface.name) IFF_UP arp_notify=1")
            for gateway in interface.gateways {
                let family = gateway.family == .v6 ? "-6 " : ""
                shell.append(inside + "ip \(family)route add default via \(gateway) dev \(dev)")
                calls.append("RTM_NEWROUTE NLM_F_CREATE|NLM_F_EXCL default via \(gateway)")
            }
        }
        let why =
            interfaces.isEmpty
            ? "A new network namespace has only a loopback interface, and that one is down."
            : "Inside, the container has its own addresses, and everything else is reached through the gateway."
        return Explanation(shell: shell, systemCalls: calls, why: why)
    }
}
