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
        #expect(try eventually { try host.run(rules).line == before })
        #expect(try eventually { try answers() })
        #expect(try host.run(ping).status != 0)
    }

    @Test func whatIsWipedAwayComesBackForNetworksWithoutContainersToo() throws {
        try start("aa", "--network", "one")
        let networks = "nft list set inet minirun networks"
        let bridge = try run("network", "inspect", "-f", "br-{{slice .Id 0 12}}", "two").line
        #expect(try host.run(networks).output.contains(bridge))
        try host.run("nft flush ruleset")
        #expect(try eventually { try host.run(networks).output.contains(bridge) })
    }

    @Test func aSettingThatChangedWhileAStartWasOnItsWayHolds() throws {
        try host.run("echo '{\"icc\": true}' >/run/minirun.json")
        try start("sibling")
        try start("web")
        let supervisor = try host.supervisor("web")
        try host.run("kill -STOP \(supervisor)")
        try host.run("echo '{\"icc\": false}' >/run/minirun.json; kill -CONT \(supervisor)")
        let within = "nft list set inet minirun within"
        try host.run("nft flush ruleset")
        #expect(try eventually { try host.run(within).status == 0 })
        #expect(try !host.run(within).output.contains("minirun0"))
        #expect(try host.run("minirun exec web ping -c 1 -W 1 172.17.0.2").status != 0)
    }

    @Test func aDamagedRecordIsNoReasonToTakeAwayWhatAllNetworksShare() throws {
        let overlay = ["-d", "overlay", "-o", "peer=192.168.66.50"]
        for (vni, subnet, name) in [("7", "10.7.0.0/24", "seven"), ("8", "10.8.0.0/24", "eight")] {
            let words = ["network", "create"] + overlay + ["-o", "vni=\(vni)", "--subnet", subnet, name]
            #expect(try host.minirun(words).status == 0)
        }
        let id = try run("network", "inspect", "-f", "{{.Id}}", "seven").line
        try host.run("echo '{' >$MINIRUN_ROOT/networks/\(id)/network.json")
        for name in ["one", "two", "eight"] {
            #expect(try run("network", "rm", name).status == 0)
        }
        #expect(try host.run("nft list set inet minirun tunnels").output.contains("4789"))
        #expect(try host.run("sysctl -n net.ipv4.ip_forward").line == "1")
        try host.run(
            "rm -r $MINIRUN_ROOT/networks/\(id); ip link del vx-\(id.prefix(12)); ip link del br-\(id.prefix(12))")
        #expect(try run("network", "create", "last").status == 0 && run("network", "rm", "last").status == 0)
        #expect(try host.run("sysctl -n net.ipv4.ip_forward").line == "0", "now that all are known")
    }

    @Test func theSweepLeavesTheWayOverAShimToWhoHasTheAddressNow() throws {
        // No switch sends a frame back to where it came from; with one that does, host and container meet over the wire.
        try host.run("bridge -n gw link set dev host hairpin off; bridge -n gw link set dev ext hairpin off")
        let lan = ["-d", "macvlan", "-o", "parent=ens33", "--subnet", "192.168.66.0/24", "--gateway", FakeHost.gateway]
        #expect(try host.minirun(["network", "create"] + lan + ["lan"]).status == 0)
        try start("old", "--network", "name=lan,ip=192.168.66.192")
        try host.run("kill -9 $1", [host.supervisor("old")])
        try start("new", "--network", "name=lan,ip=192.168.66.192")
        #expect(try host.run("ping -c 1 -W 20 192.168.66.192").status == 0)
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
        // Each wait is twice as long as the one before: in one of them there is time for all of it.
        func life() throws -> String { try host.inspect("web", "{{.State.Status}} {{.RestartCount}}") }
        for count in 6...8 {
            #expect(try eventually { try life() == "restarting \(count)" })
            let names = try host.run("minirun exec joiner nslookup peer").output
            let connected = try run("network", "connect", "two", "web")
            let addresses = try interfaces("joiner")
            guard try life() == "restarting \(count)" else {
                _ = try run("network", "disconnect", "-f", "two", "web")
                continue
            }
            #expect(names.contains("10.1.0.2") && connected.status == 0)
            #expect(addresses.hasPrefix("eth0 10.1.0.3/24\neth1 10.2.0."), "\(addresses)")
            return
        }
        Issue.record("no wait between two lives was long enough")
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
