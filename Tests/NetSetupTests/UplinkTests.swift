import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

@Suite("An uplink") struct UplinkTests {
    /// What can be said of an interface and its routes, with another name for it; what comes and goes by itself left out.
    private func look(_ network: PrivateNetwork, _ name: String) throws -> [String] {
        let text = try network.shell(
            """
            ip -o address show dev \(name) | sed 's/^[0-9]*: //; s/ *valid_lft forever preferred_lft forever//'
            ip route show table all; ip -6 route show table all
            """)
        return text.split(separator: "\n").map { String($0).replacing(name, with: "NIC") }
            .filter { !$0.contains("fe80::") && !$0.contains("ff00::/8") && !$0.contains("inet6 ::1") }
    }

    /// A host with everything that has to come along.
    private func furnished() throws -> LAN {
        let lan = try LAN()
        try lan.host.shell(
            """
            ip address add 192.168.66.12/24 dev ens33 label ens33:1
            ip address add 10.1.1.1 peer 10.1.1.2/32 dev ens33
            ip address add 10.2.2.2/24 dev ens33 noprefixroute valid_lft 5000 preferred_lft 4000
            ip address add fd00:77::1/64 dev ens33 nodad
            ip route add default via 192.168.66.50 proto dhcp metric 100
            ip route append default via 192.168.66.51 metric 200
            ip route add 10.9.0.0/16 via 192.168.66.50 src 192.168.66.12 table 100
            ip route add 10.10.0.0/16 dev ens33 scope link
            ip route add 172.30.0.1 dev ens33; ip route add 172.30.1.0/24 via 172.30.0.1
            ip route add 10.12.0.0/16 via 203.0.113.9 dev ens33 onlink mtu 1300
            ip route add 10.11.0.0/16 nexthop via 192.168.66.50 dev ens33 weight 2 nexthop via 192.168.66.51 dev ens33
            ip route add unreachable 10.13.0.0/16
            ip -6 route add default via fd00:66::50 metric 5
            ip -6 route add fd00:9::/64 via fd00:77::50 table 100
            """)
        return lan
    }

