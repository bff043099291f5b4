import CShim
import Testing

/// `doctor`: each fault is found by the check whose it is, and by no other.
@Suite struct DoctorTests {
    /// One fault, and the check that finds it.
    struct Fault: Sendable, CustomTestStringConvertible {
        var check: String
        var name: String
        /// Run on the host, with `$in` (enters the container's network), `$cable`, `$lan` (the bridge), `$supervisor`.
        var script: String
        /// A part of the evidence.
        var evidence: String
        var testDescription: String { "\(check): \(name)" }

        init(_ check: String, _ name: String, _ script: String, _ evidence: String) {
            (self.check, self.name, self.script, self.evidence) = (check, name, script, evidence)
        }
    }

    /// The host, a name server beside it, and a container `web` that is in order.
    private struct Scene {
        let host: FakeHost
        let names: FakeNameServer

        /// With the options of the container, whose servers listen at 80 and 81 by TCP, 53 and 54 by UDP.
        init(_ options: [String], networks: [[String]] = []) throws {
            host = try FakeHost()
            names = try FakeNameServer(host, at: FakeHost.neighbour, answering: "192.0.2.7")
            try host.setResolver("nameserver \(FakeHost.neighbour)\n")
            for words in networks { #expect(try host.minirun(["network", "create"] + words).status == 0) }
            try host.detachedServers("web", options)
        }

        private static let variables = """
            pid=$(minirun inspect -f '{{.State.Pid}}' web); in="nsenter --net=/proc/$pid/ns/net"
            cable=mr$(minirun inspect -f '{{slice .Id 0 8}}' web); supervisor=$(ps -o ppid= -p $pid)
            lan=br-$(minirun network inspect -f '{{slice .Id 0 12}}' lan 2>/dev/null)

            """

        func run(_ script: String) throws -> Outcome { try host.run(Self.variables + script) }

        /// What is said of the container, or of something else.
        func doctor(_ words: String...) throws -> Outcome { try host.minirun(["doctor"] + words) }

        /// Makes a fault in a host that is in order; the check and its evidence have to be told, and no other.
        func find(_ fault: Fault) throws {
            let before = try doctor("web")
            #expect(before.status == 0 && !before.output.contains(" FAIL "), "\(before)")
            let done = try run(fault.script)
            #expect(done.status == 0, "\(done)")
            // What the fault starts may need a moment on a busy machine.
            let after = try poll(until: { $0.status == 1 }) { try doctor("web") }
            #expect(after.status == 1)
            let failures = after.output.split(separator: "\n").filter { $0.contains(" FAIL ") }
            #expect(failures.count == 1 && failures.allSatisfy { $0.contains(" FAIL \(fault.check) ") }, "\(after)")
            #expect(failures.allSatisfy { $0.contains(fault.evidence) }, "\(failures)")
            #expect(after.output.contains("          mend: "))
            let lines = try host.chinese("doctor web").output.split(separator: "\n")
            #expect(lines.contains { $0.contains(" FAIL \(fault.check) ") && $0.hasChinese }, "\(lines)")
            #expect(!lines.contains { $0.hasEnglishSentence && !$0.contains("修复：") }, "\(lines)")
            _ = try run("kill -CONT $supervisor")
        }
    }

    /// The one that is killed may have the port for a moment yet.
    private static let onItsOwnLoopback = """
        minirun exec web sh -c 'killall httpd; until httpd -p 127.0.0.1:80 -h /srv 2>/dev/null; do sleep 0.1; done'
        """

