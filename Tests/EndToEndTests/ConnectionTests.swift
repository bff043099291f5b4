import Testing

/// Containers in several networks, and networks that come and go while they run.
@Suite struct ConnectionTests {
    /// Two networks, 10.1.0.0/24 and 10.2.0.0/24.
    private func host() throws -> FakeHost {
        let host = try FakeHost()
        for (name, subnet) in [("one", "10.1.0.0/24"), ("two", "10.2.0.0/24")] {
            let made = try host.minirun(["network", "create", "--subnet", subnet, name])
            try #require(made.status == 0, "\(made)")
        }
        return host
    }

    private func addresses(_ host: FakeHost, _ container: String) throws -> [String] {
        let script = "minirun exec \"$1\" ip -o -4 addr | awk '$2 != \"lo\" { print $2, $4 }'"
        return try host.run(script, [container]).output.split(separator: "\n").map(String.init)
    }

    private func defaultRoute(_ host: FakeHost, _ container: String) throws -> String {
        try host.run("minirun exec \"$1\" ip route | awk '$1 == \"default\" { print $3, $5 }'", [container]).line
    }

    @Test func interfacesComeInTheOrderOfTheFlags() throws {
        let host = try host()
        try host.detached(["--name", "aa", "--network", "two", "--network", "one"], ["sleep", "1000"])
        #expect(try addresses(host, "aa") == ["eth0 10.2.0.2/24", "eth1 10.1.0.2/24"])
        // Among equals the network whose name comes first, as with Docker.
        #expect(try defaultRoute(host, "aa") == "10.1.0.1 eth1")
        try host.detached(
            [
                "--name", "bb", "--network", "name=one,ip=10.1.0.77", "--network",
                "name=two,gw-priority=1,driver-opt=ifname=up",
            ],
            ["sleep", "1000"])
        #expect(try addresses(host, "bb") == ["eth0 10.1.0.77/24", "up 10.2.0.3/24"])
        #expect(try defaultRoute(host, "bb") == "10.2.0.1 up")
    }

    @Test func aConnectionMadeWhileItRunsWorksAtOnceAndGoesAtOnce() throws {
        let host = try host()
        try host.detached(["--name", "aa", "--network", "one"], ["sleep", "1000"])
        try host.detached(["--name", "bb", "--network", "two"], ["sleep", "1000"])
        func reaches(within seconds: Int) throws -> Bool {
            try host.run("minirun exec aa ping -c 1 -W \(seconds) 10.2.0.2").status == 0
        }
        #expect(try !reaches(within: 1))
        #expect(try host.minirun(["network", "connect", "--ip", "10.2.0.99", "two", "aa"]).status == 0)
        #expect(try addresses(host, "aa") == ["eth0 10.1.0.2/24", "eth1 10.2.0.99/24"])
        #expect(try reaches(within: 20))
        let members = try host.minirun(["network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{end}}", "two"])
        #expect(Set(members.line.split(separator: " ")) == ["aa", "bb"])
        // The address is the container's: nobody else gets it.
        let other = try host.minirun(["network", "connect", "--ip", "10.2.0.99", "two", "aa"])
        #expect(other.errors == "minirun: aa is already attached to network two\n")
        #expect(try host.runContainer(["--network", "two", "--ip", "10.2.0.99"], "true").status == 125)

        #expect(try host.minirun(["network", "disconnect", "two", "aa"]).status == 0)
        #expect(try addresses(host, "aa") == ["eth0 10.1.0.2/24"])
        #expect(try !reaches(within: 1))
        #expect(try host.runContainer(["--network", "two", "--ip", "10.2.0.99"], "true").status == 0)
        let again = try host.minirun(["network", "disconnect", "two", "aa"])
        #expect(again.status == 1)
        #expect(again.errors == "minirun: container aa is not connected to network two\n")
    }

