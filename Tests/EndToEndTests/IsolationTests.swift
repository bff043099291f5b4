import Testing

/// Who reaches whom: containers of one network and of two, the host, and a neighbour who has routes to the networks.
@Suite struct IsolationTests {
    private let host: FakeHost
    private static let neighbours = [FakeHost.neighbour, "fd00:66::50"]
    private static let hosts = [FakeHost.address, "fd00:66::11"]

    init() throws {
        host = try FakeHost()
    }

    /// Network one, 10.1.0.0/24 and fd01::/64, or two, and so on; the neighbour gets routes to it through the host.
    private func create(_ name: String, _ number: Int, _ options: [String] = []) throws {
        let subnets = ["10.\(number).0.0/24", "fd0\(number)::/64"]
        let made = try host.minirun(
            ["network", "create", "--ipv6", "--subnet", subnets[0], "--subnet", subnets[1]] + options + [name])
        try #require(made.status == 0, "\(made)")
        try host.run(
            "ip -n ext route add \(subnets[0]) via \(Self.hosts[0]); ip -n ext route add \(subnets[1]) via \(Self.hosts[1])"
        )
    }

    /// What is to come out when each of the attempts is answered, and the asker seen with the address of its family.
    private func seen(_ attempts: [Attempt], as addresses: [String]) -> [Attempt: String] {
        Dictionary(
            uniqueKeysWithValues: attempts.map { attempt in
                let address = addresses[attempt.address.contains(":") ? 1 : 0]
                return (attempt, attempt.transport == .icmp ? "answered" : address)
            })
    }

    private func published(_ addresses: [String] = hosts) -> [Attempt] {
        addresses.flatMap { [Attempt(.tcp, $0, 8080), Attempt(.udp, $0, 5353)] }
    }

    private static let publishing = ["-p", "8080:80", "-p", "5353:53/udp"]

