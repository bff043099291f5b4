import Testing

/// Who reaches whom, who can get at a port, who shares which namespace: as commands tell it.
@Suite struct ReachTests {
    private let host: FakeHost

    init() throws { host = try FakeHost() }

    private func run(_ words: String...) throws -> Outcome { try host.minirun(words) }

    private func start(_ name: String, _ options: String...) throws {
        try host.detached(["--name", name] + options, ["sleep", "1000"])
    }

    /// The rows of the matrix, without their numbers and names.
    private func matrix(_ words: String...) throws -> (rows: [String], outcome: Outcome) {
        let outcome = try host.minirun(["net", "matrix"] + words)
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        let rows = lines.dropFirst().prefix { !$0.isEmpty }.map { line in
            line.split(separator: " ").dropFirst(2).joined()
        }
        return (rows, outcome)
    }

    @Test(arguments: ["tcp", "udp"])
    func theMatrixShowsWhatIsAndFindsWhatShouldNotBe(proto: String) throws {
        #expect(try run("network", "create", "--subnet", "10.1.0.0/24", "lab").status == 0)
        #expect(try run("network", "create", "--subnet", "10.2.0.0/24", "-o", "enable_icc=false", "apart").status == 0)
        try start("a1", "--network", "apart")
        try start("a2", "--network", "apart")
        try start("joined", "--network", "container:a1")
        try start("lab1", "--network", "lab")
        try start("lab2", "--network", "lab", "-p", "8080:80")
        try start("lone", "--network", "none")
        let (rows, outcome) = try matrix("--proto", proto)
        #expect(outcome.status == 0, "\(outcome)")
        //                  host a1 a2 joined lab1 lab2 lone
        #expect(rows == ["-+++++.", "+-.=...", "+.-....", "+=.-...", "+...-+.", "+...+-.", "......-"], "\(outcome)")
        // Nobody's sockets are left over, and nobody has to listen.
        #expect(
            try host.run(as: .container("lab1"), "ss -Hlntu").output.split(separator: "\n").count == 2,
            "its name server")
        #expect(try matrix("--network", "lab").rows == ["-++", "+-+", "++-"])