    /// Lifetimes count down while we look.
    private func rounded(_ lines: [String]) -> [String] {
        lines.map { $0.replacing(#/(valid|preferred)_lft \d+sec/#, with: "lifetime") }
    }

    private func move(_ lan: LAN, _ mode: UplinkMode) throws -> (Uplink, Stage) {
        let stage = try lan.host.stage()
        let uplink = try Uplink.movable("ens33", to: "br0", mode, HostNetlink.of(stage).socket)
        try lan.host.run { try MoveUplink(uplink, to: "br0", mode).apply(on: stage) }
        return (uplink, stage)
    }

    @Test("moves addresses and routes of all tables as they are, and back again", arguments: UplinkMode.allCases)
    func thereAndBack(mode: UplinkMode) throws {
        let lan = try furnished()
        let before = try look(lan.host, "ens33")
        let (uplink, _) = try move(lan, mode)
        #expect(uplink.addresses.count == 6 && uplink.routes.count == 10)
        #expect(try rounded(look(lan.host, "br0")) == rounded(before))
        #expect(try look(lan.host, "ens33").filter { $0.hasPrefix("NIC") } == [])
        #expect(lan.host.reaches("192.168.66.50") && lan.neighbour.reaches("192.168.66.11"))
        #expect(lan.neighbour.reaches("fd00:66::11"))
        let link = try #require(try lan.host.socket().link(named: "br0"))
        #expect(link.kind == mode.rawValue && link.isUp && link.mtu == 1500)
        #expect((link.mac == uplink.mac) == (mode == .bridge))

        try lan.host.run { try ReturnUplink(uplink, from: "br0", mode).apply(NetlinkSocket(.route)) }
        #expect(try rounded(look(lan.host, "ens33")) == rounded(before))
        #expect(try lan.host.socket().link(named: "br0") == nil)
        #expect(lan.neighbour.reaches("192.168.66.11") && lan.host.reaches("fd00:66::50"))
    }

    @Test("is put back when a part of the move is refused", arguments: UplinkMode.allCases)
    func refused(mode: UplinkMode) throws {
        let lan = try furnished()
        let before = try look(lan.host, "ens33")
        try lan.host.shell("sysctl -qw net/ipv6/conf/default/disable_ipv6=1")
        let stage = try lan.host.stage()
        try lan.host.run {
            let uplink = try Uplink.movable("ens33", to: "br0", mode, HostNetlink.of(stage).socket)
            let error = #expect(throws: NetlinkError.self) {
                try MoveUplink(uplink, to: "br0", mode).apply(on: stage)
            }
            #expect(error?.asked == "add address fd00:66::11/64 to br0", "\(String(describing: error))")
        }
        // All the rest was done, so there is something to be put back.
        #expect(try look(lan.host, "ens33") != before)
        #expect(stage.undo.unwind() == [])
        #expect(try rounded(look(lan.host, "ens33")) == rounded(before))
        #expect(try lan.host.socket().link(named: "br0") == nil)
    }

    @Test("gets back what its bridge had last, and what it had itself when there is no bridge any more")
    func later() throws {
        let lan = try LAN()
        let (uplink, _) = try move(lan, .bridge)
        try lan.host.shell("ip address del 192.168.66.11/24 dev br0; ip address add 192.168.66.111/24 dev br0")
        try lan.host.run { try ReturnUplink(uplink, from: "br0", .bridge).apply(NetlinkSocket(.route)) }
        #expect(lan.neighbour.reaches("192.168.66.111") && lan.neighbour.isCutOff(from: "192.168.66.11"))

        try lan.host.shell("ip address del 192.168.66.111/24 dev ens33; ip address add 192.168.66.11/24 dev ens33")
        let (again, _) = try move(lan, .bridge)
        try lan.host.shell("ip link delete dev br0")
        #expect(lan.neighbour.isCutOff(from: "192.168.66.11"))
        try lan.host.run { try ReturnUplink(again, from: "br0", .bridge).apply(NetlinkSocket(.route)) }
        #expect(lan.neighbour.reaches("192.168.66.11"))
    }

    @Test("leaves a bridge with ports of others, without the host's addresses")
    func otherPorts() throws {
        let lan = try LAN()
        let (uplink, _) = try move(lan, .bridge)
        try lan.host.shell("ip link add name p0 type veth peer name p1; ip link set dev p0 master br0")
        let way = ReturnUplink(uplink, from: "br0", .bridge)
        #expect(try way.otherPorts(lan.host.socket()) == ["p0"])
        try lan.host.run { try way.apply(NetlinkSocket(.route)) }
        #expect(lan.neighbour.reaches("192.168.66.11"))
        #expect(try lan.host.shell("ip -4 address show dev br0; ip link show master br0").contains("p0"))
        #expect(try !lan.host.shell("ip -4 address show dev br0").contains("inet"))
    }

    @Test("is refused with a sentence when it cannot be moved")
    func badInput() throws {
        let lan = try LAN()
        let socket = try lan.host.socket()
        try lan.host.shell(
            """
            ip link add name lan type bridge; ip link add name p0 type veth peer name p1; ip link set dev p0 master lan
            """)
        let cases: [(String, String, String)] = [
            ("ens99", "br0", "there is no interface ens99"), ("lo", "br0", "lo is a loopback interface"),
            ("p0", "br0", "p0 is a port of bridge lan already"), ("lan", "br0", "lan is a bridge already"),
            ("p1", "br0", "p1 has no addresses that could be moved"),
            ("ens33", "lan", "interface lan exists already (bridge): name another with --bridge"),
            ("ens33", "p1", "interface p1 exists already (veth)"), ("ens33", "a/b", "invalid interface name"),
        ]
        for (card, bridge, sentence) in cases {
            let error = #expect(throws: UsageError.self) { try Uplink.movable(card, to: bridge, .bridge, socket) }
            #expect(error?.message.contains(sentence) == true, "\(card) \(bridge): \(String(describing: error))")
        }
        try lan.host.shell("ip nexthop add id 7 via 192.168.66.50 dev ens33; ip route add 10.9.0.0/16 nhid 7")
        let error = #expect(throws: UsageError.self) { try Uplink.movable("ens33", to: "br0", .bridge, socket) }
        #expect(error?.message.hasPrefix("route 10.9.0.0/16 via 192.168.66.50 goes by a nexthop object") == true)
    }

    @Test("moved by hand with its shell lines is the same")
    func shellVoice() throws {
        let (lan, other) = (try LAN(), try LAN())
        for lan in [lan, other] {
            try lan.host.shell(
                """
                ip route add default via 192.168.66.50 metric 100
                ip route add 10.9.0.0/16 via 192.168.66.50 src 192.168.66.11 table 100
                ip -6 route add default via fd00:66::50
                """)
        }
        let (uplink, _) = try move(lan, .bridge)
        let lines = MoveUplink(uplink, to: "br0", .bridge).explanation.shell
        try other.host.shell("set -eu\n" + lines.joined(separator: "\n"))
        #expect(try look(other.host, "br0") == look(lan.host, "br0"))
    }

    @Test("an image of the kernel's is read from its digits again")
    func images() throws {
        let lan = try LAN()
        let uplink = try #require(try Uplink(named: "ens33", lan.host.socket()))
        for address in uplink.addresses {
            let copy = NetlinkImage(hexadecimal: address.image.hexadecimal).flatMap(UplinkAddress.init)
            #expect(copy == address)
        }
        #expect(NetlinkImage(hexadecimal: "0") == nil && NetlinkImage(hexadecimal: "xx") == nil)
        #expect(NetlinkImage(hexadecimal: "00").flatMap(UplinkAddress.init) == nil)
        #expect(NetlinkImage(hexadecimal: "00").flatMap(UplinkRoute.init) == nil)
    }
}