    @Test func settingsOfAnInterfaceAreMadeInsideWhateverItIsCalled() throws {
        let host = try host()
        let key = "driver-opt=com.docker.network.endpoint.sysctls"
        func settings() throws -> String {
            let script = """
                minirun exec aa sh -c 'cd /proc/sys/net; cat ipv4/conf/lan0/log_martians ipv4/conf/lan0/arp_notify; \
                    cat ipv6/conf/eth0/accept_ra'
                """
            return try host.run(script).output
        }
        let wish = "\"\(key)=net.ipv4.conf.IFNAME.log_martians=1,net.ipv4.conf.IFNAME.arp_notify=0\""
        try host.detached(
            ["--name", "aa", "--network", "name=one,driver-opt=ifname=lan0,\(wish)"], ["sleep", "1000"])
        #expect(try settings() == "1\n0\n")
        let connect = ["network", "connect", "--driver-opt"]
        let wrong = try host.minirun(connect + ["sysctls=net.ipv6.conf.IFNAME.nosuch=2", "two", "aa"])
        #expect(
            wrong.status == 1 && wrong.errors.contains("set net.ipv6.conf.eth0.nosuch to 2: no such file"), "\(wrong)")
        #expect(try addresses(host, "aa") == ["lan0 10.1.0.2/24"])
        #expect(try host.minirun(connect + ["sysctls=net.ipv6.conf.IFNAME.accept_ra=2", "two", "aa"]).status == 0)
        #expect(try settings() == "1\n0\n2\n")
        #expect(try host.minirun(["stop", "-t", "0", "aa"]).status == 0)
        #expect(try host.minirun(["start", "aa"]).status == 0)
        #expect(try settings() == "1\n0\n2\n")
        let refused = try host.minirun(connect + ["sysctls=net.ipv4.conf.eth1.forwarding=1", "two", "aa"])
        #expect(refused.status == 125 && refused.errors.contains("IFNAME"), "\(refused)")
    }

    @Test func theDefaultRouteFollowsTheNetworks() throws {
        let host = try host()
        try host.detached(["--name", "aa", "--network", "one"], ["sleep", "1000"])
        try host.minirun(["network", "connect", "--gw-priority", "5", "two", "aa"])
        #expect(try defaultRoute(host, "aa") == "10.2.0.1 eth1")
        try host.minirun(["network", "disconnect", "two", "aa"])
        #expect(try defaultRoute(host, "aa") == "10.1.0.1 eth0")
        try host.minirun(["network", "disconnect", "one", "aa"])
        #expect(try addresses(host, "aa") == [])
        #expect(try defaultRoute(host, "aa") == "")
    }

    @Test func aContainerWithoutANetworkCanGetOne() throws {
        let host = try host()
        try host.detached(["--name", "aa", "--net", "none"], ["sleep", "1000"])
        #expect(try addresses(host, "aa") == [])
        #expect(try host.minirun(["network", "connect", "one", "aa"]).status == 0)
        #expect(try addresses(host, "aa") == ["eth0 10.1.0.2/24"])
        #expect(try host.run("minirun exec aa ping -c 1 -W 20 \(FakeHost.neighbour)").status == 0)
    }

    @Test func connectionsStayOverRestartAndStart() throws {
        let host = try host()
        try host.detached(["--name", "aa", "--network", "one"], ["sleep", "1000"])
        try host.minirun(["network", "connect", "two", "aa"])
        let before = try addresses(host, "aa")
        #expect(before == ["eth0 10.1.0.2/24", "eth1 10.2.0.2/24"])
        #expect(try host.minirun(["restart", "-t", "0", "aa"]).status == 0)
        #expect(try addresses(host, "aa") == before)
        #expect(try host.minirun(["stop", "-t", "0", "aa"]).status == 0)
        #expect(try host.minirun(["network", "disconnect", "one", "aa"]).status == 0)
        #expect(try host.minirun(["start", "aa"]).status == 0)
        #expect(try addresses(host, "aa") == ["eth0 10.2.0.2/24"])
    }

    @Test func portsArePublishedAndWithdrawnWhileItRuns() throws {
        let host = try host()
        try host.detachedServer(["--name", "web", "--network", "one"])
        func answer(_ port: Int) throws -> Outcome { try host.fetch(as: .neighbour, port: port) }
        #expect(try answer(8080).status != 0)
        let published = try host.minirun(["publish", "web", "8080:80"])
        #expect(published.output == "80/tcp -> 0.0.0.0:8080\n", "\(published)")
        #expect(try answer(8080).line.contains(FakeHost.neighbour))
        let taken = try host.runContainer(["-p", "8080:80"], "true")
        #expect(taken.errors.contains("port is already allocated"))

        let twice = try host.minirun(["publish", "web", "8080:81"])
        #expect(twice.status == 1 && twice.errors.contains("port is already allocated"), "\(twice)")
        #expect(try answer(8080).line.contains(FakeHost.neighbour))

        #expect(try host.minirun(["unpublish", "web", "80"]).status == 0)
        #expect(try answer(8080).status != 0)
        #expect(try host.runContainer(["-p", "8080:80"], "true").status == 0)
        let gone = try host.minirun(["unpublish", "web", "80"])
        #expect(gone.status == 1 && gone.errors == "minirun: no public port '80' published for web\n", "\(gone)")
    }

    @Test func theEndOfAContainerLeavesWhatItGaveBackToOthers() throws {
        let host = try host()
        try host.detachedServer(["--name", "old", "--network", "one", "-p", "8080:80", "-p", "8081:80"])
        #expect(try host.minirun(["unpublish", "old", "8080:80"]).status == 0)
        try host.detachedServer(["--name", "new", "--network", "two", "-p", "8080:80"])
        func answer(_ port: Int) throws -> Outcome { try host.fetch(as: .neighbour, port: port) }
        #expect(try answer(8080).line.contains(FakeHost.neighbour))
        #expect(try answer(8081).line.contains(FakeHost.neighbour))
        #expect(try host.minirun(["rm", "-f", "old"]).status == 0)
        #expect(try answer(8080).line.contains(FakeHost.neighbour))
        #expect(try answer(8081).status != 0)
    }

    @Test func aRoutedPortStaysOpenAsLongAsOneHostPortLeadsToIt() throws {
        let host = try host()
        let routed = ["network", "create", "--subnet", "10.3.0.0/24", "-o", "gateway_mode_ipv4=routed", "three"]
        try #require(try host.minirun(routed).status == 0)
        try host.run("ip -n ext route add 10.3.0.0/24 via \(FakeHost.address)")
        try host.detachedServer(["--name", "web", "--network", "three", "-p", "8080:80", "-p", "8081:80"])
        func answer() throws -> Outcome { try host.fetch(as: .neighbour, port: 80, at: "10.3.0.2") }
        #expect(try host.minirun(["unpublish", "web", "8080:80"]).status == 0)
        #expect(try answer().line.contains(FakeHost.neighbour))
        #expect(try host.minirun(["unpublish", "web", "8081:80"]).status == 0)
        #expect(try answer().status != 0)
    }

    @Test func publishedPortsMoveWithTheWayOut() throws {
        let host = try host()
        try host.detachedServer(["--name", "web", "--network", "one", "-p", "8080:80"])
        func answer() throws -> String { try host.fetch(as: .neighbour, port: 8080).line }
        #expect(try answer().contains(FakeHost.neighbour))
        try host.minirun(["network", "connect", "two", "web"])
        try host.minirun(["network", "disconnect", "one", "web"])
        #expect(try answer().contains(FakeHost.neighbour))
        let ports = try host.minirun(["port", "--all", "--format", "{{.Name}} {{.HostPort}} {{.Address}} {{.Network}}"])
        #expect(ports.output == "web 8080 10.2.0.2 two\nweb 8080  two\n" || ports.output == "web 8080 10.2.0.2 two\n")
    }

    @Test func whatIsKilledHoldsNoNetwork() throws {
        let host = try host()
        try host.detached(["--name", "aa", "--network", "one"], ["sleep", "1000"])
        try host.minirun(["network", "connect", "two", "aa"])
        let refused = try host.minirun(["network", "rm", "two"])
        let id = try host.inspect("aa", "{{slice .Id 0 12}}")
        #expect(refused.status == 1)
        #expect(
            refused.errors
                == "minirun: error while removing network: network two has active endpoints (name:\"aa\" id:\"\(id)\")\n"
        )
        try host.run("kill -9 $1", [host.supervisor("aa")])
        #expect(try host.minirun(["network", "rm", "one", "two"]).output == "one\ntwo\n")
        #expect(try host.run("ip -o link show type bridge").output == "")
        let start = try host.minirun(["start", "aa"])
        #expect(start.status == 1 && start.errors.contains("network one not found"), "\(start)")
    }

    @Test(arguments: [
        (["run", "--network", "nowhere"], "network nowhere not found"),
        (["run", "--network", "one", "--network", "one"], "network \"one\" is specified multiple times"),
        (
            ["run", "--network", "one", "--network", "host"],
            "conflicting options: cannot attach both user-defined and non-user-defined network-modes"
        ),
        (
            ["run", "--ip", "10.1.0.9", "--network", "name=one,ip=10.1.0.8"],
            "conflicting options: cannot specify both --ip and per-network IPv4 address"
        ),
        (["run", "--network", "name=one,foo=bar"], "invalid field key foo"),
        (
            ["run", "--network", "name=one,driver-opt=sysctls=net.ipv4.ip_forward=1"],
            "unrecognised network interface sysctl 'net.ipv4.ip_forward=1'"
        ),
        (["run", "--network", "alias=x"], "network name/id is not specified"),
        (["run", "--network", "one", "--ip", "10.9.0.9"], "It does not belong to any of this network's subnets"),
        (["run", "--network", "one", "--ip", "10.1.0.1"], "Address already in use"),
        (["run", "--net", "none", "--ip", "10.1.0.9"], "user-specified IP address is supported on user-defined"),
    ])
    func wordsThatCannotBe(words: [String], message: String) throws {
        let host = try host()
        let outcome = try host.minirun(words + [Places.busybox.get(), "true"])
        #expect(outcome.status == 125)
        #expect(outcome.errors.contains(message), "\(outcome)")
        #expect(try host.run("ls /run/minirun/containers").output == "")
    }
}
