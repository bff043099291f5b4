import Testing

@Suite("Names in a container")
struct NamesTests {
    private func host(resolver: String) throws -> FakeHost {
        let host = try FakeHost()
        try host.setResolver(resolver)
        return host
    }

    /// A container's resolv.conf as lines, without empty ones.
    private func lines(_ host: FakeHost, _ options: [String] = []) throws -> [String] {
        let outcome = try host.runContainer(["--rm"] + options, "cat /etc/resolv.conf")
        return outcome.output.split(separator: "\n").map(String.init)
    }

    /// Looks a name up in a container of its own, as its programs do, and returns what was found for it.
    private func address(_ host: FakeHost, of name: String, _ options: [String] = []) throws -> String {
        let script = "nslookup -type=a \(name) | awk '/^Name/ { named = 1 } named && /^Address/ { print $NF }'"
        return try host.runContainer(["--rm"] + options, script).line
    }

    private static let origin = "# Based on host file: '/etc/resolv.conf' (internal resolver)"

    @Test("lead to minirun's own server, which asks the host's, those of its loopback included")
    func inherited() throws {
        let host = try host(
            resolver: "nameserver 127.0.0.1\nnameserver 192.168.66.50\nsearch lab example\noptions ndots:2 timeout:3\n")
        let expected = [
            "nameserver 127.0.0.11", "search lab example", "options timeout:3 ndots:0", Self.origin,
            "# ExtServers: [host(127.0.0.1) 192.168.66.50]",
        ]
        #expect(try lines(host) == expected)
        let own = try lines(host, ["--net", "host"])
        #expect(own.contains("nameserver 127.0.0.1") && own.contains("nameserver 192.168.66.50"), "\(own)")
        // The second is asked because the first is not there; once it is, it alone.
        let second = try FakeNameServer(host, at: FakeHost.neighbour, answering: "10.0.0.2")
        #expect(try address(host, of: "early.lab") == "10.0.0.2")
        let first = try FakeNameServer(host, as: .host, at: "127.0.0.1", answering: "10.0.0.1")
        #expect(try address(host, of: "late.lab") == "10.0.0.1")
        #expect(second.count(of: "early.lab") > 0 && first.count(of: "early.lab") == 0)
        #expect(first.count(of: "late.lab") > 0 && second.count(of: "late.lab") == 0)
    }

    @Test("are asked of systemd-resolved where the host does, and not of the servers behind it")
    func stub() throws {
        let host = try host(resolver: "nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch lan\n")
        try host.run(
            "mkdir -p /run/systemd/resolve && echo nameserver \(FakeHost.neighbour) > /run/systemd/resolve/resolv.conf")
        let stub = try FakeNameServer(host, as: .host, at: "127.0.0.53", answering: "10.0.0.53")
        let behind = try FakeNameServer(host, at: FakeHost.neighbour, answering: "10.0.0.50")
        let expected = [
            "nameserver 127.0.0.11", "search lan", "options edns0 trust-ad ndots:0", Self.origin,
            "# ExtServers: [host(127.0.0.53)]",
        ]
        #expect(try lines(host) == expected)
        #expect(try address(host, of: "split.lan") == "10.0.0.53")
        #expect(stub.count(of: "split.lan") > 0)
        #expect(behind.questions == [])
    }

