import Testing

/// `verify` names what somebody has changed by hand, `--repair` makes it right, and traffic passes again.
@Suite struct VerifyTests {
    /// One thing that somebody does to the host, and what is then said.
    struct Change: Sendable, CustomTestStringConvertible {
        var name: String
        /// Run on the host, with the variables of `VerifyTests.variables`.
        var script: String
        /// Parts of the sentences; every deviation has to have one of them.
        var said: [String]
        /// Whether supervisors must sleep meanwhile, for they would mend it themselves.
        var sleeping = false
        /// Whether only a new start of the container makes it right.
        var isLasting = false
        var testDescription: String { name }
    }

    /// `$in` enters the container's network, `$cable` is the host's end of it.
    private static let variables = """
        pid=$(minirun inspect -f '{{.State.Pid}}' web); in="nsenter --net=/proc/$pid/ns/net"
        cable=mr$(minirun inspect -f '{{slice .Id 0 8}}' web)
        lan=br-$(minirun network inspect -f '{{slice .Id 0 12}}' lan)

        """

    private static let changes: [Change] = [
        .init(
            name: "another address, as in the notes", script: "$in ifconfig eth0 172.16.0.10/16",
            said: [
                "container web: eth0: address is 172.16.0.10/16, should be 10.1.0.2/24",
                "container web: eth0: default route is none, should be via 10.1.0.1",
            ]),
        .init(
            name: "an address more", script: "$in ip addr add 10.9.9.9/24 dev eth0",
            said: ["eth0: address is 10.1.0.2/24 10.9.9.9/24, should be 10.1.0.2/24"]),
        .init(
            name: "the address gone", script: "$in ip addr flush dev eth0",
            said: ["eth0: address is none", "eth0: default route is none"]),
        .init(
            name: "the interface down", script: "$in ip link set eth0 down",
            said: ["eth0: state is down", "eth0: default route is none"]),
        .init(
            name: "the interface renamed",
            script: "$in ip link set eth0 down; $in ip link set eth0 name wan0; $in ip link set wan0 up",
            said: ["eth0: name is wan0, should be eth0", "eth0: default route is none"]),
        .init(
            name: "the interface deleted", script: "$in ip link del eth0",
            said: ["container web: interface eth0 is missing"]),
        .init(
            name: "another link-layer address", script: "$in ip link set eth0 address 02:00:00:00:00:99",
            said: ["eth0: link-layer address is 02:00:00:00:00:99"]),
        .init(
            name: "another packet size", script: "$in ip link set eth0 mtu 1300", said: ["eth0: mtu is 1300"]),
        .init(
            name: "no default route", script: "$in ip route del default",
            said: ["eth0: default route is none, should be via 10.1.0.1"]),
        .init(
            name: "another default route", script: "$in ip route replace default via 10.1.0.77",
            said: ["eth0: default route is via 10.1.0.77, should be via 10.1.0.1"]),
        .init(
            name: "the cable pulled", script: "ip link set $cable nomaster", said: ["bridge is none, should be br-"]),
        .init(
            name: "the cable in another bridge",
            script: "ip link add other type bridge; ip link set $cable master other",
            said: ["bridge is other, should be br-"]),
        .init(name: "the cable down", script: "ip link set $cable down", said: [": state is down"]),
        .init(
            name: "no hairpin", script: "ip link set $cable type bridge_slave hairpin off",
            said: ["port is hairpin off isolated off, should be hairpin on isolated off"]),
        .init(
            name: "isolated", script: "ip link set $cable type bridge_slave isolated on",
            said: ["port is hairpin on isolated on"]),
        .init(name: "the bridge down", script: "ip link set $lan down", said: ["network lan: br-"]),
        .init(
            name: "the bridge's address gone", script: "ip addr flush dev $lan",
            said: ["address is none, should be 10.1.0.1/24"]),
        .init(
            name: "the bridge deleted", script: "ip link del $lan", said: ["network lan: bridge br-"]),
        .init(
            name: "no forwarding", script: "sysctl -qw net.ipv4.ip_forward=0",
            said: ["net.ipv4.ip_forward is 0, should be 1"]),
        .init(
            name: "the loop pair down", script: "ip link set minirun-lo0 down; ip link set minirun-lo1 down",
            said: [
                "host: the loop pair is down, should be minirun-lo0 up",
                "host: the loop pair is down, should be minirun-lo1 up",
            ]),
        .init(
            name: "no loopback over the loop pair", script: "sysctl -qw net.ipv4.conf.minirun-lo1.route_localnet=0",
            said: ["the loop pair is 0, should be net.ipv4.conf.minirun-lo1.route_localnet=1"]),
        .init(
            name: "the table flushed", script: "nft flush table inet minirun",
            said: ["host: table inet minirun is damaged, with 0 rules"], sleeping: true),
        .init(
            name: "a rule added to the table",
            script: "nft insert rule inet minirun forward accept comment '\"quick fix\"'",
            said: ["(\"quick fix\") of table inet minirun is there, should be gone"]),
        .init(
            name: "lo down", script: "$in ip link set lo down", said: ["container web: lo: state is down, should be up"]
        ),
        .init(
            name: "the table gone", script: "nft delete table inet minirun",
            said: ["host: table inet minirun is missing"], sleeping: true),
        .init(
            name: "the network's element gone",
            script: "nft delete element inet minirun networks \"{ \\\"$lan\\\" }\"",
            said: ["network lan: firewall set networks is none"]),
        .init(
            name: "the port's element gone",
            script:
                "nft 'delete element inet minirun any4 { tcp . 8080 }; delete element inet minirun hostany4 { tcp . 8080 }'",
            said: ["container web: firewall set any4 is none, should be tcp . 8080 : 10.1.0.2 . 80", "set hostany4"]),
        .init(
            name: "the port's element leads elsewhere",
            script: """
                nft 'delete element inet minirun any4 { tcp . 8080 }; \
                add element inet minirun any4 { tcp . 8080 : 10.1.0.99 . 80 }'
                """,
            said: ["firewall set any4 is tcp . 8080 : 10.1.0.99 . 80, should be tcp . 8080 : 10.1.0.2 . 80"]),
        .init(
            name: "a port published past the records",
            script: "nft 'add element inet minirun any4 { tcp . 9999 : 10.1.0.2 . 80 }'",
            said: ["host: firewall set any4 is tcp . 9999 : 10.1.0.2 . 80, should be none"]),
        .init(
            name: "a port of one address before that of all",
            script: "nft 'add element inet minirun one4 { 192.168.66.11 . tcp . 8080 : 10.1.0.99 . 80 }'",
            said: ["host: firewall set one4 is 192.168.66.11 . tcp . 8080 : 10.1.0.99 . 80, should be none"]),
        .init(
            name: "ports of the container's own address opened",
            script: "nft 'add element inet minirun direct4 { 10.1.0.2 . tcp . 22, 10.1.0.2 . sctp . 9 }'",
            said: ["firewall set direct4 is 10.1.0.2 . tcp . 22, should be none", "10.1.0.2 . sctp . 9, should be"]),
        .init(
            name: "the name gone", script: "rm -r $MINIRUN_STATE/dns/*/web",
            said: ["the name web in network lan is nobody's, should be 10.1.0.2"]),
        .init(
            name: "the lease gone", script: "rm $MINIRUN_STATE/leases/*/10.1.0.2",
            said: ["container web: lease /run/minirun/leases/"], isLasting: true),
        .init(
            name: "the port's socket gone", script: "ss -K state listening '( sport = 8080 )'",
            said: ["container web: host port 8080/tcp is held by nobody"], isLasting: true),
    ]

