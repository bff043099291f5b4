import CShim
import Testing

@Suite("Trace")
struct TraceTests {
    /// The lines, without their numbers.
    private func steps(_ outcome: Outcome) -> [String] {
        outcome.output.split(separator: "\n").map { line in
            String(line.drop { $0.isNumber }.drop { $0 == " " })
        }
    }

    /// Whether the steps are there, in this order; each is known by all of its words.
    private func expect(
        _ outcome: Outcome, _ wanted: [String]..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var rest = steps(outcome)[...]
        for words in wanted {
            guard let index = rest.firstIndex(where: { line in words.allSatisfy { line.contains($0) } }) else {
                Issue.record("\(words) is not there, or not in its place:\n\(outcome)", sourceLocation: sourceLocation)
                return
            }
            rest = rest[(index + 1)...]
        }
    }

    private func ruleset(_ host: FakeHost) throws -> String { try host.run("nft list ruleset").output }

    @Test("from a container to a neighbour shows the translation, and the rule for it")
    func outward() throws {
        let host = try FakeHost()
        let server = try host.neighbourServer()
        try host.detached(["--name", "web"], ["sleep", "1000"])
        let before = try ruleset(host)
        let outcome = try host.minirun(["trace", "web", "192.168.66.50:80"])
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
        expect(
            outcome, ["web → 192.168.66.50:80/tcp"], ["web eth0", "172.17.0.2:", "sent"],
            ["host mr", "port of bridge minirun0"], ["host forward", "\"from a container\"", "accept"],
            ["host postrouting", "\"leaving the network: under the host's address\"", "172.17.0.2 → 192.168.66.11"],
            ["host ens33", "next hop 192.168.66.50"], ["ext eth0"], ["ext socket", "socat"], ["back"], ["host ens33"],
            ["host forward", "\"answers, and errors about them\"", "192.168.66.11 → 172.17.0.2"], ["web eth0"],
            ["verdict: answered (SYN,ACK) in "])
        // A chain that came back without a decision is no part of the way to it.
        #expect(!outcome.output.contains("from a network to elsewhere"), "\(outcome)")
        #expect(try ruleset(host) == before)
        withExtendedLifetime(server) {}
    }

