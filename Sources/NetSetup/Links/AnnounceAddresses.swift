import CShim
import Namespaces
import SystemPackage

/// Tells the neighbours who has the container's addresses now: they may remember an earlier container's link-layer address
/// for up to a minute, and send into the void.
public struct AnnounceAddresses: Step, Equatable {
    /// The interface inside, which `ConfigureInside` has set up.
    public var interface: String
    /// Its addresses.
    public var addresses: [IPAddress]
    /// Its link-layer address.
    public var mac: MACAddress

    /// Describes the announcement.
    public init(interface: String, addresses: [IPAddress], mac: MACAddress) {
        self.interface = interface
        self.addresses = addresses
        self.mac = mac
    }

    /// IPv4 by the kernel's own gratuitous ARP, IPv6 by a raw socket inside. Nothing to undo. Throws `NetlinkError`,
    /// `KernelError`.
    public func apply(on stage: Stage) throws {
        guard !addresses.isEmpty else { return }
        // The bridge lets a cable's frames pass only when the kernel has got round to noticing that both ends are up; to
        // ask for the state of the host's end makes it notice now (linkwatch_sync_dev in rtnl_getlink, Linux 6.8). That is
        // also why the announcement that arp_notify made when the link came up has reached nobody.
        if let cables = stage.resource(OwnCables.self) {
            let host = try HostNetlink.of(stage).socket
            for name in cables.hostNames { _ = try host.link(named: name) }
        }
        let container = try ContainerNetlink.of(stage)
        let socket = try container.socket()
        if addresses.contains(where: { $0.family == .v4 }) { try socket.request(.setAddress(mac, of: interface)) }
        let advertisements = addresses.filter { $0.family == .v6 }.map { NeighbourAdvertisement($0, at: mac) }
        guard !advertisements.isEmpty else { return }
        guard let link = try socket.link(named: interface) else {
            throw NetlinkError("find \(interface) inside the container", .noSuchDevice)
        }
        let number = minirun_icmp6_socket_in(container.namespace.descriptor)
        guard number >= 0 else {
            throw KernelError("announce the addresses of \(interface)", Errno(rawValue: -number))
        }
        let raw = OwnedDescriptor(owning: number)
        for advertisement in advertisements { try advertisement.send(by: raw.rawValue, on: link.index) }
    }

    /// The `ip` command for IPv4; no command of iproute2 advertises an IPv6 address.
    public var explanation: Explanation {
        let inside = "nsenter --net=\"/proc/$PID/ns/net\" "
        let (v4, v6) = (addresses.filter { $0.family == .v4 }, addresses.filter { $0.family == .v6 })
        var shell: [String] = []
        var calls: [String] = []
        if !v4.isEmpty {
            shell.append(inside + "ip link set dev \(interface.shellQuoted) address \(mac)")
            calls.append("RTM_NEWLINK name=\(interface) address=\(mac)")
        }
        if !v6.isEmpty {
            shell.append("# an unsolicited neighbour advertisement of \(v6.map(\.description).joined(separator: ", "))")
            calls += v6.map {
                "socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) inside, sendto(ff02::1, neighbour advertisement of \($0))"
            }
        }
        return Explanation(
            shell: shell, systemCalls: calls,
            why: "Neighbours may remember an earlier container's link-layer address for these addresses.")
    }
}