    @Test(arguments: changes) func whatSomebodyChangedIsNamedAndMended(change: Change) throws {
        let host = try FakeHost()
        #expect(try host.minirun(["network", "create", "--subnet", "10.1.0.0/24", "lan"]).status == 0)
        try host.detachedServer(["--name", "web", "--network", "lan", "-p", "8080:80"])
        func answers() throws -> Bool {
            try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour)
                && host.fetch(as: .hostLoopback, port: 8080).status == 0
        }
        #expect(try eventually { try answers() })
        let before = try host.minirun(["verify"])
        #expect(before.status == 0 && before.line == "Everything is as it is written down: 1 network, 1 container.")

        let supervisor = try host.supervisor("web")
        if change.sleeping { try host.run("kill -STOP \(supervisor)") }
        let done = try host.run(Self.variables + change.script)
        #expect(done.status == 0, "\(done)")
        let found = try host.minirun(["verify"])
        #expect(found.status == 1)
        let sentences = found.output.split(separator: "\n").dropLast().filter { !$0.hasPrefix("    mend: ") }
        for part in change.said { #expect(sentences.contains { $0.contains(part) }, "\(part) in \(found)") }
        for sentence in sentences { #expect(change.said.contains { sentence.contains($0) }, "\(sentence)") }
        #expect(found.output.contains("    mend: "))
        let chinese = try host.chinese("verify").output.split(separator: "\n").filter { !$0.hasPrefix("    修复：") }
        #expect(chinese.last?.hasSuffix(" 处与记录不符（1 个网络，1 个容器）。") == true, "\(chinese)")
        for sentence in chinese.dropLast() {
            #expect(sentence.contains("现为"), "\(sentence)")
            let plain = sentence.replacing(#/hairpin o\w+ isolated o\w+/#, with: "")
            #expect(!plain.hasEnglishSentence, "\(sentence)")
        }

        if change.isLasting {
            #expect(try host.minirun(["verify", "--repair"]).status == 1)
            #expect(try host.run("minirun stop -t 0 web && minirun start web").status == 0)
        } else {
            let mended = try host.minirun(["verify", "--repair"])
            #expect(mended.status == 0 && mended.output.hasPrefix("mended: "), "\(mended)")
        }
        if change.sleeping { try host.run("kill -CONT \(supervisor)") }
        let after = try host.minirun(["verify"])
        #expect(after.status == 0, "\(after)")
        #expect(try eventually { try answers() })
        #expect(try host.minirun(["verify", "--json"]).output.contains("\"deviations\": []"))
    }

    @Test func theDefaultNetworkAndConnectionsToSeveralAreCompared() throws {
        let host = try FakeHost()
        #expect(try host.minirun(["verify"]).line == "Everything is as it is written down: 0 networks, 0 containers.")
        #expect(try host.minirun(["network", "create", "--subnet", "10.1.0.0/24", "lan"]).status == 0)
        try host.detached(["--name", "web"], ["sleep", "1000"])
        #expect(try host.minirun(["network", "connect", "lan", "web"]).status == 0)
        try host.detached(["--name", "joined", "--network", "container:web"], ["sleep", "1000"])
        try host.detached(["--name", "none", "--network", "none"], ["sleep", "1000"])
        try host.detached(["--name", "own", "--network", "host"], ["sleep", "1000"])
        let before = try host.minirun(["verify"])
        #expect(before.line == "Everything is as it is written down: 2 networks, 4 containers.", "\(before)")
        try host.run("ip addr del 172.17.0.1/16 dev minirun0; ip -n ext link show >/dev/null")
        let found = try host.minirun(["verify"])
        #expect(found.output.contains("network bridge: minirun0: address is"), "\(found)")
        #expect(try host.minirun(["verify", "--repair"]).status == 0)
        #expect(try host.run("ip -o -4 addr show minirun0").output.contains("172.17.0.1/16"))
        #expect(try host.run("ip link del minirun0").status == 0)
        #expect(try host.minirun(["verify", "--repair"]).status == 0)
        #expect(try host.run("minirun exec web ping -c 1 -W 20 172.17.0.1").status == 0)
        #expect(try host.minirun(["verify", "web"]).status == 125)
    }

    @Test func anotherNetworkWithTheSameFilesIsNotCompared() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], ["sleep", "1000"])
        for command in ["verify", "doctor"] {
            let refused = try host.run("ip netns exec ext minirun \(command)")
            #expect(
                refused.status == 125 && refused.errors.contains("belong to another network namespace"), "\(refused)")
        }
        #expect(try host.run("ip netns exec ext minirun --state /run/x --root /run/y verify").status == 0)
    }

    @Test func whatAnotherUsersContainerPublishesIsSomebodys() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web", "-p", "8080:80"], ["sleep", "1000"])
        let other = "MINIRUN_STATE=/run/other MINIRUN_ROOT=/run/other-root minirun"
        let started = try host.run(
            "\(other) run -d --name theirs -p 9998:80 -p 192.168.66.11:9998:53/udp busybox sleep 1000")
        #expect(started.status == 0, "\(started)")
        #expect(try host.run("nft list map inet minirun any4").output.contains("9998"))
        let found = try host.minirun(["verify"])
        let ended = try host.run("\(other) rm -f theirs")
        #expect(found.status == 0 && ended.status == 0, "\(found) \(ended)")
    }

    @Test func macvlanAndOverlayNetworksAreCompared() throws {
        let host = try FakeHost()
        let lan = ["-d", "macvlan", "-o", "parent=ens33", "--subnet", "192.168.66.0/24", "--gateway", FakeHost.gateway]
        #expect(try host.minirun(["network", "create"] + lan + ["lan"]).status == 0)
        let overlay = ["-d", "overlay", "-o", "vni=7", "-o", "peer=\(FakeHost.neighbour)", "--subnet", "10.7.0.0/24"]
        #expect(try host.minirun(["network", "create"] + overlay + ["far"]).status == 0)
        try host.detached(["--name", "aa", "--network", "name=lan,ip=192.168.66.200"], ["sleep", "1000"])
        let before = try host.minirun(["verify"])
        #expect(before.status == 0, "\(before)")
        let port = try host.minirun(["network", "inspect", "-f", "vx-{{slice .Id 0 12}}", "far"]).line
        let shim = try host.minirun(["network", "inspect", "-f", "mrs-{{slice .Id 0 8}}", "lan"]).line
        for (change, said) in [
            ("ip link del \(port)", "network far: interface \(port) is missing"),
            ("ip link set \(port) nomaster", "network far: \(port): bridge is none"),
            ("ip link del \(shim)", "container aa: the way over \(shim) is missing"),
            ("ip route del 192.168.66.200", "container aa: the way over \(shim) is without its route"),
            ("nsenter --net=/proc/$(minirun inspect -f '{{.State.Pid}}' aa)/ns/net ip link del eth0", "interface eth0"),
        ] {
            #expect(try host.run(change).status == 0, "\(change)")
            let found = try host.minirun(["verify"])
            #expect(found.status == 1 && found.output.contains(said), "\(change): \(found)")
            let mended = try host.minirun(["verify", "--repair"])
            #expect(mended.status == 0, "\(change): \(mended)")
        }
        #expect(try host.run("ping -c 1 -W 20 192.168.66.200").status == 0)
    }

    @Test func chineseReadersAreToldInChineseAndProgramsInEnglish() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], ["sleep", "1000"])
        #expect(try host.chinese("verify").line == "一切与记录一致：1 个网络，1 个容器。")
        try host.run(Self.variables + "$in ip link set eth0 mtu 1300; $in ip addr del 172.17.0.2/16 dev eth0")
        let lines = try host.chinese("verify").output.split(separator: "\n")
        #expect(lines.first == "容器 web：eth0 的 MTU 现为 1300，应为 1500")
        #expect(lines.contains { $0.hasPrefix("容器 web：eth0 的地址现为 fd") }, "\(lines)")
        #expect(lines.contains("容器 web：eth0 的默认路由现为无，应为 via 172.17.0.1"))
        #expect(lines.contains { $0.hasPrefix("    修复：nsenter --net=/proc/") })
        let json = try host.chinese("verify --json").output
        #expect(!json.hasChinese && json.contains("\"what\": \"eth0: mtu\""), "\(json)")
        #expect(try !host.chinese("inspect -f '{{json .Drift}}' web").output.hasChinese)
        let mended = try host.chinese("verify --repair")
        #expect(mended.output.hasPrefix("已修复：容器 web：eth0 的 MTU 现为 1300，应为 1500\n"), "\(mended)")
    }

    @Test func inspectShowsWhatDiffersInside() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], ["sleep", "1000"])
        #expect(try !host.minirun(["inspect", "web"]).output.contains("\"Drift\""))
        try host.run(Self.variables + "$in ip link set eth0 mtu 1300")
        #expect(try host.inspect("web", "{{index .Drift 0}}") == "eth0: mtu is 1300, should be 1500")
    }
}
