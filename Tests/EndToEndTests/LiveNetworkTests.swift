import Testing

/// What becomes of a container's network over restarts, changes by hand and changes of the settings.
@Suite struct LiveNetworkTests {
    private let host: FakeHost

    init() throws {
        host = try FakeHost()
        #expect(try host.minirun(["network", "create", "--subnet", "172.26.0.0/16", "one"]).status == 0)
    }

    private func start(_ name: String, _ options: String...) throws {
        try host.detached(["--name", name] + options, ["sleep", "1000"])
    }

    private func run(_ words: String...) throws -> Outcome { try host.minirun(words) }

    private func reaches(_ name: String, _ address: String, within seconds: Int = 20) throws -> Bool {
        try host.run("minirun exec \(name) ping -c 1 -W \(seconds) \(address)").status == 0
    }

    private func address(_ name: String) throws -> String {
        try host.run("minirun exec \(name) ip -4 -o addr show dev eth0 | awk '{ print $4 }'").line
    }

    @Test func namesStayWithAContainerThatBeganWithoutANetwork() throws {
        try start("peer", "--network", "one")
        try start("late", "--network", "none")
        #expect(try run("network", "connect", "one", "late").status == 0)
        let look = "minirun exec late nslookup peer; minirun exec late cat /etc/resolv.conf"
        #expect(try host.run(look).output.contains("172.26.0.2"))
        for command in ["restart -t 0 late", "stop -t 0 late && minirun start late"] {
            #expect(try host.run("minirun \(command)").status == 0)
            let after = try host.run(look).output
            #expect(after.contains("172.26.0.2") && after.contains("nameserver 127.0.0.11"), "\(command): \(after)")
        }
    }

    @Test func settingsOfTheDefaultNetworkHoldAtOnce() throws {
        try start("aa")
        try start("bb")
        let other = try #require(try address("bb").split(separator: "/").first.map(String.init))
        #expect(try reaches("aa", other) && reaches("aa", FakeHost.neighbour))
        #expect(try run("network", "set-default", "--icc", "false", "--ip-masq", "false").status == 0)
        #expect(try !reaches("aa", other, within: 1) && !reaches("aa", FakeHost.neighbour, within: 1))
        #expect(try run("network", "set-default", "--icc", "true", "--ip-masq", "true").status == 0)
        #expect(try reaches("aa", other) && reaches("aa", FakeHost.neighbour))
    }

    @Test func whoeverMakesABridgeAgainPlugsInTheCablesOfAll() throws {
        try start("aa", "--network", "one")
        try start("bb", "--network", "one")
        let bridge = try "br-" + run("network", "inspect", "-f", "{{slice .Id 0 12}}", "one").line
        try host.run("ip link del dev \(bridge)")
        #expect(try !reaches("aa", "172.26.0.3", within: 1))
        #expect(try host.runContainer(["--rm", "--network", "one"], "true").status == 0)
        #expect(try reaches("aa", "172.26.0.3") && reaches("bb", FakeHost.neighbour))
    }

    @Test func theDefaultBridgeGetsBackTheAddressThatSomebodyTookAway() throws {
        try start("aa")
        try host.run("ip addr flush dev minirun0")
        let outcome = try host.runContainer(["--rm"], "ping -c 1 -W 1 \(FakeHost.neighbour)")
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
        #expect(try reaches("aa", FakeHost.neighbour))
    }

    @Test func hostsFollowsTheAddresses() throws {
        #expect(try run("network", "create", "--subnet", "172.27.0.0/16", "two").status == 0)
        try start("aa", "--network", "one", "--add-host", "other:192.0.2.1")
        let look = "minirun exec aa cat /etc/hosts"
        let before = try host.run(look).output
        #expect(before.contains("172.26.0.2\t"))
        #expect(try run("network", "disconnect", "one", "aa").status == 0)
        #expect(try !host.run(look).output.contains("172.26."))
        #expect(try run("network", "connect", "--ip", "172.26.0.50", "one", "aa").status == 0)
        #expect(try run("network", "connect", "two", "aa").status == 0)
        let after = try host.run(look).output
        #expect(after.contains("172.26.0.50\t") && after.contains("172.27.0.2\t"), "\(after)")
        #expect(after.contains("192.0.2.1\tother") && !after.contains("172.26.0.2\t"), "\(after)")
    }