    private static let plain: [Fault] = [
        .init("runs", "stopped", "minirun stop -t 0 web", "it has exited (137)"),
        .init("runs", "frozen", "minirun pause web", "its processes are frozen"),
        .init(
            "listens", "on its own loopback", onItsOwnLoopback,
            "on 80/tcp somebody listens at 127.0.0.1 alone"),
        .init("listens", "not at all", "minirun exec web killall httpd", "nobody listens on 80/tcp inside"),
        .init(
            "protocol", "udp for tcp", "minirun publish web 9053:53",
            "53/tcp is published, and the server at port 53 speaks udp"),
        .init(
            "interface", "another address, as in the notes", "$in ifconfig eth0 172.16.0.10/16",
            "eth0: address is 172.16.0.10/16, should be 10.1.0.2/24"),
        .init("interface", "down", "$in ip link set eth0 down", "eth0: state is down"),
        .init("interface", "no loopback", "$in ip link set lo down", "lo is down"),
        .init("interface", "deleted", "$in ip link del eth0", "interface eth0 is missing"),
        .init(
            "interface", "somebody else has its address",
            """
            ip netns add twin; ip link add tw0 master $lan type veth peer name eth0 address 02:00:00:00:00:77 netns twin
            ip link set tw0 up; ip -n twin addr add 10.1.0.2/24 dev eth0; ip -n twin link set eth0 up; sleep 0.2
            """, "10.1.0.2 is also 02:00:00:00:00:77's"),
        .init("route", "none", "$in ip route del default", "the default route is none, should be via 10.1.0.1"),
        .init(
            "route", "to a stranger", "$in ip route replace default via 10.1.0.77", "the default route is via 10.1.0.77"
        ),
        .init(
            "route", "to somebody who is silent", "ip link set $lan arp off; $in ip neigh flush dev eth0",
            "nobody says that he is the gateway 10.1.0.1"),
        .init("cable", "pulled", "ip link set $cable nomaster", "is in no bridge, not in br-"),
        .init("cable", "down", "ip link set $cable down", " is down"),
        .init("cable", "its bridge down", "ip link set $lan down", "is down"),
        .init("cable", "its bridge gone", "ip link del $lan", "there is no bridge br-"),
        .init("cable", "isolated", "bridge link set dev $cable isolated on", "is isolated from other ports"),
        .init("cable", "blocked", "bridge link set dev $cable state 0", "is no forwarding port"),
        .init("bridge", "no address", "ip addr del 10.1.0.1/24 dev $lan", "does not have 10.1.0.1/24"),
        .init(
            "bridge", "two bridges, one subnet",
            "ip link add other type bridge; ip addr add 10.1.0.9/24 dev other; ip link set other up",
            "a route to 10.1.0.0/24 by other takes packets for 10.1.0.0/24"),
        .init(
            "bridge", "a route of another table", "ip route add 10.1.0.0/25 dev ens33 table 100",
            "a route to 10.1.0.0/25 by ens33"),
        .init("forwarding", "off", "sysctl -qw net.ipv4.ip_forward=0", "net.ipv4.ip_forward is not 1"),
        .init(
            "forwarding", "no loopback over the loop pair", "sysctl -qw net.ipv4.conf.minirun-lo1.route_localnet=0",
            "route_localnet=1"),
        .init(
            "forwarding", "two ways out, and strict",
            """
            ip link add two type bridge; ip addr add 10.99.0.1/24 dev two; ip link set two up
            ip route add default via 10.99.0.2 dev two metric 900; sysctl -qw net.ipv4.conf.ens33.rp_filter=1
            """, "ens33 drops what comes in by it and is answered by another way out"),
        .init(
            "published", "no element for the port",
            "nft 'delete element inet minirun any4 { tcp . 8080 }'", "in any4 of table inet minirun is none"),
        .init(
            "published", "the network unknown", "nft \"delete element inet minirun networks { \\\"$lan\\\" }\"",
            "in networks of table inet minirun is none"),
        .init(
            "published", "the table flushed", "kill -STOP $supervisor; nft flush table inet minirun",
            "table inet minirun has 0 rules"),
        .init(
            "published", "the table gone", "kill -STOP $supervisor; nft delete table inet minirun",
            "there is no table inet minirun"),
        .init(
            "published", "a rule before the table's own",
            "nft insert rule inet minirun forward accept comment '\"quick fix\"'",
            "has rules of somebody else's: forward handle "),
        .init(
            "published", "nobody holds the port", "ss -K state listening '( sport = 8080 )'",
            "no process of minirun holds 8080/tcp"),
        .init(
            "firewall", "a chain more in minirun's table",
            "nft add chain inet minirun evil '{ type filter hook forward priority -10; policy drop; }'",
            "chain evil of table inet minirun drops"),
        .init(
            "firewall", "another policy of minirun's own chain", "nft 'chain inet minirun forward { policy drop; }'",
            "chain forward of table inet minirun drops"),
        .init(
            "firewall", "policy drop of iptables", "iptables -P FORWARD DROP", "chain FORWARD of table ip filter drops"),
        .init(
            "firewall", "policy drop of nft",
            "nft 'add table inet x; add chain inet x y { type filter hook forward priority 10; policy drop; }'",
            "chain y of table inet x drops"),
        .init(
            "firewall", "a rule of iptables", "iptables -A FORWARD -d 10.1.0.2 -j DROP",
            "a rule in chain FORWARD of table ip filter drops"),
        .init(
            "firewall", "a rule in a chain that is jumped to",
            "iptables -N LATER; iptables -A FORWARD -j LATER; iptables -A LATER -o $lan -j REJECT",
            "a rule in chain LATER of table ip filter drops"),
        .init(
            "firewall", "a rule that only a packet shows",
            """
            nft 'add table ip x; add chain ip x y { type filter hook forward priority 0; }
            add rule ip x y ip ttl < 200 drop'
            """, "a rule in chain y of table ip x drops"),
        .init(
            "redirected", "by iptables", "iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to 10.9.9.9:80",
            "a rule in chain PREROUTING of table ip nat"),
        .init(
            "redirected", "by a set of nft",
            """
            nft 'add table ip x; add chain ip x y { type nat hook prerouting priority -110; }
            add rule ip x y tcp dport { 9, 8080 } dnat to 10.9.9.9:80'
            """, "a rule in chain y of table ip x"),
        .init(
            "occupied", "by another process",
            """
            ss -K state listening '( sport = 8080 )' >/dev/null
            setsid socat TCP-LISTEN:8080,fork,reuseaddr SYSTEM:true >/dev/null 2>&1 &
            sleep 0.5
            """, "0.0.0.0:8080/tcp is bound by socat"),
        .init(
            "stale", "an old conversation",
            """
            conntrack -I -p udp -s 192.168.66.50 -d 192.168.66.11 --sport 5000 --dport 5353 --dst-nat 10.1.0.99 \
            --timeout 100
            """, "a conversation with 5353/udp still goes to 10.1.0.99"),
        .init("hairpin", "off", "bridge link set dev $cable hairpin off", "hairpin off"),
        .init(
            "mtu", "a narrow way out", "ip link set ens33 mtu 1400",
            "eth0 sends packets of 1500 bytes, and ens33 carries 1400"),
        .init(
            "mtu", "a narrow route",
            "ip route replace 192.168.66.0/24 dev ens33 src 192.168.66.11 mtu lock 1300",
            "a hop carries 1300 bytes"),
        .init(
            "names", "systemd-resolved's stub", "minirun exec web sh -c 'echo nameserver 127.0.0.53 >/etc/resolv.conf'",
            "asks 127.0.0.53, which systemd-resolved has on the host alone"),
        .init("names", "no server", "minirun exec web sh -c ': >/etc/resolv.conf'", "names no server"),
        .init(
            "names", "its server is silent", "kill -STOP $supervisor", "its name server at 127.0.0.11 does not answer"),
        .init(
            "names", "the host's server is silent", "echo nameserver 192.168.66.77 >/run/resolv.conf",
            "for names outside its networks nobody answers"),
        .init(
            "handles", "its name for ip netns leads nowhere", "minirun netns expose web && umount /run/netns/web",
            "/run/netns/web does not lead to it any more"),
        .init(
            "backlog", "a server that takes nothing",
            """
            for process in $(minirun top web -o pid,comm | awk '$2 ~ /httpd|busybox/ { print $1 }'); do kill -STOP $process; done
            for count in $(seq 40); do socat -u TCP4:10.1.0.2:80,connect-timeout=1 - >/dev/null 2>&1 & done; sleep 1
            """, "connections wait to be taken"),
    ]

