import CShim
import Testing

@Suite("An uplink that is moved")
struct UplinkTests {
    /// A connection from the neighbour to a server on the host that says everything back.
    private struct Talk {
        let server: ChildProcess
        let client: ChildProcess

        init(_ host: FakeHost) throws {
            server = try host.start("exec socat TCP4-LISTEN:7000,fork,reuseaddr EXEC:cat")
            try #require(try eventually { try host.run("ss -Hlnt sport = 7000").line != "" })
            client = try host.start("exec ip netns exec ext socat - TCP4:\(FakeHost.address):7000", input: .pipe)
            try #require(answers("hello"))
        }

        /// Whether the connection still carries words, within what a retransmission takes.
        func answers(_ word: String) -> Bool {
            client.write(word + "\n")
            return eventually { client.output.hasSuffix(word + "\n") }
        }
    }

    /// What makes the host reachable, in ip(8)'s words.
    private func reachability(_ host: FakeHost) throws -> String {
        try host.run(
            """
            ip -o address | cut -d' ' -f2- | grep -v 'fe80::' | sed 's/ *valid_lft.*//'
            ip -o link | cut -d: -f2; ip route; ip -6 route | grep -v 'fe80::'
            """
        ).output
    }

    @Test("keeps its connections and its default route, there and back", arguments: ["bridge", "macvlan"])
    func connections(mode: String) throws {
        let host = try FakeHost()
        let before = try reachability(host)
        let talk = try Talk(host)
        let attach = try host.minirun(["uplink", "attach", "ens33", "--mode", mode])
        #expect(attach == Outcome(status: 0, output: "", errors: ""))
        #expect(talk.answers("moved"))
        #expect(try host.run("ip route show default").line == "default via \(FakeHost.gateway) dev br0")
        #expect(try host.run("ip -d link show dev br0").output.contains(" \(mode) "))
        #expect(try host.run("ip -o -4 address show dev ens33").output == "")
        #expect(try host.run("busybox ping -c 1 -W 20 \(FakeHost.gateway)").status == 0)
        let listed = try host.minirun(["uplink", "ls", "--format", "{{.Card}} {{.Bridge}} {{.Mode}} {{.State}}"]).line
        #expect(listed == "ens33 br0 \(mode) attached")
        #expect(try host.minirun(["uplink", "attach", "ens33"]).errors.contains("ens33 is attached to br0 already"))
        #expect(try host.minirun(["uplink", "detach", "ens33"]).status == 0)
        #expect(talk.answers("back"))
        #expect(try reachability(host) == before)
        #expect(try host.minirun(["uplink", "ls", "-q"]).output == "")
        #expect(try host.minirun(["uplink", "detach", "ens33"]).errors.contains("ens33 was not attached by minirun"))
    }

    @Test("goes back by itself when nobody confirms, and the connection goes on", arguments: ["bridge", "macvlan"])
    func rollback(mode: String) throws {
        let host = try FakeHost()
        let before = try reachability(host)
        let talk = try Talk(host)
        let attach = try host.minirun(["uplink", "attach", "ens33", "--mode", mode, "--confirm", "2s"])
        #expect(attach.status == 0 && attach.output.contains("minirun uplink confirm ens33"), "\(attach)")
        #expect(try host.run("ip link show dev br0").status == 0)
        #expect(try host.minirun(["uplink", "ls", "--format", "{{.State}}"]).output.contains("unless confirmed"))
        #expect(talk.answers("moved"))
        #expect(try eventually { try host.run("ip link show dev br0").status != 0 })
        #expect(talk.answers("back"))
        #expect(try reachability(host) == before)
        #expect(try host.minirun(["uplink", "confirm"]).errors.contains("no move waits to be confirmed"))
    }

