import Testing

/// Networks that are used up, torn down by others, or in somebody's way.
@Suite struct FaultsOfNetworksTests {
    private let host: FakeHost

    init() throws { host = try FakeHost() }

    private func create(_ name: String, _ subnet: String) throws {
        let made = try host.minirun(["network", "create", "--subnet", subnet, name])
        try #require(made.status == 0, "\(made)")
    }

    private func start(_ name: String, _ options: String...) throws {
        try host.detached(["--name", name] + options, ["sleep", "1000"])
    }

    /// What the first container and the first network leave for good: the table, the default network, the stores' own files.
    private func warmUp() throws {
        try create("first", "10.1.0.0/24")
        try host.runContainer(["--rm", "-p", "8080:80"], "true")
        try host.minirun(["network", "rm", "first"])
    }

    private func address(_ name: String, _ interface: String = "eth0") throws -> String {
        try host.run(as: .container(name), "ip -o -4 addr show dev \(interface) | awk '{ print $4 }'").line
    }

    private func isOut(_ name: String, within seconds: Int = 20) throws -> Bool {
        try host.run(as: .container(name), "ping -c 1 -W \(seconds) \(FakeHost.neighbour)").status == 0
    }

    @Test func aPoolThatIsUsedUpRefusesAndLeavesNothing() throws {
        try create("small", "10.1.0.0/30")
        try start("aa", "--network", "small")
        let before = try host.quietState()
        for options in [["--rm"], ["-d", "--name", "bb", "-p", "8080:80"]] {
            let outcome = try host.runContainer(options + ["--network", "small"], "true")
            #expect(outcome.status == 125)
            #expect(outcome.errors == "minirun: no available addresses on this pool\n", "\(outcome)")
        }
        let other = try host.minirun(["run", "-d", "--name", "cc", Places.busybox.get(), "sleep", "1000"])
        let connected = try host.minirun(["network", "connect", "small", "cc"])
        #expect(
            connected.status == 1 && connected.errors.contains("no available addresses on this pool"), "\(connected)")
        #expect(try host.run(as: .container("cc"), "ip -o -4 addr | grep -vc ' lo '").line == "1")
        #expect(other.status == 0)
        try host.minirun(["rm", "-f", "cc"])
        let after = try host.settledState(like: before)
        #expect(after.links.filter { $0.contains("mr") && !$0.contains("minirun") }.count == 1)
        #expect(
            after.files.filter { $0.contains("/containers/") } == before.files.filter { $0.contains("/containers/") })
        // Its address is free with its end.
        try host.minirun(["rm", "-f", "aa"])
        try start("bb", "--network", "small")
        #expect(try address("bb") == "10.1.0.2/30")
    }

    @Test func aBridgeThatSomebodyDeletedIsMadeAgain() throws {
        try create("one", "10.1.0.0/24")
        let bridge = try "br-" + host.minirun(["network", "inspect", "-f", "{{slice .Id 0 12}}", "one"]).line
        try start("aa", "--network", "one")
        try start("bb", "--network", "one")
        #expect(try host.run("ip link del dev \(bridge)").status == 0)
        #expect(try !isOut("aa", within: 1))
        try start("cc", "--network", "one")
        #expect(try isOut("cc"))
        // Those that lost theirs get it back when they are started anew, and reach the new one.
        #expect(try host.minirun(["stop", "-t", "0", "aa"]).status == 0)
        #expect(try host.minirun(["start", "aa"]).status == 0)
        #expect(try isOut("aa"))
        #expect(try host.run(as: .container("aa"), "ping -c 1 -W 20 10.1.0.4").status == 0)
        // A restart makes the bridge as well.
        #expect(try host.run("ip link del dev \(bridge)").status == 0)
        #expect(try host.minirun(["restart", "-t", "0", "bb"]).status == 0)
        #expect(try isOut("bb"))
        #expect(try host.minirun(["rm", "-f", "aa", "bb", "cc"]).status == 0)
        #expect(try host.minirun(["network", "rm", "one"]).status == 0)
        #expect(try host.run("ip -o link show dev \(bridge)").status != 0)
    }

    @Test func aNetworkThatGoesWhileContainersStart() throws {
        try warmUp()
        let before = try host.quietState()
        let coming = try host.start(
            """
            while [ ! -e /run/enough ]; do
                minirun network create --subnet 10.1.0.0/24 race >/dev/null || echo "create: $?"
                minirun network rm race >/dev/null 2>/run/refusal ||
                    grep -q 'has active endpoints' /run/refusal || cat /run/refusal
                while minirun network inspect race >/dev/null 2>&1; do minirun network rm race >/dev/null 2>&1; done
            done
            """)
        var (works, fails) = (0, 0)
        for round in 0..<60 {
            let outcome = try host.runContainer(["--rm", "--network", "race"], "ip -o -4 addr show dev eth0")
            if outcome.status == 0 {
                works += 1
                #expect(outcome.output.contains("10.1.0."), "round \(round): \(outcome)")
            } else {
                fails += 1
                #expect(outcome.status == 125, "round \(round): \(outcome)")
                #expect(outcome.errors.contains("network race not found"), "round \(round): \(outcome)")
            }
        }
        try host.run("touch /run/enough")
        let end = try coming.wait(within: 20)
        #expect(end.output == "" && end.errors == "", "\(end)")
        // Neither side has always been the first.
        #expect(works > 0 && fails > 0, "\(works) worked, \(fails) failed")
        try host.run("rm -f /run/enough /run/refusal; minirun network rm -f race; minirun ps -a >/dev/null")
        let after = try host.settledState(like: before)
        #expect(after == before, "\(before.difference(to: after))")
    }

    @Test func anAddressThatWasChangedInsideIsNobodysElse() throws {
        try create("one", "10.1.0.0/24")
        try create("two", "10.2.0.0/24")
        try start("aa", "--network", "one", "-p", "8080:80")
        let before = try host.quietState()
        try host.run(as: .container("aa"), "ip addr del 10.1.0.2/24 dev eth0; ip addr add 10.1.0.99/24 dev eth0")
        // What it was given stays its own; connecting and disconnecting go on.
        try start("bb", "--network", "one")
        #expect(try address("bb") == "10.1.0.3/24")
        #expect(try host.minirun(["network", "connect", "two", "aa"]).status == 0)
        #expect(try address("aa", "eth1") == "10.2.0.2/24")
        #expect(try host.minirun(["network", "disconnect", "two", "aa"]).status == 0)
        #expect(try host.minirun(["restart", "-t", "0", "aa"]).status == 0)
        try host.minirun(["rm", "-f", "bb"])
        let after = try host.settledState(like: before)
        #expect(after.links == before.links && after.routes == before.routes, "\(before.difference(to: after))")
        // An interface that it has taken away itself: no reason to refuse anything.
        try host.run(as: .container("aa"), "ip link del dev eth0")
        #expect(try host.minirun(["network", "disconnect", "one", "aa"]).status == 0)
        #expect(try host.minirun(["network", "connect", "one", "aa"]).status == 0)
        #expect(try isOut("aa"))
        #expect(try host.minirun(["rm", "-f", "aa"]).status == 0)
        #expect(try host.minirun(["network", "rm", "one", "two"]).output == "one\ntwo\n")
    }

    @Test func aKilledContainerOfSeveralNetworksHoldsNone() throws {
        try warmUp()
        let before = try host.quietState()
        let names = ["n1", "n2", "n3"]
        for (number, name) in names.enumerated() { try create(name, "10.\(number + 1).0.0/24") }
        try start("aa", "--network", "n1", "--network", "n2", "--network", "n3", "-p", "8080:80", "-p", "53:53/udp")
        #expect(try host.minirun(["network", "rm"] + names).status == 1)
        try host.run("kill -9 $1", [host.supervisor("aa")])
        let removed = try host.minirun(["network", "rm"] + names)
        #expect(removed.output == "n1\nn2\nn3\n", "\(removed)")
        try host.minirun(["rm", "aa"])
        let after = try host.settledState(like: before)
        #expect(after == before, "\(before.difference(to: after))")
    }

    @Test func thirtyAtOnceGetThirtyAddresses() throws {
        try create("one", "10.1.0.0/24")
        let started = try host.run(
            """
            for number in $(seq 30); do
                minirun run -d --name "p$number" --network one "$1" sleep 1000 >/dev/null &
            done
            wait; minirun ps -q | wc -l
            """, [Places.busybox.get()], within: 60)
        #expect(started.line == "30" && started.errors == "", "\(started)")
        let inside = try host.run(
            """
            for name in $(minirun ps --format '{{.Names}}'); do
                process=$(minirun inspect -f '{{.State.Pid}}' "$name")
                nsenter --net="/proc/$process/ns/net" ip -o -4 addr show dev eth0 | awk '{ print $4 }'
                nsenter --net="/proc/$process/ns/net" ip -o link show dev eth0 | grep -o 'ether [^ ]*'
            done
            """, within: 60)
        let lines = inside.output.split(separator: "\n")
        #expect(Set(lines.filter { $0.hasPrefix("10.1.0.") }).count == 30)
        #expect(Set(lines.filter { $0.hasPrefix("ether ") }).count == 30)
        let pings = try host.run(
            as: .container("p1"),
            "for number in $(seq 2 31); do ping -c 1 -W 2 10.1.0.$number >/dev/null && echo yes & done; wait")
        #expect(pings.output.split(separator: "\n").count == 30)
    }
}