    @Test(arguments: [0, 1])
    func twoNetworksMeetAtPublishedPortsOnly(bridgeFilter: Int) throws {
        try host.run("for file in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do echo \(bridgeFilter) > $file; done")
        try create("one", 1)
        try create("two", 2)
        try host.detachedServers("a1", ["--network", "one"] + Self.publishing)
        try host.detachedServers("a2", ["--network", "one"])
        try host.detachedServers("b1", ["--network", "two"])
        try host.detachedServers("b2", ["--network", "two"])
        let (inOne, inTwo) = (Attempt.everything("10.1.0.2", "fd01::2"), Attempt.everything("10.2.0.2", "fd02::2"))
        #expect(try host.answers(to: .container("a2"), inOne) == seen(inOne, as: ["10.1.0.3", "fd01::3"]))
        #expect(try host.answers(to: .container("b2"), inTwo) == seen(inTwo, as: ["10.2.0.3", "fd02::3"]))
        #expect(try host.unwantedAnswers(to: .container("a2"), inTwo) == [:])
        #expect(try host.unwantedAnswers(to: .container("b2"), inOne) == [:])
        // The other network's gateway is an address of the host, but no way round.
        let other = [Attempt(.tcp, "10.1.0.1", 80), Attempt(.udp, "10.1.0.1", 53), Attempt(.tcp, "fd01::1", 80)]
        #expect(try host.unwantedAnswers(to: .container("b2"), other) == [:])
        #expect(
            try host.answers(to: .container("b2"), published()) == seen(published(), as: ["10.1.0.1", "fd01::1"])
                || host.answers(to: .container("b2"), published()) == seen(published(), as: ["10.2.0.3", "fd02::3"]))
        // A container in both reaches both, and does not join them.
        try host.minirun(["network", "connect", "two", "a2"])
        #expect(try host.answers(to: .container("a2"), inTwo).count == inTwo.count)
        try host.run(as: .container("b2"), "ip route add 10.1.0.0/24 via 10.2.0.4")
        #expect(try host.unwantedAnswers(to: .container("b2"), inOne) == [:])
    }

    @Test(arguments: ["nat", "nat-unprotected", "routed"])
    func theGatewayModeSaysWhatANeighbourReaches(mode: String) throws {
        let options = ["-o", "gateway_mode_ipv4=\(mode)", "-o", "gateway_mode_ipv6=\(mode)"]
        try create("one", 1, options)
        try host.detachedServers("aa", ["--network", "one"] + Self.publishing)
        let (open, closed) = (Attempt.everything("10.1.0.2", "fd01::2"), ["10.1.0.2", "fd01::2"])
        let unpublished = closed.flatMap { [Attempt(.tcp, $0, 81), Attempt(.udp, $0, 54)] }
        for (attempts, isAnswered) in [
            (open, mode != "nat"), (unpublished, mode == "nat-unprotected"), (published(), mode != "routed"),
        ] {
            if isAnswered {
                #expect(try host.answers(to: .neighbour, attempts) == seen(attempts, as: Self.neighbours))
            } else {
                #expect(try host.unwantedAnswers(to: .neighbour, attempts) == [:])
            }
        }
        // The host itself reaches all in every mode.
        #expect(try host.answers(to: .host, unpublished).count == unpublished.count)
        let server = try host.neighbourServer()
        let out = Self.neighbours.map { Attempt(.tcp, $0, 80) }
        let own = mode == "routed" ? ["10.1.0.2", "fd01::2"] : Self.hosts
        #expect(try host.answers(to: .container("aa"), out) == seen(out, as: own))
        withExtendedLifetime(server) {}
    }

    @Test func anInternalNetworkIsClosedAndAnIsolatedOneToTheHostToo() throws {
        try create("closed", 1, ["--internal"])
        try create(
            "isolated", 2, ["--internal", "-o", "gateway_mode_ipv4=isolated", "-o", "gateway_mode_ipv6=isolated"])
        let server = try host.neighbourServer()
        let out = Self.neighbours.flatMap { [Attempt(.tcp, $0, 80), Attempt(.icmp, $0)] }
        for (name, number) in [("closed", 1), ("isolated", 2)] {
            for member in ["1", "2"] { try host.detachedServers(name + member, ["--network", name]) }
            let inside = ["10.\(number).0.", "fd0\(number)::"]
            let first = try host.inspect(
                name + "1", "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.GlobalIPv6Address}}{{end}}")
            let attempts = Attempt.everything(
                String(first.split(separator: " ")[0]), String(first.split(separator: " ")[1]))
            #expect(attempts[0].address.hasPrefix(inside[0]) && attempts[5].address.hasPrefix(inside[1]), "\(first)")
            let answered = try host.answers(to: .container(name + "2"), attempts)
            #expect(answered.count == attempts.count, "\(name): \(answered)")
            #expect(try host.unwantedAnswers(to: .container(name + "2"), out) == [:])
            #expect(try host.unwantedAnswers(to: .neighbour, attempts) == [:])
            if name == "closed" {
                #expect(try host.answers(to: .host, attempts).count == attempts.count)
            } else {
                #expect(try host.unwantedAnswers(to: .host, attempts) == [:])
            }
        }
        let bridge = try "br-" + host.minirun(["network", "inspect", "-f", "{{slice .Id 0 12}}", "isolated"]).line
        #expect(try host.run("ip -o addr show dev \(bridge) scope global").output == "")
        // The twin: with a way out the same containers reach the neighbour.
        try create("open", 3)
        try host.minirun(["network", "connect", "open", "closed2"])
        #expect(try host.answers(to: .container("closed2"), out).count == out.count)
        withExtendedLifetime(server) {}
    }

    @Test(arguments: [0, 1])
    func siblingsAreKeptApartWithoutICC(bridgeFilter: Int) throws {
        try host.run("for file in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do echo \(bridgeFilter) > $file; done")
        try create("one", 1, ["-o", "com.docker.network.bridge.enable_icc=false"])
        try host.detachedServers("a1", ["--network", "one"])
        try host.detachedServers("a2", ["--network", "one"])
        let (first, second) = (Attempt.everything("10.1.0.2", "fd01::2"), Attempt.everything("10.1.0.3", "fd01::3"))
        #expect(try host.unwantedAnswers(to: .container("a2"), first) == [:])
        #expect(try host.unwantedAnswers(to: .container("a1"), second) == [:])
        #expect(try host.answers(to: .host, first + second).count == 12)
        let server = try host.neighbourServer()
        let out = Self.neighbours.map { Attempt(.tcp, $0, 80) }
        #expect(try host.answers(to: .container("a2"), out) == seen(out, as: Self.hosts))
        withExtendedLifetime(server) {}
    }

    @Test func withoutMasqueradingANeighbourSeesTheContainersOwnAddress() throws {
        try create("one", 1)
        try create("bare", 2, ["-o", "com.docker.network.bridge.enable_ip_masquerade=false"])
        try host.detachedServers("aa", ["--network", "one"])
        try host.detachedServers("bb", ["--network", "bare"] + Self.publishing)
        let server = try host.neighbourServer()
        let out = Self.neighbours.map { Attempt(.tcp, $0, 80) }
        #expect(try host.answers(to: .container("aa"), out) == seen(out, as: Self.hosts))
        #expect(try host.answers(to: .container("bb"), out) == seen(out, as: ["10.2.0.2", "fd02::2"]))
        // It is as closed as any other, and its ports are published all the same.
        #expect(try host.unwantedAnswers(to: .neighbour, Attempt.everything("10.2.0.2", "fd02::2")) == [:])
        #expect(try host.answers(to: .neighbour, published()) == seen(published(), as: Self.neighbours))
        withExtendedLifetime(server) {}
    }

    @Test func trustedInterfacesLeadToEveryPort() throws {
        try create("one", 1)
        try create("trusting", 2, ["-o", "com.docker.network.bridge.trusted_host_interfaces=ens33"])
        try host.detachedServers("aa", ["--network", "one"])
        try host.detachedServers("bb", ["--network", "trusting"])
        let open = Attempt.everything("10.2.0.2", "fd02::2")
        #expect(try host.answers(to: .neighbour, open) == seen(open, as: Self.neighbours))
        #expect(try host.unwantedAnswers(to: .neighbour, Attempt.everything("10.1.0.2", "fd01::2")) == [:])
        // Containers of another network come through another interface.
        #expect(try host.unwantedAnswers(to: .container("aa"), open) == [:])
    }
}