    @Test("goes back by itself when its record cannot be read, for that confirms nothing")
    func damagedRecord() throws {
        let host = try FakeHost()
        let before = try reachability(host)
        #expect(try host.minirun(["uplink", "attach", "ens33", "--confirm", "2s"]).status == 0)
        try host.run("echo '{' >/run/minirun/uplinks/ens33.json")
        #expect(try eventually { try host.run("ip link show dev br0").status != 0 })
        #expect(try reachability(host) == before)
        #expect(try eventually { try host.run("ls /run/minirun/uplinks").output == "" })
    }

    @Test("stays when it is confirmed, and when nobody is left to move it back")
    func confirmed() throws {
        let host = try FakeHost()
        let watchers = "pgrep -fc '[u]plink attach'"
        try host.minirun(["uplink", "attach", "ens33", "--confirm", "60s"])
        #expect(try host.run(watchers).line == "1")
        #expect(try host.minirun(["uplink", "confirm", "eth7"]).errors.contains("no move of eth7 waits"))
        #expect(try host.minirun(["uplink", "confirm"]).output == "ens33\n")
        #expect(try eventually { try host.run(watchers).line == "0" })
        #expect(try host.minirun(["uplink", "ls", "--format", "{{.State}}"]).line == "attached")
        #expect(try host.run("ip -o -4 address show dev br0").output.contains(FakeHost.address))
        try host.minirun(["uplink", "detach", "ens33"])

        try host.minirun(["uplink", "attach", "ens33", "--confirm", "60s"])
        try host.run("pkill -9 -f '[u]plink attach'")
        #expect(
            try eventually {
                try host.minirun(["uplink", "ls", "--format", "{{.State}}"]).line
                    == "unconfirmed, and nobody moves it back"
            })
        #expect(try host.minirun(["uplink", "confirm", "ens33"]).status == 0)
        #expect(try host.minirun(["uplink", "ls", "--format", "{{.State}}"]).line == "attached")

