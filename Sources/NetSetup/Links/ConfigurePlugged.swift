import CShim
import Namespaces
import SystemPackage

/// Gives an interface its address in a network that is running, and makes it known to the neighbours.
public struct ConfigurePlugged: Step, Equatable {
    /// The interface inside, which exists.
    public var interface: String
    /// Its addresses with their subnets' lengths; none leaves them to others.
    public var addresses: [IPPrefix]
    /// The new default route's next hop; nil leaves the default route as it is.
    public var gateway: IPAddress?

    /// Describes the interface.
    public init(interface: String, addresses: [IPPrefix], gateway: IPAddress? = nil) {
        self.interface = interface
        self.addresses = addresses
        self.gateway = gateway
    }

    /// IPv4 addresses come before the link is up, so that they are announced; IPv6 ones after, since the kernel makes
    /// their subnet's route only then. The undo removes the interface. Throws `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let socket = try ContainerNetlink.of(stage).socket()
        let interface = interface
        guard let link = try socket.link(named: interface) else {
            throw NetlinkError("find \(interface) inside the container", .noSuchDevice)
        }
        stage.undo.push("remove \(interface)") { try socket.request(.deleteLink(interface)) }
        let early = addresses.filter { $0.address.family == .v4 }
        let late = addresses.filter { $0.address.family == .v6 }
        var messages: [NetlinkMessage] = [.setLink(interface, isUp: false, announcesAddresses: true)]
        messages += early.map { .addAddress($0, to: link.index, named: interface) }
        messages.append(.setLink(interface))
        messages += late.map { .addAddress($0, to: link.index, named: interface) }
        if let gateway {
            if !reachesGateway { messages.append(.setHostRoute(to: gateway, on: link.index, named: interface)) }
            messages.append(.addRoute(via: gateway, on: link.index, named: interface, replacing: true))
        }
        try socket.request(messages)
    }

    /// Whether the gateway is in a subnet of the addresses.
    private var reachesGateway: Bool { gateway.map { hop in addresses.contains { $0.contains(hop) } } ?? true }

    /// The `ip` commands, run in the container's network namespace.
    public var explanation: Explanation {
        let inside = "nsenter --net=\"/proc/$PID/ns/net\" "
        let dev = interface.shellQuoted
        func add(_ prefix: IPPrefix) -> String { inside + "ip address add \(prefix)\(prefix.shellOptions) dev \(dev)" }
        var shell = [inside + "sysctl -qw \("net/ipv4/conf/\(interface)/arp_notify=1".shellQuoted)"]
        var calls = ["RTM_NEWLINK name=\(interface) IFLA_AF_SPEC{AF_INET arp_notify=1}"]
        shell += addresses.filter { $0.address.family == .v4 }.map(add)
        shell.append(inside + "ip link set dev \(dev) up")
        shell += addresses.filter { $0.address.family == .v6 }.map(add)
        calls +=
            addresses.map { "RTM_NEWADDR NLM_F_CREATE|NLM_F_EXCL \($0)" } + ["RTM_NEWLINK name=\(interface) IFF_UP"]
        if let gateway {
            let family = gateway.family == .v6 ? "-6 " : ""
            if !reachesGateway {
                shell.append(inside + "ip \(family)route replace \(gateway) dev \(dev)")
                calls.append("RTM_NEWROUTE NLM_F_CREATE|NLM_F_REPLACE \(gateway)/\(gateway.family.bits)")
            }
            shell.append(inside + "ip \(family)route replace default via \(gateway) dev \(dev)")
            calls.append("RTM_NEWROUTE NLM_F_CREATE|NLM_F_REPLACE default via \(gateway)")
        }
        return Explanation(
            shell: shell, systemCalls: calls,
            why: "With its address set before it goes up, the interface tells the neighbours where that address is now."
        )
    }
}