    @Test(arguments: plain) func eachFaultIsFoundByItsCheck(fault: Fault) throws {
        let options = ["--network", "lan", "-p", "8080:80", "-p", "5353:53/udp"]
        try Scene(options, networks: [["--subnet", "10.1.0.0/24", "lan"]]).find(fault)
    }

    @Test func aCableInNoVLANIsFoundWhereTheKernelKnowsOfVLANs() throws {
        let scene = try Scene(["--network", "lan"], networks: [["--subnet", "10.1.0.0/24", "lan"]])
        // Many kernels are built without (CONFIG_BRIDGE_VLAN_FILTERING).
        guard try scene.run("ip link add other type bridge vlan_filtering 1").status == 0 else { return }
        let script = "ip link set $lan type bridge vlan_filtering 1; bridge vlan del dev $cable vid 1"
        try scene.find(Fault("cable", "in no VLAN", script, "filters by VLAN"))
    }

    private static let onTheLAN: [Fault] = [
        .init("macvlan", "its parent down", "ip link set ens33 down", "ens33 is down"),
        .init(
            "macvlan", "no shim", "ip link del mrs-$(minirun network inspect -f '{{slice .Id 0 8}}' wire)",
            "do not meet"),
    ]

    @Test(arguments: onTheLAN) func faultsOfMacvlansAreFound(fault: Fault) throws {
        let wire = [
            "-d", "macvlan", "-o", "parent=ens33", "--subnet", "192.168.66.0/24", "--gateway", FakeHost.gateway,
        ]
        try Scene(["--network", "name=wire,ip=192.168.66.200"], networks: [wire + ["wire"]]).find(fault)
    }