    @Test func aJoinerKeepsTheNetworkOfOneThatIsGone() throws {
        try start("aa", "--network", "one")
        try start("joiner", "--network", "container:aa")
        #expect(try run("rm", "-f", "aa").status == 0)
        let refused = try run("network", "rm", "one")
        #expect(refused.status == 1 && refused.errors.contains("has active endpoints"), "\(refused)")
        #expect(try reaches("joiner", "172.26.0.1"))
        #expect(try run("rm", "-f", "joiner").status == 0)
        #expect(try run("network", "rm", "one").status == 0)
    }

    @Test func portsOfAJoinerAreItsDonors() throws {
        try start("aa", "--network", "one")
        try start("joiner", "--network", "container:aa")
        try start("hosts", "--network", "host")
        let refused = try run("publish", "joiner", "7777:80")
        #expect(
            refused.errors
                == "minirun: container joiner has the network of container aa\nports are aa's: minirun publish aa 7777:80\n",
            "\(refused)")
        #expect(try host.chinese("publish joiner 7777:80").errors.contains("端口属于 aa：minirun publish aa 7777:80"))
        #expect(try run("unpublish", "joiner", "80").errors.contains("minirun unpublish aa 80"))
        #expect(try run("publish", "hosts", "7777:80").errors.contains("container hosts has the host's network"))
        #expect(try run("publish", "aa", "7777:80").status == 0)
    }

    @Test func aContainerIsFreedFromANetworkThatIsGone() throws {
        try start("aa", "--network", "one")
        #expect(try run("stop", "-t", "0", "aa").status == 0)
        #expect(try run("network", "rm", "one").status == 0)
        #expect(try run("start", "aa").status == 1)
        #expect(try run("network", "disconnect", "one", "aa").status == 0)
        #expect(try run("network", "connect", "bridge", "aa").status == 0)
        #expect(try run("start", "aa").status == 0)
        #expect(try reaches("aa", FakeHost.neighbour))
    }

    @Test func aRoutedNetworkTakesNoPortOfTheHost() throws {
        let routed = ["--subnet", "172.28.0.0/16", "-o", "gateway_mode_ipv4=routed"]
        #expect(try host.minirun(["network", "create"] + routed + ["routed"]).status == 0)
        for name in ["aa", "bb"] { try host.detachedServer(["--name", name, "--network", "routed", "-p", "8080:80"]) }
        #expect(try run("port", "aa").output == "" && run("port", "--all", "--format", "{{.Name}}").output == "")
        try host.run("ip netns exec ext ip route add 172.28.0.0/16 via 192.168.66.11")
        #expect(
            try eventually {
                try host.run("ip netns exec ext curl -sm 2 http://172.28.0.3:80/").status == 0
            })
        // In a network that translates the port is the host's again, for one of them.
        #expect(try run("network", "disconnect", "routed", "aa").status == 0)
        #expect(try run("network", "connect", "one", "aa").status == 0)
        #expect(try run("port", "aa").output.contains("80/tcp -> 0.0.0.0:8080"))
        #expect(try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour))
        #expect(try run("network", "disconnect", "one", "aa").status == 0)
        #expect(try run("port", "aa").output == "")
    }

    @Test func aPluggedInterfaceHasItsNameForItself() throws {
        try host.run("ip link add br9 type bridge; ip link set br9 up")
        try start("aa")
        #expect(try run("plug", "-i", "eth1", "br9", "aa", "10.9.0.2/24").status == 0)
        #expect(try run("network", "connect", "one", "aa").status == 0)
        #expect(try host.run("minirun exec aa ip -4 -o addr show dev eth2").output.contains("172.26.0.2/16"))
    }
}
