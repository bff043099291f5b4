import CShim
import Namespaces

/// Sets up the container's own end: loopback, addresses, settings, default routes; without settings in one send.
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
        /// What the user wants to be set.
        public var sysctls: [InterfaceSysctl]

        /// Describes the interface.
        public init(
            name: String, addresses: [IPPrefix], gateways: [IPAddress], hasIPv6: Bool, sysctls: [InterfaceSysctl] = []
        ) {
            self.name = name
            self.addresses = addresses
            self.gateways = gateways
            self.hasIPv6 = hasIPv6
            self.sysctls = sysctls
        }

        /// The settings with their values.
        fileprivate var settings: [(sysctl: Sysctl, value: String)] {
            sysctls.map { ($0.sysctl(of: name), $0.value) }
        }
    }

    /// The interfaces beside `lo`; none for a container without network.
    public var interfaces: [Interface]

    /// Describes the inside.
    public init(_ interfaces: [Interface] = []) {
        self.interfaces = interfaces
    }

    /// Through the container's socket; its namespace is gone with the container, so there is nothing to undo.
    /// Throws `NetlinkError`, and `KernelError` for a setting that cannot be made.
    public func apply(on stage: Stage) throws {
        let container = try ContainerNetlink.of(stage)
        let socket = try container.socket()
        var (first, last): ([NetlinkMessage], [NetlinkMessage]) = ([.setLink("lo")], [])
        for interface in interfaces {
            guard let link = try socket.link(named: interface.name) else {
                throw NetlinkError("find \(interface.name) inside the container", .noSuchDevice)
            }
            // In a message of its own: the kernel sets the link up first, and one that has a carrier at once, as a macvlan
            // does, would have its link-local address by then.
            first.append(
                .setLink(
                    interface.name, isUp: false, withoutLinkLocal: interface.hasIPv6, announcesAddresses: true))
            // Addresses first: what comes up with them announces them (arp_notify), and says nothing without.
            first += interface.addresses.map { .addAddress($0, to: link.index, named: interface.name) }
            last.append(.setLink(interface.name))
            last += interface.gateways.map { .addRoute(via: $0, on: link.index, named: interface.name) }
        }
        let settings = interfaces.flatMap(\.settings)
        guard !settings.isEmpty else { return try Self.request(first + last, again: last, socket) }
        // As with Docker: over what is set here by itself, and before the interface is up.
        try socket.request(first)
        try NetworkVisit.run(in: container.namespace.descriptor) {
            for (sysctl, value) in settings { try sysctl.ensure(value) }
        }
        try Self.request(last, again: last, socket)
    }

    /// Two macvlans of one card cannot have the same link-layer address, and that of a container that was killed has it until
    /// the kernel has taken its namespace away, some milliseconds later.
    private static func request(
        _ messages: [NetlinkMessage], again last: [NetlinkMessage], _ socket: NetlinkSocket
    ) throws(NetlinkError) {
        let end = Moment.after(seconds: 2)
        var messages = messages
        while true {
            do { return try socket.request(messages) } catch  where error.errno == .addressInUse && !end.hasCome {
                usleep(5000)
                messages = last
            }
        }
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
            func write(_ value: String, _ sysctl: Sysctl) -> String {
                inside + "sh -c \("echo \(value.shellQuoted) >\(sysctl.file.shellQuoted)".shellQuoted)"
            }
            if interface.hasIPv6 { shell.append(inside + "ip link set dev \(dev) addrgenmode none") }
            shell.append(write("1", Sysctl("net/ipv4/conf/\(interface.name)/arp_notify")))
            calls.append(
                "RTM_NEWLINK name=\(interface.name)\(interface.hasIPv6 ? " addr_gen_mode=NONE" : "") arp_notify=1")
            for address in interface.addresses {
                shell.append(inside + "ip address add \(address)\(address.shellOptions) dev \(dev)")
                calls.append("RTM_NEWADDR NLM_F_CREATE|NLM_F_EXCL \(address)")
            }
            for (sysctl, value) in interface.settings {
                shell.append(write(value, sysctl))
                calls.append("setns(CLONE_NEWNET) on a thread of its own, write(\"\(sysctl.file)\", \"\(value)\")")
            }
            shell.append(inside + "ip link set dev \(dev) up")
            calls.append("RTM_NEWLINK name=\(interface.name) IFF_UP")
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