    @Test("from a neighbour to a published port shows where it leads, and that the client keeps its address")
    func inward() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        #expect(try eventually { try host.run(as: .container("web"), "ss -Hlnt sport = 80").output != "" })
        for from in ["ext", FakeHost.neighbour] {
            let outcome = try host.minirun(["trace", from, "host:8080"])
            #expect(outcome.status == 0, "\(outcome)")
            expect(
                outcome, ["→ 192.168.66.11:8080/tcp"], ["ext eth0", "192.168.66.50:", "sent"], ["host ens33"],
                [
                    "host prerouting", "\"a living supervisor holds this port\"",
                    "192.168.66.11:8080 → 172.17.0.2:80",
                ], ["host forward", "\"came through a published port\""], ["web eth0"], ["web socket", "httpd"],
                ["back"], ["web eth0", "172.17.0.2:80 → 192.168.66.50:"], ["verdict: answered"])
        }
    }

    @Test("into another network names the rule that drops it")
    func dropped() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web"])
        try host.minirun(["network", "create", "lab"])
        try host.detached(["--name", "db", "--net", "lab"], ["sleep", "1000"])
        let outcome = try host.minirun(["trace", "db", "web:80"])
        #expect(outcome.status == 1, "\(outcome)")
        let rule = "\"from another network: only published ports lead there\""
        expect(
            outcome, ["db eth0", "sent"], ["host forward", rule, "DROP"], ["verdict: dropped: host forward: ", rule])
        #expect(!outcome.output.contains("web eth0"))
    }

    @Test("names rules and policies of other firewalls, and refusals")
    func foreign() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        try host.run(
            """
            nft add table ip x
            nft 'add chain ip x f { type filter hook forward priority -10; }'
            nft add rule ip x f iifname ens33 tcp dport 80 drop
            """)
        let rule = "table ip x chain f handle 2: iifname \"ens33\" tcp dport 80 drop"
        expect(
            try host.minirun(["trace", "ext", "8080"]), ["host forward", rule, "DROP"], ["verdict: dropped", rule])
        try host.run("nft flush table ip x; nft 'chain ip x f { policy drop; }'")
        let policy = "policy of chain f (table ip x)"
        expect(
            try host.minirun(["trace", "ext", "8080"]), ["host forward", policy, "DROP"], ["verdict: dropped", policy])
        try host.run(
            """
            nft delete table ip x; nft add table ip x
            nft 'add chain ip x i { type filter hook input priority 0; }'
            nft add rule ip x i tcp dport 99 reject with tcp reset comment '"not here"'
            """)
        let refused = try host.minirun(["trace", "ext", "host:99"])
        expect(refused, ["host input", "\"not here\"", "REJECT"], ["back"], ["verdict: refused by", "\"not here\""])
        #expect(refused.status == 1)
    }

    @Test("names what drops in the container itself, a packet by a published port and the answer to one that it sent")
    func droppedInside() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        let enter = "nsenter --net=/proc/$(minirun inspect -f '{{.State.Pid}}' web)/ns/net nft"
        try host.run(
            """
            \(enter) 'add table ip x; add chain ip x i { type filter hook input priority 0; }'
            \(enter) add rule ip x i tcp dport 80 drop
            """)
        let rule = "table ip x chain i handle 2: tcp dport 80 drop"
        expect(
            try host.minirun(["trace", "ext", "8080"]), ["web input", rule, "DROP"],
            ["verdict: dropped: web input: ", rule])
        try host.run("\(enter) 'flush table ip x; chain ip x i { policy drop; }'")
        expect(
            try host.minirun(["trace", "web", FakeHost.neighbour]), ["web eth0", "sent"],
            ["web input", "policy of chain i", "DROP"], ["verdict: the answer was dropped: web input: "])
    }

    @Test("names what the host has switched off, wherever the packet went instead")
    func switchedOff() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        func verdict(_ from: String, _ to: String) throws -> String {
            steps(try host.minirun(["trace", "--timeout", "1", from, to])).last { $0.hasPrefix("verdict: ") } ?? ""
        }
        try host.run("sysctl -qw net.ipv4.ip_forward=0")
        #expect(try verdict("ext", "8080").hasPrefix("verdict: lost: host passes nothing on (net.ipv4.ip_forward"))
        #expect(try verdict("web", FakeHost.neighbour).hasPrefix("verdict: lost: host passes nothing on"))
        try host.run("sysctl -qw net.ipv4.ip_forward=1; ip link set minirun0 down")
        let down = "verdict: lost: minirun0 of host is down"
        #expect(try verdict("ext", "8080") == down)
        #expect(try verdict("host", "web:80") == down)
        #expect(try verdict("web", FakeHost.neighbour) == down)
    }

    @Test("from the host, to itself through the loop pair, and back to the sender's own port")
    func host() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        #expect(try eventually { try host.run(as: .container("web"), "ss -Hlnt sport = 80").output != "" })
        let direct = try host.minirun(["trace", "host", "web:80"])
        expect(direct, ["host mr", "172.17.0.1:", "sent"], ["web eth0"], ["web socket"], ["verdict: answered"])
        let loop = try host.minirun(["trace", "host", "8080"])
        expect(
            loop, ["→ 127.0.0.1:8080/tcp"], ["host output", "127.0.0.1 → 169.254.77."], ["host minirun-lo0"],
            ["host minirun-lo1"], ["host prerouting", "→ 172.17.0.2:80"], ["web eth0"], ["back"], ["verdict: answered"])
        let hairpin = try host.minirun(["trace", "web", "192.168.66.11:8080"])
        expect(
            hairpin, ["web eth0", "sent"], ["host prerouting", "192.168.66.11:8080 → 172.17.0.2:80"],
            ["host postrouting", "hairpin"], ["web socket"], ["back"], ["verdict: answered"])
    }

    @Test("of UDP and of a ping; a datagram that nobody answers has come to its socket")
    func otherProtocols() throws {
        let host = try FakeHost()
        try host.detachedServers("web", ["-p", "5300:53/udp"])
        let answered = try host.minirun(["trace", "ext", "host:5300", "--proto", "udp"])
        expect(
            answered, ["/udp"], ["host prerouting", "→ 172.17.0.2:53"], ["web socket", "socat"], ["back"],
            ["verdict: answered (datagram of"])
        let silent = try host.start(as: .container("web"), ["socat", "-u", "UDP4-RECV:99", "OPEN:/dev/null"])
        #expect(try eventually { try host.run(as: .container("web"), "ss -Hlnu sport = 99").output != "" })
        let delivered = try host.minirun(["trace", "host", "web:99", "--proto", "udp", "--timeout", "0.5"])
        expect(
            delivered, ["web socket", "0.0.0.0:99 of socat"], ["verdict: delivered to web, socket 0.0.0.0:99 of socat"])
        #expect(delivered.status == 1)
        let closed = try host.minirun(["trace", "host", "web:98", "--proto", "udp"])
        expect(closed, ["web socket", "nobody listens"], ["back"], ["verdict: unreachable: port unreachable"])
        let ping = try host.minirun(["trace", "--count", "2", "web", "192.168.66.50"])
        #expect(ping.status == 0, "\(ping)")
        expect(
            ping, ["web → 192.168.66.50 (ping)"], ["host postrouting", "172.17.0.2 → 192.168.66.11"],
            ["verdict: answered (echo reply)"], ["web → 192.168.66.50 (ping)"], ["verdict: answered (echo reply)"])
        withExtendedLifetime(silent) {}
    }

    @Test("of IPv6")
    func version6() throws {
        let host = try FakeHost()
        let server = try host.neighbourServer()
        try host.detached(["--name", "web"], ["sleep", "1000"])
        let outcome = try host.minirun(["trace", "web", "[fd00:66::50]:80"])
        #expect(outcome.status == 0, "\(outcome)")
        expect(
            outcome, ["→ [fd00:66::50]:80/tcp"], ["host postrouting", "→ fd00:66::11"], ["ext eth0"], ["back"],
            ["verdict: answered (SYN,ACK)"])
        withExtendedLifetime(server) {}
    }

    @Test("says why nothing comes back: nobody listens, nobody has the address, no way, nothing is passed on")
    func losses() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], ["sleep", "1000"])
        func verdict(_ words: String...) throws -> String {
            let outcome = try host.minirun(["trace"] + words)
            #expect(outcome.status == 1, "\(outcome)")
            return steps(outcome).last ?? ""
        }
        // Somebody with a container's address, which the host knows to be elsewhere, asks for a published port.
        try host.detachedServer(["--name", "open", "-p", "8080:80"])
        try host.run(
            """
            ip netns exec ext ping -c 1 -W 1 192.168.66.11
            echo 1 > /proc/sys/net/ipv4/conf/ens33/rp_filter
            ip -n ext address add 172.17.0.99/32 dev lo
            ip -n ext route replace 192.168.66.11 dev eth0 src 172.17.0.99
            """)
        #expect(try verdict("ext", "8080").contains("takes nothing from 172.17.0.99 over ens33"))
        try host.run("ip -n ext route delete 192.168.66.11")
        #expect(try verdict("web", "192.168.66.50:81").hasPrefix("verdict: refused (RST) in "))
        #expect(
            try verdict("web", "192.168.66.77:80").contains(
                "nobody answers ARP for 192.168.66.77 on ens33 of host (INCOMPLETE)"))
        #expect(try verdict("host", "192.168.66.78").contains("nobody answers ARP for 192.168.66.78 on ens33 of host"))
        try host.run("ip route del default")
        #expect(
            try verdict("host", "10.9.9.9:80")
                == "verdict: not sent: host has no route to 10.9.9.9 (network is unreachable)")
        #expect(try verdict("web", "10.9.9.9:80").contains("unreachable: net unreachable, says 172.17.0.1"))
        try host.run("sysctl -qw net.ipv4.ip_forward=0")
        #expect(try verdict("web", "192.168.66.50:80").contains("host passes nothing on (net.ipv4.ip_forward"))
    }

    @Test("from a namespace that somebody has made by hand")
    func byHand() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        try host.run(
            """
            ip netns add mine; ip link add m0 type veth peer name eth0 netns mine
            ip address add 10.5.0.1/24 dev m0; ip link set dev m0 up
            ip -n mine address add 10.5.0.2/24 dev eth0; ip -n mine link set dev eth0 up
            ip -n mine route add default via 10.5.0.1
            """)
        let closed = try host.minirun(["trace", "mine", "web:80"])
        expect(closed, ["mine eth0", "sent"], ["host m0"], ["verdict: dropped", "a route alone opens nothing"])
        let open = try host.minirun(["trace", "mine", "host:8080"])
        expect(open, ["mine eth0", "10.5.0.1:8080"], ["host prerouting", "172.17.0.2:80"], ["verdict: answered"])
    }

    @Test("waits for a packet of somebody else's, at an interface or from an address")
    func waiting() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        #expect(try eventually { try host.run(as: .container("web"), "ss -Hlnt sport = 80").output != "" })
        for words in [["ens33", "web:80"], ["--wait", FakeHost.neighbour, "8080"]] {
            let trace = try host.start("exec minirun trace \"$@\"", words + ["--timeout", "10"])
            #expect(eventually { trace.errors.contains("waiting for a tcp packet from ") })
            try host.run(as: .neighbour, fetching(FakeHost.address, 8080))
            let outcome = try trace.wait()
            #expect(outcome.status == 0, "\(outcome)")
            expect(
                outcome, ["ext eth0", "192.168.66.50:"], ["host ens33"], ["host prerouting", "→ 172.17.0.2:80"],
                ["back"], ["host forward", "answers"], ["verdict: answered (SYN,ACK)"])
        }
        let none = try host.minirun(["trace", "ens33", "web:80", "--timeout", "0.3"])
        #expect(none.status == 1 && none.errors.contains("no such packet has come"))
    }

    @Test("as JSON has every rule and both ways")
    func json() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        #expect(try eventually { try host.run(as: .container("web"), "ss -Hlnt sport = 80").output != "" })
        let outcome = try host.run(
            """
            minirun trace ext host:8080 --format json > /run/trace.json
            jq -r '.verdict.kind, .socket.command, (.forward[] | select(.hook == "prerouting") | .rules[].comment),
                (.forward[] | select(.interface == "eth0") | .place + " " + .direction), (.back | length > 3)' /run/trace.json
            """)
        #expect(
            outcome.output == """
                answered
                httpd
                for one of our addresses
                a living supervisor holds this port
                published on all addresses
                ext out
                web in
                true

                """, "\(outcome)")
    }

    /// A host with a published server in `web`, and `db` in a network of its own.
    private func pictured() throws -> FakeHost {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        try host.minirun(["network", "create", "lab"])
        try host.detached(["--name", "db", "--net", "lab"], ["sleep", "1000"])
        #expect(try eventually { try host.run(as: .container("web"), "ss -Hlnt sport = 80").output != "" })
        return host
    }

    @Test("as a page has the way on the picture of the host, of a packet that came and of one that did not")
    func page() throws {
        let host = try pictured()
        let came = try host.minirun(["trace", "--count", "2", "ext", "host:8080", "--format", "html"])
        #expect(came.status == 0 && came.output.hasPrefix("<!doctype html>"), "\(came)")
        // The numbers at a box are those of its steps; of the second packet too.
        for words in [
            "<g class=\"mark there\"><title>1 ext eth0  ", "<g class=\"mark back\"><title>10 web eth0  ",
            "class=\"box router passed\" id=\"p1-router\"", "class=\"box bridge passed\" id=\"p2-bridge-minirun0\"",
            "published on all addresses", "→ 172.17.0.2:80</td>", "answered (SYN,ACK) in ",
        ] {
            #expect(came.output.contains(words), "\(words) in\n\(came)")
        }
        #expect(!came.output.contains("mark stop") && came.output.contains("trail back"), "\(came)")

        let dropped = try host.run("LANG=zh_CN.UTF-8 minirun trace db web:80 --format html")
        #expect(dropped.status == 1 && dropped.output.contains("<p class=\"verdict bad\">被丢弃："), "\(dropped)")
        let rule = "from another network: only published ports lead there"
        #expect(dropped.output.contains("<g class=\"mark stop\"><title>被丢弃：host forward: "), "\(dropped)")
        #expect(dropped.output.contains(rule) && !dropped.output.contains("trail back"), "\(dropped)")
        #expect(dropped.output.contains("class=\"box bridge\" id=\"p1-bridge-minirun0\""), "\(dropped)")
    }

    @Test("as a page is right in light and in dark", .enabled(if: Browser.program != nil, "needs chromium"))
    func picture() throws {
        let host = try pictured()
        let file = "/run/trace.html"
        #expect(try host.run("minirun trace ext host:8080 --format html >\(file)").status == 0)
        let browser = Browser(host: host)
        let document = try browser.document(of: file)
        #expect(document.contains("id=\"p1-router\"") && document.contains("</marker>"), "\(document)")
        let light = try browser.look(of: file, isDark: false)
        let dark = try browser.look(of: file, isDark: true)
        #expect(light.colours > 50 && light.corner > 200, "\(light)")
        #expect(dark.colours > 50 && dark.corner < 60, "\(dark)")
        #expect(try browser.fetched(by: file) == "")
    }

    @Test("leaves nothing, whatever ends it", arguments: [SIGINT, SIGTERM, SIGKILL])
    func nothingIsLeft(signal: CInt) throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        let before = try host.quietState()
        let inside = try host.run(as: .container("web"), "nft list ruleset").output
        let trace = try host.start("exec minirun trace ens33 web:80")
        #expect(try eventually { try host.run("nft list tables").output.contains("minirun-trace-") })
        #expect(
            try eventually { try host.run(as: .container("web"), "nft list tables").output.contains("minirun-trace-") })
        // Whoever cleans up the firewall meanwhile does not take the table away, nor does it take his.
        #expect(try host.run("nft delete table inet $(nft list tables | grep -o 'minirun-trace-.*')").status != 0)
        host.signal(trace, signal)
        #expect(try trace.wait().status == 128 + signal)
        let after = try host.settledState(like: before)
        #expect(after == before, "\(before.difference(to: after))")
        #expect(try host.run(as: .container("web"), "nft list ruleset").output == inside)
    }

    @Test("says what is wrong")
    func badInput() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], ["sleep", "1000"])
        try host.minirun(["create", "--name", "off", Places.busybox.get(), "true"])
        let cases: [([String], String)] = [
            (["nobody", "web:80"], "no such container, network namespace, interface of the host or address: nobody"),
            (["web", "nobody:80"], "no such container, network namespace or address: nobody"),
            (["off", "web:80"], "container off is not running"), (["web", "web:http"], "invalid port: http"),
            (["web", "web:80", "--format", "png"], "unknown format \"png\": text, json or html"),
            (["web", "web:80", "--count", "0"], "--count has to be 1 or more"),
        ]
        for (words, sentence) in cases {
            let outcome = try host.minirun(["trace"] + words)
            #expect(outcome.status != 0 && outcome.errors.contains(sentence), "\(words): \(outcome)")
        }
    }
}