        // Somebody opens the one and shuts the other.
        try host.run("nft insert rule inet minirun forward iifname $1 ip daddr 10.1.0.2 accept", [bridge("apart")])
        try host.run(
            "nft insert rule inet minirun forward oifname $1 iifname $2 accept", [bridge("apart"), bridge("lab")])
        try host.run(
            "ip link set dev $(bridge -j link | jq -r '.[] | select(.master == \"'$1'\") | .ifname' | head -1) down",
            [bridge("lab")])
        let (changed, told) = try matrix("--proto", proto)
        #expect(told.status == 1)
        #expect(changed.joined().contains("X"), "\(told)")
        #expect(
            told.output.contains(" does not reach lab") && told.output.contains("minirun trace host lab"), "\(told)")
    }

    private func bridge(_ network: String) throws -> String {
        try run("network", "inspect", "-f", "br-{{slice .Id 0 12}}", network).line
    }

    @Test func theMatrixFindsAWayThatShouldNotBe() throws {
        for (name, subnet) in [("one", "10.1.0.0/24"), ("two", "10.2.0.0/24")] {
            #expect(try run("network", "create", "--subnet", subnet, name).status == 0)
            try start(name, "--network", name)
        }
        try host.run(
            """
            nft insert rule inet minirun inward ip daddr 10.2.0.2 accept
            nft insert rule inet minirun inward ip daddr 10.1.0.2 accept
            """)
        let (rows, outcome) = try matrix()
        #expect(rows == ["-++", "+-!", "+!-"] && outcome.status == 1, "\(outcome)")
        #expect(outcome.output.contains("! one reaches two (10.2.0.2), and should not"))
        let json = try host.run(
            "minirun net matrix --format json | jq -c '[.cells[] | select(.asExpected | not) | .from]'")
        #expect(json.line == #"["one","two"]"#)
    }

    @Test func chineseReadersAreToldInChinese() throws {
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        func chinese(_ words: String) throws -> String { try host.chinese(words).output }
        #expect(try chinese("net matrix").contains("+ 可达  . 不可达"))
        #expect(try chinese("exposure").contains("8080/tcp 对所有网卡开放：ens33 192.168.66.11（局域网）"))
        #expect(try chinese("ns web").contains("容器内的用户 0 至 65535 在外面是 "))
        #expect(try chinese("trace ext 8080").contains("结论："))
        #expect(try chinese("topo").contains("路由器"))
        // Errors are Docker's in every language.
        #expect(try host.chinese("ns nope").errors.contains("No such container: nope"))
    }

    @Test func hintsOfErrorsAndNoticesAreInChinese() throws {
        let busybox = try Places.busybox.get()
        let words = "network create --subnet 10.1.0.0/24"
        #expect(try host.chinese("\(words) one").status == 0)
        #expect(
            try host.chinese("\(words) two").errors
                == """
                minirun: Pool overlaps with other one on this address space
                10.1.0.0/24 与 network "one" (10.1.0.0/24) 重叠；下一个空闲的：10.1.1.0/24

                """)
        #expect(
            try host.chinese("run --rm --net host \(busybox) true").errors
                == "NOTICE: --net host 意味着 --userns host：此容器中的 root 就是主机的 root\n")
        try host.run("iptables -P FORWARD DROP")
        let start = try host.chinese("run --rm \(busybox) sleep 1")
        #expect(start.errors.hasPrefix("WARNING: 表 ip filter 的链 FORWARD 会丢弃它不认识的转发报文"), "\(start)")
        #expect(start.errors.contains("nft insert rule ip filter FORWARD iifname"))
        #expect(try host.chinese("exposure").errors.hasPrefix("表 ip filter 的链 FORWARD 会丢弃"))
        let waited = try host.chinese("trace --wait --timeout 0.2 ext 8080")
        #expect(waited.errors == "等待从 ext 到 host:8080 的 tcp 报文\nminirun: 没有等到这样的报文\n", "\(waited)")
    }

    @Test func portsAreToldWithWhoCanGetAtThem() throws {
        try host.detachedServer(["--name", "web", "-p", "8080:80", "-p", "127.0.0.1:9090:81"])
        let listed = try run("exposure", "--format", "{{.HostPort}} {{.Container}} {{.Audience}} {{.Exposure}}").output
        #expect(
            listed == """
                8080/tcp web LAN 8080/tcp open on all interfaces: ens33 192.168.66.11 (LAN), fd00:66::11 (LAN)
                9090/tcp web this host 9090/tcp open on lo 127.0.0.1 (this host) only

                """)
        // A program that reads `ps` and `port` reads Docker's; people are told more.
        #expect(
            try run("port", "web").output == "80/tcp -> 0.0.0.0:8080\n80/tcp -> [::]:8080\n81/tcp -> 127.0.0.1:9090\n")
        let seen = try host.run("script -qec 'minirun port web; minirun ps' /dev/null").output
        #expect(seen.contains("8080/tcp open on all interfaces: ens33 192.168.66.11 (LAN)"), "\(seen)")
        #expect(seen.contains("web: 9090/tcp open on lo 127.0.0.1 (this host) only"), "\(seen)")
        let started = try host.run("script -qec 'minirun run --rm -p 7070:80 busybox sleep 0.2' /dev/null").output
        #expect(started.contains("7070/tcp open on all interfaces"), "\(started)")
        // Other firewalls are named, and a port that the table has lost is open to nobody.
        try host.run(
            "nft 'add table ip other; add chain ip other f { type filter hook forward priority 0; policy drop; }'")
        #expect(try run("exposure").errors.contains("chain f of table ip other drops forwarded packets"))
        try host.run(
            "kill -STOP \(host.supervisor("web")); nft delete element inet minirun any4 { tcp . 8080 }; nft delete element inet minirun any6 { tcp . 8080 }"
        )
        #expect(try run("exposure", "--format", "{{.HostPort}}").output == "9090/tcp\n")
    }

    private func fetches(_ address: String) throws -> Bool {
        try host.run(as: .neighbour, "curl -sm 1 http://\(address)/").status == 0
    }

    @Test func rulesOfOthersStandBesideThePortsThatTheyBar() throws {
        try host.detachedServer(["--name", "web", "-p", "8080:80", "-p", "8081:80"])
        func exposure(_ port: String) throws -> String {
            let lines = try run("exposure", "--format", "{{.HostPort}} {{.Audience}} {{.Exposure}}").output
            return lines.split(separator: "\n").first { $0.hasPrefix("\(port)/tcp ") }.map { String($0) } ?? ""
        }
        #expect(try eventually { try fetches("192.168.66.11:8080") } && !exposure("8080").contains("but"))
        try host.run("iptables -A FORWARD -p tcp --dport 80 -j DROP")
        #expect(try !fetches("192.168.66.11:8080"))
        let barred = try exposure("8080")
        #expect(
            barred.contains(", but at 192.168.66.11 a rule in chain FORWARD of table ip filter drops its packets"),
            "\(barred)")
        #expect(try host.chinese("exposure").output.contains("表 ip filter 的链 FORWARD 中有一条规则丢弃它的报文"))
        try host.run("ip6tables -A FORWARD -p tcp --dport 80 -j REJECT")
        #expect(try exposure("8080").hasPrefix("8080/tcp nobody "))
        try host.run("iptables -F FORWARD; ip6tables -F FORWARD")
        #expect(try fetches("192.168.66.11:8080") && !exposure("8080").contains("but"))

        // Somebody else has the port's packets first.
        try host.run("iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to 10.9.0.2:80")
        #expect(try !fetches("192.168.66.11:8080") && fetches("192.168.66.11:8081"))
        let redirected = try exposure("8080")
        #expect(
            redirected.contains(
                "a rule in chain PREROUTING of table ip nat gives packets to port 8080 another destination"),
            "\(redirected)")
        #expect(try !exposure("8081").contains("but"))
    }

    @Test func portsOfRoutedNetworksAreOpenToNeighboursWithARoute() throws {
        #expect(
            try run("network", "create", "-o", "gateway_mode_ipv4=routed", "--subnet", "10.1.0.0/24", "r").status == 0)
        try host.detachedServer(["--name", "web", "--network", "r", "-p", "80:80", "-p", "81:80", "-p", "82:82/udp"])
        #expect(try !fetches("10.1.0.2"))
        try host.run(as: .neighbour, "ip route add 10.1.0.0/24 via 192.168.66.11")
        #expect(try eventually { try fetches("10.1.0.2") })
        let listed = try run("exposure", "--format", "{{.HostPort}} {{.Audience}} {{.Exposure}}").output
        #expect(
            listed == """
                - LAN 80/tcp at 10.1.0.2, for neighbours with a route
                - LAN 82/udp at 10.1.0.2, for neighbours with a route

                """)
        #expect(try host.chinese("exposure").output.contains("10.1.0.2 的 80/tcp，供有路由的邻居访问"))
        #expect(try run("topo").output.contains("⇐ 10.1.0.2:80/tcp"))
        try host.run("iptables -A FORWARD -d 10.1.0.2 -p tcp -j DROP")
        #expect(try !fetches("10.1.0.2"))
        #expect(
            try run("exposure").output.contains(
                "80/tcp at 10.1.0.2, for neighbours with a route, but a rule in chain FORWARD"))
    }

    @Test func aBridgeWithACardsAddressIsTheHost() throws {
        #expect(try run("uplink", "attach", "ens33").status == 0)
        #expect(
            try run(
                "network", "create", "-o", "com.docker.network.bridge.name=br0", "--subnet", "192.168.66.0/24",
                "--gateway", "192.168.66.1", "--ip-range", "192.168.66.128/26", "-o", "inhibit_ipv4=true", "lan"
            ).status == 0)
        try start("web", "--network", "lan")
        let (rows, outcome) = try matrix()
        #expect(rows == ["-+", "+-"] && outcome.status == 0, "\(outcome)")
    }

    @Test func wideNamesLeaveColumnsStraight() throws {
        try start("教育", "--network", "none")
        try start("a-longer-name", "--network", "none")
        func columns(_ output: String, _ mark: Character) -> Set<Int> {
            let lines = output.split(separator: "\n").filter { $0.contains("教育") || $0.contains("a-longer-name") }
            // A Chinese character takes two cells.
            return Set(
                lines.prefix(2).compactMap { line in
                    line.firstIndex(of: mark).map { line[..<$0].reduce(0) { $0 + ($1.isASCII ? 1 : 2) } }
                })
        }
        #expect(try columns(run("net", "matrix").output, ".").count == 1)
        let first = try run("ns").output.replacing("4026", with: "|").replacing("=", with: "|")
        #expect(columns(first, "|").count == 1, "\(first)")
    }

    @Test func namespacesAreShownWithWhoSharesThem() throws {
        try start("web")
        try start("joiner", "--network", "container:web", "--ipc", "container:web")
        let outcome = try run("ns")
        let rows = outcome.output.split(separator: "\n").map { $0.replacing("= ", with: "=").split(separator: " ") }
        #expect(rows.map { $0[0] } == ["NAME", "host", "web", "joiner"], "\(outcome)")
        let inode = try host.networkNamespace("web").filter(\.isNumber)
        #expect(
            rows[2][7] == inode && rows[3][7] == "=web" && rows[3][5] == "=web" && rows[3][2] == "=web", "\(outcome)")
        #expect(rows[3][3] != "=web" && rows[2][9] == "=host")
        let words = try run("ns", "web").output
        #expect(
            words.contains("users 0 to 65535 inside are ") && words.contains("over its own namespaces only"), "\(words)"
        )
        #expect(
            words.contains("NET_BIND_SERVICE") && !words.components(after: "web:\n").contains("SYS_ADMIN"), "\(words)")
        let stopped = try run("stop", "-t", "0", "joiner").status
        let refused = try run("ns", "joiner")
        #expect(stopped == 0 && refused.status == 1 && refused.errors.contains("is not running"), "\(refused)")
        #expect(try run("ns", "nope").errors.contains("No such container: nope"))
        let json = try host.run("minirun ns --format json | jq -r '.[1].namespaces.net'").line
        #expect(json == inode)
    }
}

extension String {
    /// The text behind the last `separator`.
    fileprivate func components(after separator: String) -> String {
        ranges(of: separator).last.map { String(self[$0.upperBound...]) } ?? self
    }
}
