import Testing

/// Containers with addresses of the LAN: what the notes do by hand with macvlan and pipework.
@Suite struct MacvlanTests {
    private let host: FakeHost
    private static let first = "192.168.66.192"
    private static let lan = [
        "network", "create", "-d", "macvlan", "-o", "parent=ens33", "--subnet", "192.168.66.0/24", "--ip-range",
        "192.168.66.192/27", "--gateway", FakeHost.gateway,
    ]

    init() throws {
        host = try FakeHost()
        // No switch sends a frame back to where it came from; with one that does, host and container meet over the wire.
        try host.run("bridge -n gw link set dev host hairpin off; bridge -n gw link set dev ext hairpin off")
    }

    private func create(_ words: String...) throws -> String {
        let made = try host.minirun(Self.lan + words)
        try #require(made.status == 0, "\(made)")
        return "mrs-" + made.line.prefix(8)
    }

    @Test func itIsAMachineOfTheLAN() throws {
        let shim = try create("lan")
        let before = try host.state()
        try host.detachedServers("aa", ["--network", "lan"])
        try host.detachedServers("bb", ["--network", "lan"])
        let attempts = Attempt.everything(Self.first)
        func seen(_ address: String) -> [Attempt: String] {
            [attempts[0]: address, attempts[1]: address, attempts[2]: "answered"]
        }
        #expect(try host.answers(to: .neighbour, attempts) == seen(FakeHost.neighbour))
        #expect(try host.answers(to: .container("bb"), attempts) == seen("192.168.66.193"))
        #expect(try host.answers(to: .host, attempts) == seen(FakeHost.address))
        // With its own address and link-layer address, without any translation, and the LAN's router as its own.
        let server = try host.neighbourServer()
        let out = [Attempt(.tcp, FakeHost.neighbour, 80)]
        #expect(try host.answers(to: .container("aa"), out) == [out[0]: Self.first])
        let own = try host.run("minirun exec aa cat /sys/class/net/eth0/address").line
        let heard = try host.run("ip -n ext neigh show \(Self.first)").output
        #expect(own.count == 17 && heard.contains(own), "\(own), \(heard)")
        #expect(try host.run(as: .container("aa"), "ip route show default").line.hasPrefix("default via 192.168.66.1 "))
        // And back to the host, whose addresses are where they were.
        for address in [FakeHost.address, FakeHost.gateway] {
            #expect(try host.run(as: .container("aa"), "ping -c 1 -W 20 \(address)").status == 0, "\(address)")
        }
        #expect(try host.run("ip -o -4 addr show dev \(shim)").output == "")
        #expect(
            try host.state().addresses.filter { $0.contains(FakeHost.address) }
                == before.addresses.filter { $0.contains(FakeHost.address) })
        withExtendedLifetime(server) {}
    }

    @Test func theNeighbourTakesTheShimForNobody() throws {
        let shim = try create("lan")
        try host.detachedServers("aa", ["--network", "lan"])
        #expect(try host.answers(to: .host, Attempt.everything(Self.first)).count == 3)
        try host.run("ip -n ext neigh flush all; ip netns exec ext ping -c 1 -W 1 \(FakeHost.address)")
        let mac = try host.run("cat /sys/class/net/ens33/address").line
        #expect(try host.run("ip -n ext neigh show \(FakeHost.address)").output.contains(mac))
        let other = try host.run("cat /sys/class/net/\(shim)/address").line
        #expect(other.count == 17 && other != mac)
        #expect(try host.run("ip -n ext neigh").output.contains(other) == false)
    }

    @Test func withoutAShimTheHostStaysOutside() throws {
        _ = try create("-o", "host_shim=no", "lan")
        try host.detachedServers("aa", ["--network", "lan"])
        let attempts = Attempt.everything(Self.first)
        #expect(try host.answers(to: .neighbour, attempts).count == 3)
        #expect(try host.unwantedAnswers(to: .host, attempts) == [:])
        #expect(try host.run(as: .container("aa"), "ping -c 1 -W 1 \(FakeHost.address)").status != 0)
        #expect(try host.run("ip -o link show type macvlan").output == "")
    }

    @Test func nothingIsLeftOfAContainerNorOfTheNetwork() throws {
        let before = try host.quietState()
        let shim = try create("lan")
        func routes() throws -> String { try host.run("ip route show dev \(shim); ip neigh show dev \(shim)").output }
        try host.detached(["--name", "aa", "--network", "lan"], ["sleep", "1000"])
        try host.detached(["--name", "bb", "--network", "lan"], ["sleep", "1000"])
        #expect(try routes().contains("192.168.66.192 ") && routes().contains("192.168.66.193 "))
        try host.minirun(["rm", "-f", "aa"])
        #expect(try !routes().contains("192.168.66.192 ") && routes().contains("192.168.66.193 "))
        // Of one whose supervisor is killed the next command clears up.
        try host.run("kill -9 $1", [host.supervisor("bb")])
        #expect(try eventually { try host.status("bb") == "exited 137" })
        try host.minirun(["ps"])
        #expect(try routes() == "")
        try host.minirun(["rm", "bb"])
        #expect(try host.minirun(["network", "rm", "lan"]).output == "lan\n")
        let after = try host.settledState(like: before)
        #expect(after.links == before.links && after.routes == before.routes, "\(before.difference(to: after))")
    }

    @Test func theParentIsFreeAsSoonAsTheContainerHasEnded() throws {
        _ = try create("-o", "macvlan_mode=passthru", "lan")
        // In passthru mode a parent takes a single container; the kernel's own end of a namespace comes some time later.
        for _ in 1...25 {
            let outcome = try host.runContainer(["--rm", "--network", "lan"], "true")
            #expect(outcome.status == 0, "\(outcome)")
        }
        for _ in 1...5 {
            // Whatever its interface is called by then.
            try host.detached(["--name", "aa", "--network", "lan"], ["sleep", "1000"])
            try host.run("minirun netns exec aa sh -c 'ip link set eth0 down; ip link set eth0 name wan0'")
            let freed = "minirun rm -f aa && ip link add br0 type bridge && ip link set dev ens33 master br0"
            #expect(try host.run("\(freed) && ip link del dev br0").errors == "")
        }
    }

    @Test func aJoinerKeepsTheInterfaceOfOneThatHasEnded() throws {
        _ = try create("-o", "host_shim=no", "lan")
        try host.detached(["--name", "aa", "--network", "lan"], ["sleep", "1000"])
        try host.detached(["--name", "joiner", "--network", "container:aa"], ["sleep", "1000"])
        let ping = "ping -c 1 -W 20 \(FakeHost.neighbour)"
        #expect(try host.run(as: .container("joiner"), ping).status == 0)
        #expect(try host.minirun(["stop", "-t", "0", "aa"]).status == 0)
        #expect(try host.run(as: .container("joiner"), ping).status == 0)
        #expect(try host.minirun(["start", "aa"]).status == 0)
        #expect(try host.run(as: .container("aa"), ping).status == 0)
        try host.run("minirun rm -f joiner aa")
        #expect(try host.run("ip link add br0 type bridge && ip link set dev ens33 master br0").errors == "")
    }

    @Test func theEndOfAContainerLeavesTheWayToWhoHasItsFormerAddress() throws {
        _ = try create("lan")
        try host.detached(["--name", "old", "--network", "name=lan,ip=\(Self.first)"], ["sleep", "1000"])
        #expect(try host.minirun(["network", "disconnect", "lan", "old"]).status == 0)
        let ping = "ping -c 1 -W 20 \(Self.first)"
        #expect(try host.run("ping -c 1 -W 1 \(Self.first)").status != 0)
        try host.detached(["--name", "new", "--network", "name=lan,ip=\(Self.first)"], ["sleep", "1000"])
        #expect(try host.run(ping).status == 0)
        #expect(try host.minirun(["rm", "-f", "old"]).status == 0)
        #expect(try host.run(ping).status == 0)
    }

    @Test(arguments: [
        (["-o", "parent=ens99"], "the requested parent interface ens99 was not found on the Docker host"),
        (["-o", "parent=lo"], "loopback interface is not a valid macvlan parent link"),
        (
            ["-o", "parent=ens33", "-o", "macvlan_mode=x"],
            "requested macvlan mode 'x' is not valid, 'bridge' mode is the macvlan driver default"
        ),
        (["-o", "parent=ens33", "-o", "host_shim=perhaps"], "invalid host_shim"), ([], "-o parent=eth0"),
    ])
    func wordsThatCannotBe(words: [String], message: String) throws {
        let outcome = try host.minirun(
            ["network", "create", "-d", "macvlan", "--subnet", "192.168.66.0/24"] + words + ["lan"])
        #expect(outcome.status == 1 && outcome.errors.contains(message), "\(outcome)")
        #expect(try host.minirun(["network", "inspect", "lan"]).status == 1)
    }

    @Test func aParentThatHasGoneIsMissed() throws {
        try host.run("ip link add gone type veth peer name gone1; ip link set dev gone up")
        let words = ["network", "create", "-d", "macvlan", "-o", "parent=gone", "--subnet", "10.7.0.0/24", "lan"]
        #expect(try host.minirun(words).status == 0)
        try host.run("ip link del dev gone")
        let outcome = try host.runContainer(["--network", "lan"], "true")
        #expect(outcome.status == 125)
        #expect(
            outcome.errors.contains("the requested parent interface gone was not found on the Docker host"),
            "\(outcome)")
        #expect(try host.minirun(["network", "rm", "lan"]).status == 0)
    }
}