    @Test("have no server behind the user's back: a warning instead")
    func nothingLeft() throws {
        let host = try host(resolver: "search lab\n")
        try host.run("ip addr add 8.8.8.8/32 dev lo; ip addr add 8.8.4.4/32 dev lo")
        let public8 = try FakeNameServer(host, as: .host, at: "8.8.8.8", answering: "10.0.0.8")
        let public4 = try FakeNameServer(host, as: .host, at: "8.8.4.4", answering: "10.0.0.4")
        let outcome = try host.runContainer(["-d", "--name", "aa"], "sleep 1000")
        #expect(
            outcome.errors.contains("no name server is known for names outside the container's networks"), "\(outcome)")
        #expect(try host.lookup(in: "aa", "somebody.example") == .failure)
        #expect(
            try lines(host) == [
                "nameserver 127.0.0.11", "search lab", "options ndots:0", Self.origin, "# ExtServers: []",
            ])
        // The twin: asked for by name, the server hears the question, and nobody is warned.
        let given = try host.runContainer(["-d", "--name", "bb", "--dns", "8.8.8.8"], "sleep 1000")
        #expect(given.errors == "")
        #expect(public8.questions == [] && public4.questions == [])
        #expect(try host.lookup(in: "bb", "somebody.example") == .found("10.0.0.8"))
        #expect(public8.questions == ["somebody.example"])
        // Without a network nobody misses a server.
        #expect(try host.runContainer(["--rm", "--net", "none"], "true").errors == "")
    }

    @Test("follow --dns, --dns-search, --dns-option")
    func given() throws {
        let host = try host(resolver: "nameserver 192.168.66.11\nsearch host\noptions rotate\n")
        let inherited = try FakeNameServer(host, as: .host, at: FakeHost.address, answering: "10.0.0.11")
        try host.run("ip -n ext addr add 192.168.66.51/24 dev eth0")
        let first = try FakeNameServer(host, at: "192.168.66.51", answering: "10.0.0.51")
        let second = try FakeNameServer(host, at: "fd00:66::50", answering: "10.0.0.50")
        let options = [
            "--dns", "192.168.66.51", "--dns", "fd00:66::50", "--dns-search", "lab", "--dns-option", "ndots:3",
        ]
        let expected = [
            "nameserver 127.0.0.11", "search lab", "options ndots:3", Self.origin,
            "# ExtServers: [192.168.66.51 fd00:66::50]",
        ]
        #expect(try lines(host, options) == expected)
        #expect(try lines(host, ["--dns-search", "."]).contains { $0.hasPrefix("search") } == false)
        #expect(try lines(host, ["--dns-option", "edns0"]).contains("options edns0 ndots:0"))

        try host.detached(["--name", "aa"] + options, ["sleep", "1000"])
        #expect(try host.lookup(in: "aa", "one.lab") == .found("10.0.0.51"))
        #expect(first.questions == ["one.lab"] && second.questions == [])
        // The other way round, and with a first one that is silent.
        let turned = ["--name", "bb", "--dns", "fd00:66::50", "--dns", "192.168.66.51"]
        try host.detached(turned, ["sleep", "1000"])
        #expect(try host.lookup(in: "bb", "two.lab") == .found("10.0.0.50"))
        #expect(first.questions == ["one.lab"] && second.questions == ["two.lab"])
        try host.detached(["--name", "cc", "--dns", "192.168.66.99", "--dns", "192.168.66.51"], ["sleep", "1000"])
        #expect(try host.lookup(in: "cc", "three.lab") == .found("10.0.0.51"))
        #expect(inherited.questions == [])
        // The twin: without --dns it is the host's that is asked.
        try host.detached(["--name", "dd"], ["sleep", "1000"])
        #expect(try host.lookup(in: "dd", "four.lab") == .found("10.0.0.11"))
        #expect(inherited.questions == ["four.lab"])
    }

    @Test("have a hosts file with own name, given names and the host's gateway")
    func hosts() throws {
        let host = try FakeHost()
        let options = ["--rm", "-h", "box", "--add-host", "db:10.9.9.9", "--add-host", "up=host-gateway"]
        let outcome = try host.runContainer(options, "cat /etc/hosts; hostname; cat /etc/hostname")
        let lines = outcome.output.split(separator: "\n").map {
            $0.split(whereSeparator: \.isWhitespace).map(String.init)
        }
        for line in [
            ["127.0.0.1", "localhost"], ["10.9.9.9", "db"], ["172.17.0.1", "up"], ["172.17.0.2", "box"], ["box"],
        ] {
            #expect(lines.contains(line), "\(line) in \(outcome)")
        }
        #expect(lines.filter { $0 == ["box"] }.count == 2)
        // The container may write them; the host's stay.
        #expect(
            try host.runContainer(["--rm"], "echo 1.2.3.4 me >> /etc/hosts && tail -n 1 /etc/hosts").line
                == "1.2.3.4 me")
        #expect(try host.run("grep -c '1.2.3.4 me' /etc/hosts").line == "0")
    }

    @Test func aServerMayListenAtAnotherPort() throws {
        let host = try FakeHost()
        let odd = try FakeNameServer(host, at: FakeHost.neighbour, port: 5353, answering: "10.0.0.53")
        let look = "nslookup -type=a far.example 127.0.0.11"
        let found = try host.runContainer(["--rm", "--dns", "\(FakeHost.neighbour):5353"], look)
        #expect(found.output.contains("10.0.0.53") && odd.count(of: "far.example") > 0, "\(found)")
        let refused = try host.runContainer(["--rm", "--net", "host", "--dns", "\(FakeHost.neighbour):5353"], "true")
        #expect(refused.status == 125 && refused.errors.contains("a name server with a port"), "\(refused)")
        for word in ["192.0.2.1:0", "192.0.2.1:", "[192.0.2.1]:53", "2001:db8::g:53", "192.0.2.1:99999"] {
            let wrong = try host.runContainer(["--rm", "--dns", word], "true")
            #expect(wrong.errors.contains("IP address is not correctly formatted: \(word)"), "\(wrong)")
        }
    }

    @Test func whatSomebodyWroteIntoResolvConfStays() throws {
        let host = try FakeHost()
        try host.detached(["--name", "mine"], ["sleep", "1000"])
        try host.detached(["--name", "usual"], ["sleep", "1000"])
        let text = "nameserver 192.0.2.1\n# mine\n"
        try host.run(
            "minirun exec mine sh -c 'printf \"$1\" >/etc/resolv.conf' sh '\(text.replacing("\n", with: "\\n"))'")
        #expect(try host.minirun(["restart", "-t", "0", "mine", "usual"]).status == 0)
        #expect(try host.minirun(["exec", "mine", "cat", "/etc/resolv.conf"]).output == text)
        #expect(
            try host.minirun(["stop", "-t", "0", "mine"]).status == 0 && host.minirun(["start", "mine"]).status == 0)
        #expect(try host.minirun(["network", "create", "lab"]).status == 0)
        #expect(try host.minirun(["network", "connect", "lab", "mine"]).status == 0)
        #expect(try host.minirun(["exec", "mine", "cat", "/etc/resolv.conf"]).output == text)
        // Where nobody has, it follows the host's.
        try host.setResolver("nameserver 192.0.2.7\n")
        #expect(try host.minirun(["restart", "-t", "0", "usual"]).status == 0)
        #expect(try host.minirun(["exec", "usual", "cat", "/etc/resolv.conf"]).output.contains("192.0.2.7"))
    }
}