    private static let ofIPv6: [Fault] = [
        .init("ipv6", "no forwarding", "sysctl -qw net.ipv6.conf.all.forwarding=0", "passes no IPv6 on"),
        .init("ipv6", "no address", "$in ip -6 addr flush dev eth0 scope global", "does not have"),
        .init("ipv6", "no default route", "$in ip -6 route del default", "the default route is none"),
        .init("ipv6", "no gateway", "ip -6 addr flush dev minirun0 scope global", "minirun0 does not have"),
    ]

    @Test(arguments: ofIPv6) func faultsOfIPv6AreFound(fault: Fault) throws { try Scene([]).find(fault) }

    @Test func portsAndNetworksAreLookedAt() throws {
        let options = ["--network", "lan", "-p", "8080:80", "-p", "5353:53/udp"]
        let scene = try Scene(options, networks: [["--subnet", "10.1.0.0/24", "lan"]])
        #expect(try scene.doctor("8080").output.contains("9 PASS published    127.0.0.1:8080 answers"))
        #expect(try scene.doctor("8080", "--json").output.contains("\"check\": \"hairpin\""))
        #expect(try scene.doctor("5353/udp").output.hasPrefix("container web\n"))
        #expect(try scene.doctor("lan").output.contains("connected: web"))
        let all = try scene.doctor()
        #expect(all.status == 0 && all.output.contains("container web\n     PASS summary"), "\(all)")
        #expect(all.output.contains("  16 PASS names        \(FakeHost.neighbour) answers\n"))
        #expect(try scene.doctor("web").output.contains(" 127.0.0.11 answers, \(FakeHost.neighbour) answers\n"))

        let nobody = try scene.doctor("9999")
        #expect(nobody.status == 1 && nobody.output.contains("FAIL published    no running container publishes it"))
        let server = try scene.host.start("exec socat TCP-LISTEN:9999,fork SYSTEM:true")
        #expect(try eventually { try scene.doctor("9999").output.contains("0.0.0.0:9999/tcp is bound by socat (pid ") })
        server.signal(9)
        let unknown = try scene.doctor("nix")
        #expect(unknown.status == 125 && unknown.lastError.hasSuffix("\"nix\" is no container, no network and no port"))

        #expect(try scene.run("ip link set $cable nomaster").status == 0)
        #expect(try scene.doctor("lan").output.contains("6 FAIL cable        web: mr"))
        let after = try scene.doctor()
        #expect(after.status == 1 && after.output.contains("container web\n   6 FAIL cable"), "\(after)")
        #expect(try scene.run("minirun verify --repair && minirun doctor web").status == 0)
    }

