import CShim
import Namespaces
import NetSetup
import SystemPackage

/// A host with two networks and two neighbours outside, who both have routes to the networks' subnets.
///
/// 192.168.66.11 with `neighbour` (192.168.66.50) beside it and 192.168.67.11 with `friend` (192.168.67.50) on `ens34`;
/// bridge `a` with `first` (172.30.0.2) and `sibling` (172.30.0.3), bridge `b` with `other` (172.31.0.2); the same for IPv6.
/// In all of them servers on ports 80 and 81 say who they think asks.
final class NeighbouringHost: ProbeScene {
    static let a4 = "172.30.0.2"
    static let a6 = "fd30::2"
    static let b4 = "172.31.0.2"
    static let b6 = "fd31::2"
    static let transports = [TransportProtocol.tcp, .udp]

    let host: PrivateNetwork
    let neighbour: PrivateNetwork
    let friend: PrivateNetwork
    let first: PrivateNetwork
    let sibling: PrivateNetwork
    let other: PrivateNetwork
    let stage: Stage
    private let policy: NetworkPolicy
    private var held: [PortReservation] = []

    init(_ policy: NetworkPolicy, bridgeFilter: String = "0") throws {
        self.policy = policy
        host = try PrivateNetwork()
        neighbour = try PrivateNetwork()
        friend = try PrivateNetwork()
        first = try PrivateNetwork()
        sibling = try PrivateNetwork()
        other = try PrivateNetwork()
        stage = try host.stage()
        try super.init()
        try connect()
        try filterBridged(bridgeFilter, in: host)
        for network in [neighbour, friend, first, sibling, other] {
            for port in [UInt16(80), 81] {
                for transport in Self.transports { try serve(network, transport, port) }
            }
        }
        try EnsureFirewall(hasIPv6: true).apply(on: stage)
        try AdmitNetwork(policy).apply(on: stage)
        try AdmitNetwork(bridge: "b").apply(on: stage)
    }

    private func connect() throws {
        func cable(_ name: String, _ other: PrivateNetwork) -> String {
            "ip link add dev \(name) type veth peer name eth0 netns /proc/\(getpid())/fd/\(other.descriptor)"
        }
        // What the driver does for icc off, beside the table.
        let isolated = policy.interContainer ? "off" : "on"
        try host.shell(
            """
            echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
            ip link set dev lo up
            \(cable("ens33", neighbour)); \(cable("ens34", friend))
            for n in 3 4; do
                ip address add 192.168.6$((n+3)).11/24 dev ens3$n; ip address add 2001:db8:6$((n+3))::11/64 dev ens3$n nodad
                ip link set dev ens3$n up
            done
            for n in 0 1; do
                b=$([ $n = 0 ] && echo a || echo b); ip link add dev $b type bridge
                ip address add 172.3$n.0.1/24 dev $b; ip address add fd3$n::1/64 dev $b nodad; ip link set dev $b up
            done
            \(cable("a2", first)); \(cable("a3", sibling)); \(cable("b2", other))
            for v in a2 a3 b2; do
                ip link set dev $v master ${v%?} up; ip link set dev $v type bridge_slave hairpin on
            done
            for v in a2 a3; do ip link set dev $v type bridge_slave isolated \(isolated); done
            """)
        for (network, number) in [(neighbour, 6), (friend, 7)] {
            try network.shell(
                """
                ip link set dev lo up; ip address add 192.168.6\(number).50/24 dev eth0
                ip address add 2001:db8:6\(number)::50/64 dev eth0 nodad; ip link set dev eth0 up
                for n in 0 1; do
                    ip route add 172.3$n.0.0/24 via 192.168.6\(number).11
                    ip route add fd3$n::/64 via 2001:db8:6\(number)::11
                done
                """)
        }
        for (network, net, number) in [(first, 0, 2), (sibling, 0, 3), (other, 1, 2)] {
            try network.shell(
                """
                ip link set dev lo up; ip address add 172.3\(net).0.\(number)/24 dev eth0
                ip address add fd3\(net)::\(number)/64 dev eth0 nodad; ip link set dev eth0 up
                ip route add default via 172.3\(net).0.1; ip route add default via fd3\(net)::1
                """)
        }
    }

    /// Publishes ports of `first`, by tcp and udp; the step and what it holds.
    @discardableResult
    func publish(_ texts: String...) throws -> PublishPorts {
        var publications: [Publication] = []
        for transport in Self.transports {
            for mapping in try texts.flatMap({ try PortSpecification.parse("\($0)/\(transport.rawValue)") }) {
                let reservation = try host.run { try PortReservation(mapping, families: [.v4, .v6]) }
                held.append(reservation)
                publications.append(reservation.publication)
            }
        }
        let step = PublishPorts(
            publications, to: IPAddress(Self.a4), IPAddress(Self.a6), modes: (policy.gatewayMode4, policy.gatewayMode6))
        try step.apply(on: stage)
        return step
    }

    /// Gives up the reservations and nothing else.
    func killSupervisor() { held = [] }
}