        // Whoever detaches has decided as well.
        try host.minirun(["uplink", "detach", "ens33"])
        try host.minirun(["uplink", "attach", "ens33", "--confirm", "60s"])
        try host.minirun(["uplink", "detach", "ens33"])
        #expect(try eventually { try host.run(watchers).line == "0" })
    }

    @Test("that is refused in the middle leaves the host as it was")
    func refused() throws {
        let host = try FakeHost()
        let talk = try Talk(host)
        try host.run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1")
        let before = try reachability(host)
        for options in [[], ["--mode", "macvlan"], ["--confirm", "60s"]] {
            let outcome = try host.minirun(["uplink", "attach", "ens33"] + options)
            #expect(outcome.status == 125 && outcome.errors.contains("to br0: "), "\(options): \(outcome)")
            #expect(try reachability(host) == before)
        }
        #expect(talk.answers("still"))
        #expect(try host.minirun(["uplink", "ls", "-q"]).output == "")
        #expect(try host.run("pgrep -fc '[u]plink attach'").line == "0")
    }

    @Test("as the notes have it: br0 is a macvlan, pipework's words put a container beside it")
    func notesFlow() throws {
        let host = try FakeHost()
        #expect(try host.minirun(["uplink", "attach", "ens33", "--mode", "macvlan"]).status == 0)
        try host.detached(["--net", "none", "--name", "test"], ["sh", "-c", webServer + "\nexec sleep 1000"])
        let plug = try host.run("minirun plug br0 test 192.168.66.200/24@192.168.66.1")
        #expect(plug == Outcome(status: 0, output: "", errors: ""))
        let fetch = fetching("192.168.66.200", 80)
        let seen = try poll(until: { $0.status == 0 }) { try host.run("ip netns exec ext sh -c \"$1\"", [fetch]) }
        #expect(seen.line.contains(FakeHost.neighbour), "\(seen)")
        // Both are macvlans on ens33, so host and container hear each other.
        #expect(try host.run(fetch).line.contains(FakeHost.address))
        #expect(try host.minirun(["exec", "test", "ping", "-c", "1", "-W", "2", FakeHost.address]).status == 0)
        #expect(try host.minirun(["exec", "test", "ping", "-c", "1", "-W", "2", FakeHost.gateway]).status == 0)
    }

    @Test("to a bridge takes containers as ports, and cannot be detached before they are out")
    func ports() throws {
        let host = try FakeHost()
        try host.minirun(["uplink", "attach", "ens33", "--bridge", "lan0"])
        try host.detached(["--net", "none", "--name", "test"], ["sleep", "1000"])
        try host.minirun(["plug", "lan0", "test", "192.168.66.200/24@192.168.66.1"])
        #expect(try host.run("ip netns exec ext busybox ping -c 1 -W 20 192.168.66.200").status == 0)
        #expect(try host.run("busybox ping -c 1 -W 20 192.168.66.200").status == 0)
        let refused = try host.minirun(["uplink", "detach", "ens33"])
        #expect(refused.errors.contains("bridge lan0 has other ports: mp"), "\(refused)")
        try host.minirun(["unplug", "test"])
        #expect(try host.run("ip link show dev lan0").status == 0)
        #expect(try host.minirun(["uplink", "detach", "ens33"]).status == 0)
        #expect(try host.run("ip link show dev lan0").status != 0)
    }

    @Test("to a bridge that a network uses is the LAN for the others still")
    func otherNetworks() throws {
        let host = try FakeHost()
        try host.minirun(["uplink", "attach", "ens33"])
        let own = "-o com.docker.network.bridge.name=br0 --subnet 192.168.66.0/24 --ip-range 192.168.66.192/27"
        #expect(
            try host.run("minirun network create \(own) lan && minirun network create --internal inner").status == 0)
        try host.detachedServer(["--name", "www", "--network", "lan"])
        try host.detachedServer(["--name", "web", "-p", "8080:80"])
        try host.detached(["--name", "shut", "--network", "inner"], ["sleep", "1000"])
        // Outward: the LAN, and who is on it.
        for address in [FakeHost.gateway, FakeHost.neighbour] {
            #expect(try host.minirun(["exec", "web", "ping", "-c", "1", "-W", "2", address]).status == 0)
        }
        #expect(try host.minirun(["exec", "shut", "ping", "-c", "1", "-W", "1", FakeHost.neighbour]).status != 0)
        // Inward: a published port, and nothing else.
        #expect(try eventually { try host.fetch(as: .neighbour, port: 8080).status == 0 })
        try host.run("ip -n ext route add 172.17.0.0/16 via \(FakeHost.address)")
        let direct = fetching("172.17.0.2", 80)
        #expect(try host.run(as: .neighbour, direct).status != 0)
        #expect(try host.run(as: .container("www"), direct).status != 0)
        #expect(try host.run(as: .host, direct).status == 0)
    }

    @Test("is refused for what is no card, and says so")
    func badInput() throws {
        let host = try FakeHost()
        let before = try reachability(host)
        let cases: [([String], String)] = [
            (["attach", "ens99"], "there is no interface ens99"), (["attach", "lo"], "lo is a loopback interface"),
            (["attach", "ens33", "--bridge", "ens33"], "interface ens33 exists already"),
            (["attach", "ens33", "--mode", "bond"], "--mode is bridge or macvlan, not 'bond'"),
            (["attach", "ens33", "--confirm", "30"], "time: missing unit in duration \"30\""),
            (["attach", "ens33", "--confirm", "0s"], "--confirm needs a time"),
            (["attach", "lo", "--confirm", "30s"], "lo is a loopback interface"),
            (["detach", "../ens33"], "../ens33 was not attached by minirun"),
        ]
        for (words, sentence) in cases {
            let outcome = try host.minirun(["uplink"] + words)
            #expect(outcome.status != 0 && outcome.errors.contains(sentence), "\(words): \(outcome)")
        }
        #expect(try reachability(host) == before)
        #expect(try host.run("ls /run/minirun/uplinks").output == "")
    }
}
