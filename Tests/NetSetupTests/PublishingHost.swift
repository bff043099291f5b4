import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

/// A host with a neighbour and two containers, each a network namespace: 192.168.66.11 with 192.168.66.50 beside it, and
/// bridge `b` with 172.30.0.2 and 172.30.0.3. In the first container a server on port 80 says who it thinks asks.
final class PublishingHost: ProbeScene {
    let host: PrivateNetwork
    let neighbour: PrivateNetwork
    let container: PrivateNetwork
    let sibling: PrivateNetwork
    let stage: Stage
    private var held: [PortReservation] = []

    override init() throws {
        host = try PrivateNetwork()
        neighbour = try PrivateNetwork()
        container = try PrivateNetwork()
        sibling = try PrivateNetwork()
        stage = try host.stage()
        try super.init()
        func cable(_ name: String, _ other: PrivateNetwork) -> String {
            "ip link add dev \(name) type veth peer name eth0 netns /proc/\(getpid())/fd/\(other.descriptor)"
        }
        try host.shell(
            """
            echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
            ip link set dev lo up
            \(cable("ens33", neighbour)); ip address add 192.168.66.11/24 dev ens33
            ip address add 2001:db8:66::11/64 dev ens33 nodad; ip link set dev ens33 up
            ip link add dev b type bridge; ip address add 172.30.0.1/24 dev b; ip address add fd30::1/64 dev b nodad
            ip link set dev b up
            \(cable("v2", container)); \(cable("v3", sibling))
            for v in v2 v3; do ip link set dev $v master b up; ip link set dev $v type bridge_slave hairpin on; done
            """)
        try neighbour.shell(
            """
            ip link set dev lo up; ip address add 192.168.66.50/24 dev eth0
            ip address add 2001:db8:66::50/64 dev eth0 nodad; ip link set dev eth0 up
            ip route add 172.30.0.0/24 via 192.168.66.11
            """)
        for (network, number) in [(container, 2), (sibling, 3)] {
            try network.shell(
                """
                ip link set dev lo up; ip address add 172.30.0.\(number)/24 dev eth0
                ip address add fd30::\(number)/64 dev eth0 nodad; ip link set dev eth0 up
                ip route add default via 172.30.0.1; ip route add default via fd30::1
                """)
        }
        for transport in [TransportProtocol.tcp, .udp] { try serve(container, transport, 80) }
        try EnsureFirewall(hasIPv6: true).apply(on: stage)
        try AdmitNetwork(bridge: "b").apply(on: stage)
    }

    /// Publishes on this host, to the container unless said otherwise.
    func publish(_ text: String, to number: Int = 2) throws {
        let mapping = try #require(try PortSpecification.parse(text).first)
        let reservation = try host.run { try PortReservation(mapping, families: [.v4, .v6]) }
        try PublishPorts(
            [reservation.publication], to: IPAddress("172.30.0.\(number)"), IPAddress("fd30::\(number)")
        ).apply(on: stage)
        held.append(reservation)
    }

    /// Gives up the reservations and nothing else, as the kernel does for a supervisor that is killed.
    func killSupervisor() { held = [] }
}
