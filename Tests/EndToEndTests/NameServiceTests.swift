import Testing

/// Containers that find each other by name. Names that no container has are asked of a server beside the host that knows none.
@Suite("The name service")
struct NameServiceTests {
    private let host: FakeHost
    private let upstream: FakeNameServer

    /// Two networks, 10.1.0.0/24 (and fd01::/64) and 10.2.0.0/24.
    init() throws {
        host = try FakeHost()
        upstream = try FakeNameServer(host, at: FakeHost.neighbour, answering: nil)
        try host.setResolver("nameserver \(FakeHost.neighbour)\n")
        for words in [
            ["--ipv6", "--subnet", "fd01::/64", "--subnet", "10.1.0.0/24", "one"], ["--subnet", "10.2.0.0/24", "two"],
        ] {
            let made = try host.minirun(["network", "create"] + words)
            try #require(made.status == 0, "\(made)")
        }
    }

    private func start(_ name: String, _ options: [String]) throws {
        try host.detached(["--name", name] + options, ["sleep", "1000"])
    }

    private func lookup(_ container: String, _ words: String) throws -> Lookup { try host.lookup(in: container, words) }

    @Test func everyNameOfAContainerIsFound() throws {
        try start("aa", ["--network", "one"])
        try start("bb", ["--network", "one", "--network-alias", "Store", "-h", "deep"])
        let id = try host.inspect("bb", "{{slice .Id 0 12}}")
        for name in ["bb", "BB", "bb.", "bb.one", "Bb.One", "Store", "store", "STORE.one", id, "deep"] {
            #expect(try lookup("aa", name) == .found("10.1.0.3"), "\(name)")
            #expect(try lookup("aa", "\(name) AAAA") == .found("fd01::3"), "\(name)")
        }
        #expect(try lookup("aa", "+tcp bb") == .found("10.1.0.3"))
        #expect(try lookup("bb", "bb") == .found("10.1.0.3"))
        #expect(try lookup("aa", "bb MX") == .found())
        #expect(try lookup("aa", "-x 10.1.0.3") == .found("bb.one."))
        #expect(try lookup("aa", "-x fd01::3") == .found("bb.one."))
        #expect(try lookup("aa", "-x 10.1.0.99") == .nowhere)
        #expect(upstream.questions == [])
        #expect(try lookup("aa", "bb.two") == .nowhere)
        #expect(upstream.questions == ["bb.two"])
        // And as programs do it, with the container's own resolv.conf.
        #expect(try host.run("minirun exec aa ping -c 1 -W 20 bb").status == 0)
    }

    @Test func anAliasOfSeveralStandsForAllOfThemInTurn() throws {
        try start("aa", ["--network", "one"])
        for name in ["w1", "w2", "w3"] { try start(name, ["--network", "one", "--network-alias", "web"]) }
        var firsts: Set<String> = []
        for _ in 0..<6 {
            let answer = try lookup("aa", "web")
            #expect(answer.records.sorted() == ["10.1.0.3", "10.1.0.4", "10.1.0.5"], "\(answer)")
            firsts.formUnion(answer.records.prefix(1))
        }
        #expect(firsts.count == 3)
        try host.minirun(["rm", "-f", "w2"])
        #expect(try lookup("aa", "web").records.sorted() == ["10.1.0.3", "10.1.0.5"])
    }

