import Testing

@Suite("Names in a container")
struct NamesTests {
    /// A fake host whose /etc/resolv.conf has this content.
    private func host(resolver: String) throws -> FakeHost {
        let host = try FakeHost()
        try host.run(
            "printf '%b' \"$1\" > /run/resolv.conf && mount --bind /run/resolv.conf /etc/resolv.conf", [resolver])
        return host
    }

    private func servers(_ host: FakeHost, _ options: [String] = []) throws -> Outcome {
        try host.runContainer(["--rm"] + options, "grep -v '^#' /etc/resolv.conf")
    }

    @Test("come from the host's servers, without those of its loopback")
    func copied() throws {
        let host = try host(
            resolver: "nameserver 127.0.0.1\\nnameserver 9.9.9.9\\nsearch lab example\\noptions ndots:2\\n")
        let outcome = try servers(host)
        for line in ["nameserver 9.9.9.9", "search lab example", "options ndots:2"] {
            #expect(outcome.output.contains(line), "\(outcome)")
        }
        #expect(!outcome.output.contains("127.0.0.1"))
        #expect(try servers(host, ["--net", "host"]).output.contains("127.0.0.1"))
    }

    @Test("come from systemd-resolved's own file when the host asks 127.0.0.53")
    func stub() throws {
        let host = try host(resolver: "nameserver 127.0.0.53\\n")
        try host.run("mkdir -p /run/systemd/resolve && echo nameserver 10.5.5.5 > /run/systemd/resolve/resolv.conf")
        #expect(try servers(host).line == "nameserver 10.5.5.5")
    }

    @Test("have no server behind the user's back: a warning instead")
    func nothingLeft() throws {
        let host = try host(resolver: "nameserver 127.0.0.1\\n")
        let outcome = try servers(host)
        #expect(!outcome.output.contains("nameserver"), "\(outcome)")
        #expect(outcome.errors != "")
        #expect(try servers(host, ["--dns", "9.9.9.9"]).errors == "")
    }

    @Test("follow --dns, --dns-search, --dns-option")
    func given() throws {
        let host = try host(resolver: "nameserver 9.9.9.9\\nsearch host\\n")
        let options = [
            "--dns", "1.1.1.1", "--dns", "2606:4700::1111", "--dns-search", "lab", "--dns-option", "ndots:3",
        ]
        let lines = try servers(host, options).output.split(separator: "\n").map(String.init)
        #expect(Set(lines) == ["nameserver 1.1.1.1", "nameserver 2606:4700::1111", "search lab", "options ndots:3"])
        #expect(lines.filter { $0.hasPrefix("nameserver") }.first == "nameserver 1.1.1.1")
        #expect(try servers(host, ["--dns-search", "."]).output.contains("search host") == false)
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

    @Test("are asked of the given server")
    func asked() throws {
        let host = try FakeHost()
        // A server that answers any question by one fixed packet would be a DNS server; it is enough to see the question.
        let listener = try host.start("ip netns exec ext socat -u UDP4-RECV:53 CREATE:/run/question")
        #expect(try eventually { try host.run("ip netns exec ext ss -Hlnu sport = 53").line != "" })
        try host.runContainer(["--rm", "--dns", FakeHost.neighbour], "timeout 1 nslookup asked-for.lab")
        #expect(try eventually { try host.run("grep -c asked-for /run/question").line != "0" })
        withExtendedLifetime(listener) {}
    }
}
