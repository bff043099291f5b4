import Testing

/// What has to come back, or to stay, when something happens to a network from outside: flushed rules, killed supervisors,
/// changes that fail or come between two lives.
@Suite struct NetworkRepairTests {
    private let host: FakeHost

    init() throws {
        host = try FakeHost()
        for (name, subnet) in [("one", "10.1.0.0/24"), ("two", "10.2.0.0/24")] {
            #expect(try host.minirun(["network", "create", "--subnet", subnet, name]).status == 0)
        }
    }

    private func run(_ words: String...) throws -> Outcome { try host.minirun(words) }

    private func start(_ name: String, _ options: String...) throws {
        try host.detached(["--name", name] + options, ["sleep", "1000"])
    }

    private func interfaces(_ name: String) throws -> String {
        try host.run(as: .container(name), "ip -o -4 addr | awk '$2 != \"lo\" { print $2, $4 }'").output
    }

    private func answers() throws -> Bool {
        try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour)
    }

    @Test(arguments: ["flush table inet minirun", "flush chain inet minirun forward"])
    func rulesThatWereFlushedComeBack(command: String) throws {
        try host.detachedServer(["--name", "web", "--network", "one", "-p", "8080:80"])
        try start("other", "--network", "two")
        let ping = "minirun exec other ping -c 1 -W 1 10.1.0.2"
        #expect(try eventually { try answers() })
        #expect(try host.run(ping).status != 0)
        let rules = "nft -a list table inet minirun | grep -c 'handle'"
        let before = try host.run(rules).line
        try host.run("nft \(command)")
        #expect(try eventually(within: 2) { try host.run(rules).line == before })
        #expect(try eventually(within: 2) { try answers() })
        #expect(try host.run(ping).status != 0)
    }

    @Test func theSweepLeavesTheWayOverAShimToWhoHasTheAddressNow() throws {
        // No switch sends a frame back to where it came from; with one that does, host and container meet over the wire.
        try host.run("bridge -n gw link set dev host hairpin off; bridge -n gw link set dev ext hairpin off")
        let lan = ["-d", "macvlan", "-o", "parent=ens33", "--subnet", "192.168.66.0/24", "--gateway", FakeHost.gateway]
        #expect(try host.minirun(["network", "create"] + lan + ["lan"]).status == 0)
        try start("old", "--network", "name=lan,ip=192.168.66.192")
        try host.run("kill -9 $1", [host.supervisor("old")])
        try start("new", "--network", "name=lan,ip=192.168.66.192")
        #expect(try host.run("ping -c 1 -W 1 192.168.66.192").status == 0)
        // The way is swept with the one whose it is.
        try host.run("kill -9 $1", [host.supervisor("new")])
        #expect(try eventually { try run("ps", "-q").output == "" })
        #expect(try host.run("ip route show 192.168.66.192").output == "")
    }

    @Test func betweenTwoLivesNamesAreServedAndConnectionsMade() throws {
        try start("peer", "--network", "one")
        let script = "[ -e /tmp/again ] || { touch /tmp/again; exec sleep 1000; }; exit 1"
        try host.detached(["--name", "web", "--network", "one", "--restart", "always"], ["sh", "-c", script])
        try start("joiner", "--network", "container:web")
        try host.run("kill -9 \"$(minirun inspect -f '{{.State.Pid}}' web)\"")
        // The sixth wait lasts some seconds.
        #expect(
            try eventually(within: 15) {
                try host.inspect("web", "{{.State.Status}} {{.RestartCount}}") == "restarting 6"
            })
        #expect(try host.run("minirun exec joiner timeout 1 nslookup peer").output.contains("10.1.0.2"))
        #expect(try run("network", "connect", "two", "web").status == 0)
        #expect(try interfaces("joiner") == "eth0 10.1.0.3/24\neth1 10.2.0.2/24\n")
        #expect(try host.inspect("web", "{{.State.Status}} {{.RestartCount}}") == "restarting 6", "all of it in time")
    }

    @Test func whatIsUnpublishedTakesNoOtherWishAlong() throws {
        try host.detachedServer(["--name", "web", "--network", "one", "-p", "80", "-p", "8080:80"])
        #expect(try run("unpublish", "web", "8080:80").status == 0)
        #expect(try run("stop", "-t", "0", "web").status == 0 && run("start", "web").status == 0)
        let ports = try run("port", "web").output
        #expect(ports.contains("80/tcp -> 0.0.0.0:") && !ports.contains(":8080"), "\(ports)")
    }

    @Test func aNetworkIsOneHoweverItIsSpelt() throws {
        let id = try run("network", "inspect", "-f", "{{slice .Id 0 8}}", "one").line
        let twice = try host.runContainer(["--network", "one", "--network", id], "true")
        #expect(twice.status == 125 && twice.errors.contains("network \"one\" is specified multiple times"), "\(twice)")
        try start("aa", "--network", "two")
        #expect(try run("network", "connect", id, "aa").status == 0)
        #expect(try run("network", "disconnect", id, "aa").status == 0)
        #expect(try run("stop", "-t", "0", "aa").status == 0 && run("start", "aa").status == 0)
        #expect(try interfaces("aa") == "eth0 10.2.0.2/24\n")
        let usual = try run("network", "inspect", "-f", "{{slice .Id 0 12}}", "bridge").line
        #expect(try run("network", "connect", usual, "aa").status == 0)
        #expect(try interfaces("aa").contains("eth1 172.17.0.2/16"))
        #expect(try host.runContainer(["--rm", "--network", usual], "ip -o -4 addr").output.contains("172.17.0."))
    }

    @Test func aChangeThatFailsLeavesEverythingAsItWas() throws {
        let routed = ["--subnet", "172.28.0.0/16", "-o", "gateway_mode_ipv4=routed"]
        #expect(try host.minirun(["network", "create"] + routed + ["routed"]).status == 0)
        try host.run("ip -n ext route add 172.28.0.0/16 via \(FakeHost.address)")
        try host.detachedServer(["--name", "aa", "--network", "routed", "-p", "8080:80"])
        try host.detachedServer(["--name", "bb", "--network", "one", "-p", "8080:80"])
        func isOpen() throws -> Bool { try host.fetch(as: .neighbour, port: 80, at: "172.28.0.2").status == 0 }
        #expect(try eventually { try isOpen() })
        let look = "minirun exec aa sh -c 'ip -o -4 addr; ip route; cat /etc/hosts'; minirun port aa"
        let before = try host.run(look).output
        // In a network that translates it would need the port that the other one has.
        let refused = try run("network", "connect", "--gw-priority", "5", "one", "aa")
        #expect(refused.status == 1 && refused.errors.contains("port is already allocated"), "\(refused)")
        #expect(try host.run(look).output == before)
        #expect(try isOpen())
        // Nothing of it is remembered for the next change.
        #expect(try run("network", "connect", "two", "aa").status == 0 && isOpen())
        #expect(try run("rm", "-f", "bb").status == 0)
        #expect(try run("network", "connect", "--gw-priority", "5", "one", "aa").status == 0)
        #expect(try answers())
    }

    @Test func aNetworkThatOthersKeptTakesNoNewConnection() throws {
        try start("aa", "--network", "one")
        try start("joiner", "--network", "container:aa")
        #expect(try run("stop", "-t", "0", "aa").status == 0)
        #expect(try run("network", "connect", "two", "aa").status == 0)
        let refused = try run("start", "aa")
        #expect(
            refused.status == 1 && refused.errors.contains("containers that joined it (stop them first)"), "\(refused)")
        #expect(try run("rm", "-f", "joiner").status == 0)
        #expect(try run("start", "aa").status == 0)
    }
}