    @Test func otherNetworksAreNotSpokenOf() throws {
        try start("aa", ["--network", "one"])
        try start("cc", ["--network", "two", "--network-alias", "web"])
        try start("dd", [])
        let id = try host.inspect("cc", "{{slice .Id 0 12}}")
        for words in ["cc", "cc.two", "web", id, "dd", "dd.bridge", "-x 10.2.0.2"] {
            #expect(try lookup("aa", words) == .nowhere, "\(words)")
        }
        // The twin: whoever is in there hears it.
        try start("ee", ["--network", "two"])
        for words in ["cc", "cc.two", "web", id] { #expect(try lookup("ee", words) == .found("10.2.0.2"), "\(words)") }
        #expect(try lookup("ee", "-x 10.2.0.2") == .found("cc.two."))
    }

    @Test func whatIsKilledHasNoName() throws {
        try start("aa", ["--network", "one"])
        try start("bb", ["--network", "one", "--network-alias", "web"])
        try start("cc", ["--network", "one", "--network-alias", "web"])
        #expect(try lookup("aa", "bb") == .found("10.1.0.3"))
        let supervisor = try host.supervisor("bb")
        // A process that is killed dies a moment later; from then on nothing else has to happen. No command of minirun runs in
        // between, for any of them would clear up.
        let killed = try host.run(
            """
            process=$(minirun inspect -f '{{.State.Pid}}' aa); kill -9 "$1"
            while grep -q '^State:.[^ZX]' "/proc/$1/status" 2>/dev/null; do :; done
            for words in bb web "-x 10.1.0.3"; do
                nsenter --net="/proc/$process/ns/net" dig +time=4 +tries=1 +short @127.0.0.11 $words
            done
            """, [supervisor])
        #expect(killed.output == "10.1.0.4\n", "\(killed)")
        #expect(try lookup("aa", "bb") == .nowhere)
        #expect(try lookup("aa", "web") == .found("10.1.0.4"))
        #expect(try lookup("aa", "-x 10.1.0.3") == .nowhere)
    }

    @Test func aNewNameIsKnownAtOnce() throws {
        try start("aa", ["--network", "one"])
        try start("bb", ["--network", "one", "--network-alias", "web"])
        #expect(try lookup("aa", "new") == .nowhere)
        #expect(try host.minirun(["rename", "bb", "new"]).status == 0)
        #expect(try lookup("aa", "new") == .found("10.1.0.3"))
        #expect(try lookup("aa", "bb") == .nowhere)
        #expect(try lookup("aa", "web") == .found("10.1.0.3"))
        #expect(try lookup("aa", "-x 10.1.0.3") == .found("new.one."))
    }

    @Test func connectionsThatComeAndGoChangeWhatIsKnown() throws {
        try start("aa", ["--network", "one"])
        try start("cc", ["--network", "two"])
        #expect(try lookup("cc", "aa") == .nowhere)
        #expect(try host.minirun(["network", "connect", "--alias", "guest", "two", "aa"]).status == 0)
        for name in ["aa", "guest", "aa.two"] { #expect(try lookup("cc", name) == .found("10.2.0.3"), "\(name)") }
        #expect(try lookup("aa", "cc") == .found("10.2.0.2"))
        #expect(try lookup("aa", "aa.one") == .found("10.1.0.2"))
        #expect(try lookup("aa", "aa.two") == .found("10.2.0.3"))
        #expect(try host.minirun(["network", "disconnect", "two", "aa"]).status == 0)
        for name in ["aa", "guest"] { #expect(try lookup("cc", name) == .nowhere, "\(name)") }
        #expect(try lookup("aa", "cc") == .nowhere)
        #expect(try lookup("aa", "aa") == .found("10.1.0.2"))
    }

    @Test func aContainerWithoutANetworkGetsAServerWithItsFirst() throws {
        try start("aa", ["--network", "one"])
        try start("nn", ["--net", "none"])
        let servers = "minirun exec nn grep ^nameserver /etc/resolv.conf"
        #expect(try host.run(servers).line == "nameserver \(FakeHost.neighbour)")
        #expect(try host.minirun(["network", "connect", "one", "nn"]).status == 0)
        #expect(try host.run(servers).line == "nameserver 127.0.0.11")
        #expect(try lookup("nn", "aa") == .found("10.1.0.2"))
        #expect(try lookup("aa", "nn") == .found("10.1.0.3"))
        #expect(try lookup("nn", "else.example") == .nowhere)
        #expect(upstream.count(of: "else.example") == 1)
    }

    @Test func aChineseNameIsFoundInBothSpellings() throws {
        try start("aa", ["--network", "one"])
        try start("教育", ["--network", "one", "--network-alias", "种地"])
        for name in ["教育", "xn--wcvs22d", "XN--WCVS22D.one", "教育.one", "种地"] {
            #expect(try lookup("aa", name) == .found("10.1.0.3"), "\(name)")
        }
        // glibc's getaddrinfo(3) refuses answers for names that are not ASCII, unless it makes punycode of them first.
        #expect(try host.run("minirun exec aa nslookup -type=a 教育").output.contains("10.1.0.3"))
        #expect(try host.run("minirun exec aa ping -c 1 -W 20 xn--wcvs22d").status == 0)
    }

    @Test func aServerInTheContainerHasPort53ForItself() throws {
        try start("aa", ["--network", "one"])
        try start("bb", ["--network", "one"])
        let own = try FakeNameServer(host, as: .container("aa"), at: "0.0.0.0", answering: "10.77.0.1")
        let tcp = try host.start(
            as: .container("aa"), ["socat", "TCP4-LISTEN:53,fork,reuseaddr", "SYSTEM:echo own"])
        #expect(try host.lookup(in: "aa", "mine", at: "127.0.0.1") == .found("10.77.0.1"))
        #expect(try host.lookup(in: "bb", "mine", at: "10.1.0.2") == .found("10.77.0.1"))
        #expect(own.questions == ["mine", "mine"])
        #expect(try lookup("aa", "bb") == .found("10.1.0.3"))
        #expect(try lookup("aa", "+tcp bb") == .found("10.1.0.3"))
        #expect(try lookup("aa", "mine") == .nowhere)
        #expect(
            try eventually { try host.run(as: .container("bb"), "socat -u TCP4:10.1.0.2:53 -").line == "own" })
        withExtendedLifetime(tcp) {}
    }

    @Test func noQuestionLeavesAnInternalNetwork() throws {
        try host.minirun(["network", "create", "--internal", "--subnet", "10.3.0.0/24", "inner"])
        try start("aa", ["--network", "inner", "--dns", FakeHost.neighbour])
        try start("bb", ["--network", "inner"])
        for name in ["secret.example", "secret", "secret.inner"] {
            #expect(try lookup("aa", name) == .failure, "\(name)")
        }
        #expect(try lookup("aa", "bb") == .found("10.3.0.3"))
        #expect(upstream.questions == [])
        // The twin: with one more network that has a way out.
        try host.minirun(["network", "connect", "one", "aa"])
        #expect(try lookup("aa", "secret.example") == .nowhere)
        #expect(upstream.questions == ["secret.example"])
        try host.minirun(["network", "disconnect", "one", "aa"])
        #expect(try lookup("aa", "secret.example") == .failure)
        #expect(upstream.questions == ["secret.example"])
    }

    @Test(arguments: [
        // Nobody has the address; nothing listens there; one of each, and a third.
        ["192.168.66.99"], [FakeHost.address], ["192.168.66.99", FakeHost.address, "192.168.66.98"],
    ])
    func silentServersAreGivenUpInTime(servers: [String]) throws {
        try start("aa", ["--network", "one"] + servers.flatMap { ["--dns", $0] })
        // dig itself would wait for four seconds and then say nothing of a status.
        #expect(try lookup("aa", "anybody.example") == .failure)
        #expect(try lookup("aa", "+tcp anybody.example") == .failure)
        #expect(try lookup("aa", "aa") == .found("10.1.0.2"))
    }
}