    @Test func whoHasJoinedANetworkIsToldOfItsOwner() throws {
        let scene = try Scene([])
        let host = scene.host
        try host.detached(["--name", "joined", "--network", "container:web"], ["sleep", "1000"])
        #expect(try scene.doctor("joined").status == 0)
        // A namespace of somebody's has whatever he has given it.
        try host.run("ip netns add hands")
        try host.detached(["--name", "guest", "--network", "ns:/run/netns/hands"], ["sleep", "1000"])
        #expect(try scene.doctor("guest").output.contains(" SKIP interface "))
        #expect(try host.minirun(["stop", "-t", "0", "web"]).status == 0)
        let stopped = try scene.doctor("joined")
        #expect(
            stopped.output.contains(" FAIL interface    web, whose network it has joined, does not run"), "\(stopped)")
        #expect(try host.minirun(["start", "web"]).status == 0 && scene.doctor("joined").status == 0)
        #expect(try host.minirun(["rm", "-f", "web"]).status == 0)
        let gone = try scene.doctor("joined")
        #expect(gone.status == 1 && gone.output.contains(" FAIL interface    the container whose network"), "\(gone)")
    }

    @Test func aMacvlanWithSomebodyElsesAddressIsFound() throws {
        let host = try FakeHost()
        let lan = ["network", "create", "-d", "macvlan", "--subnet", "192.168.66.0/24", "-o", "parent=ens33"]
        #expect(try host.minirun(lan + ["--ip-range", "192.168.66.192/26", "lan"]).status == 0)
        try host.detached(["--name", "web", "--network", "lan"], ["sleep", "1000"])
        func passes() throws -> Bool { try host.minirun(["doctor", "web"]).output.contains(" PASS interface ") }
        #expect(try passes())
        try host.run("minirun netns exec web ip link set eth0 address 02:00:00:00:00:99")
        let found = try host.minirun(["doctor", "web"])
        #expect(found.output.contains(" FAIL interface    eth0: link-layer address is 02:00:00:00:00:99"), "\(found)")
        #expect(
            try host.minirun(["verify", "--repair"]).output.contains("mended: container web: eth0: link-layer address"))
        #expect(try passes())
    }

    @Test func aTunnelWhoseOtherEndIsGoneIsFound() throws {
        let peer = "192.168.66.60"
        let scene = try Scene([])
        try scene.host.run("ip -n ext addr add \(peer)/24 dev eth0")
        let wide = ["-d", "overlay", "--subnet", "10.42.0.0/24", "-o", "vni=7", "-o", "peer=\(peer)", "wide"]
        #expect(try scene.host.minirun(["network", "create"] + wide).status == 0)
        #expect(try scene.run("minirun network connect wide web").status == 0)
        /// What is said of it, once it is as it should be.
        func said(_ words: String, _ part: String) throws -> Bool {
            try eventually {
                let lines = try scene.host.run("minirun doctor \(words)").output.split(separator: "\n")
                return lines.contains { $0.contains(" tunnel ") && $0.contains(part) }
            }
        }
        for words in ["web", "wide", ""] {
            #expect(try said(words, "  21 PASS tunnel       there is a way to \(peer), and it answers"))
        }
        try scene.find(
            .init("tunnel", "gone", "ip -n ext addr del \(peer)/24 dev eth0", "says that he is \(peer), by which vx-"))
        #expect(try said("", "FAIL") && said("wide", "FAIL"))
        // The neighbour's address is written down, so nobody has to answer.
        try scene.host.run("ip neigh replace \(peer) lladdr 02:00:00:00:00:60 dev ens33 nud permanent")
        #expect(try said("wide", "PASS tunnel       there is a way to \(peer)"))
        for kind in ["unreachable", "prohibit", "blackhole"] {
            try scene.host.run("ip route replace \(kind) \(peer)")
            #expect(try said("wide", "there is no way to \(peer), the other end of vx-"), "\(kind)")
        }
        let port = try scene.host.run("ip -o link show type vxlan | cut -d ' ' -f 2 | tr -d :").line
        try scene.host.run("ip route del \(peer); bridge fdb del 00:00:00:00:00:00 dev \(port) dst \(peer)")
        #expect(try said("wide", "FAIL tunnel       \(port) does not send to \(peer)"))
        try scene.host.run("ip link set \(port) nomaster")
        #expect(try said("wide", "FAIL tunnel       \(port): bridge is none"))
        try scene.host.run("ip link del \(port)")
        #expect(try said("wide", "FAIL tunnel       interface \(port) is missing"))
        #expect(try scene.host.run("minirun verify --repair").status == 0)
        try scene.host.run("ip neigh del \(peer) dev ens33; ip -n ext addr add \(peer)/24 dev eth0")
        #expect(try said("wide", "and it answers"))
    }

    @Test func aTunnelMadeByHandIsLookedAt() throws {
        let host = try FakeHost()
        func tunnel() throws -> Substring {
            try host.minirun(["doctor"]).output.split(separator: "\n").first { $0.contains(" tunnel ") } ?? ""
        }
        try host.run("ip link add vx0 type vxlan id 9 dstport 4789 remote 192.168.66.77 dev ens33; ip link set vx0 up")
        #expect(try tunnel().contains("FAIL tunnel       nobody on ens33 says that he is 192.168.66.77"))
        // One of several hosts may be switched off.
        try host.run("bridge fdb append 00:00:00:00:00:00 dev vx0 dst \(FakeHost.neighbour)")
        #expect(try eventually { try tunnel().contains("PASS tunnel       there is a way to \(FakeHost.neighbour)") })
        try host.run("ip link set vx0 down")
        #expect(try tunnel() == "")
    }

    @Test func aPortThatNobodyHasPublishedIsFoundOnTheHost() throws {
        let scene = try Scene(["--network", "lan", "-p", "8080:80"], networks: [["--subnet", "10.1.0.0/24", "lan"]])
        #expect(try scene.doctor().output.contains("PASS published"))
        // Asked before the one for all addresses: who comes to this one is led elsewhere.
        _ = try scene.run("nft 'add element inet minirun one4 { 192.168.66.11 . tcp . 8080 : 10.1.0.99 . 80 }'")
        #expect(try scene.host.fetch(as: .neighbour, port: 8080, within: 2).status != 0)
        let found = try scene.doctor()
        #expect(
            found.output.contains("FAIL published    in one4 of table inet minirun is 192.168.66.11 . "), "\(found)")
        let mend = found.output.split(separator: "\n").first { $0.contains("delete element") }
        _ = try scene.run(mend?.split(separator: "mend: ").last.map(String.init) ?? "false")
        #expect(try scene.doctor().output.contains("PASS published"))
        #expect(try eventually { try scene.host.fetch(as: .neighbour, port: 8080).status == 0 })
    }

    @Test func aNameThatLeadsNowhereIsFoundOnTheHost() throws {
        let host = try FakeHost()
        #expect(try host.minirun(["doctor"]).output.contains("PASS handles      2 names, something behind each"))
        try host.run("ln -s /proc/4194304/ns/net /run/netns/old")
        let found = try host.minirun(["doctor"])
        #expect(found.status == 1 && found.output.contains("no network namespace is behind /run/netns/old"), "\(found)")
        #expect(try host.run("ip netns delete old && minirun doctor").output.contains("PASS handles"))
    }

    @Test(.enabled(if: access("/proc/sys/net/bridge/bridge-nf-call-iptables", F_OK) == 0, "needs br_netfilter"))
    func aFirewallThatKeepsSiblingsOfAnInternalNetworkApartIsFound() throws {
        let scene = try Scene(["--network", "lan"], networks: [["--internal", "lan"]])
        try scene.host.run("iptables -P FORWARD DROP; sysctl -qw net.bridge.bridge-nf-call-iptables=0")
        #expect(try scene.doctor("web").output.contains(" PASS firewall "))
        try scene.host.run("sysctl -qw net.bridge.bridge-nf-call-iptables=1")
        #expect(try scene.doctor("web").output.contains(" FAIL firewall "))
        #expect(try scene.doctor().output.contains(" FAIL firewall "))
    }

    @Test func whatIsWaitedForTogetherIsToldOfEach() throws {
        let scene = try Scene(["--network", "lan"], networks: [["--subnet", "10.1.0.0/24", "lan"]])
        for name in ["api", "db"] { try scene.host.detached(["--name", name, "--network", "lan"], ["sleep", "1000"]) }
        let twins = """
            for last in 3 4; do
                ip netns add twin$last; ip link add tw$last master $lan type veth peer name eth0 netns twin$last
                ip link set tw$last up; ip -n twin$last addr add 10.1.0.$last/24 dev eth0; ip -n twin$last link set eth0 up
            done; sleep 0.2
            """
        #expect(try scene.run(twins).status == 0)
        let all = try scene.doctor()
        for (name, address) in [("api", "10.1.0.3"), ("db", "10.1.0.4")] {
            #expect(all.output.contains("container \(name)\n   4 FAIL interface    \(address) is also "), "\(all)")
        }
        #expect(all.status == 1 && all.output.contains("container web\n     PASS summary"), "\(all)")
    }

    @Test func chineseReadersAreToldInChineseAndProgramsInEnglish() throws {
        let scene = try Scene(["--network", "lan", "-p", "8080:80"], networks: [["--subnet", "10.1.0.0/24", "lan"]])
        for words in ["doctor", "doctor lan", "doctor 8080", "doctor 9999"] {
            let lines = try scene.host.chinese(words).output.split(separator: "\n")
            #expect(lines.contains(where: \.hasChinese) && !lines.contains(where: \.hasEnglishSentence), "\(lines)")
        }
        #expect(try scene.run(Self.onItsOwnLoopback).status == 0)
        let chinese = try scene.host.chinese("doctor web").output
        #expect(chinese.hasPrefix("容器 web\n"))
        #expect(chinese.contains("2 FAIL listens      80/tcp 只在 127.0.0.1 上监听，只有容器自己能到达\n"), "\(chinese)")
        #expect(chinese.contains("          修复：让服务器监听 0.0.0.0，而不是 127.0.0.1\n"))
        let json = try scene.host.chinese("doctor --json web").output
        #expect(!json.hasChinese && json.contains("\"evidence\": \"on 80/tcp somebody listens"), "\(json)")
    }

    @Test func whoMayNotLookIsToldSo() throws {
        let scene = try Scene(["-p", "8080:80"])
        let outcome = try scene.run("exec setpriv --bounding-set=-net_admin --inh-caps=-net_admin minirun doctor web")
        #expect(outcome.status == 2 && !outcome.output.contains(" FAIL "), "\(outcome)")
        #expect(outcome.output.contains(" 10 SKIP firewall "))
        let blind = try scene.run("exec setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin minirun doctor web")
        #expect(blind.status == 2 && blind.lastError.hasSuffix(": operation not permitted"), "\(blind)")
    }

    @Test func containersWithoutANetworkOfTheirOwnAreLookedAt() throws {
        let host = try FakeHost()
        for mode in ["none", "host"] { try host.detached(["--name", mode, "--network", mode], ["sleep", "1000"]) }
        try host.detached(["--name", "donor"], ["sleep", "1000"])
        try host.detached(["--name", "joined", "--network", "container:donor"], ["sleep", "1000"])
        try host.setResolver("")
        for name in ["none", "host", "joined"] {
            let outcome = try host.minirun(["doctor", name])
            #expect(outcome.status == 0, "\(outcome)")
        }
        #expect(try host.minirun(["doctor", "joined"]).output.contains(" 4 PASS interface    eth0 172.17.0.2/16"))
    }
}
