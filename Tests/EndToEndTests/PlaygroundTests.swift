import CShim
import Testing

@Suite("The playground")
struct PlaygroundTests {
    @Test("has an uplink, a gateway and a neighbour that reach each other")
    func neighbourhood() throws {
        let host = try FakeHost()
        let addresses = try host.run("ip -o -4 addr show dev ens33; ip route show default")
        #expect(addresses.output.contains("192.168.66.11/24"))
        #expect(addresses.output.contains("default via 192.168.66.1 dev ens33"))
        #expect(try host.run("ip netns list").output.split(separator: "\n").count == 2)
        for (from, to) in [("", "192.168.66.50"), ("", "192.168.66.1"), ("ip netns exec ext ", "192.168.66.11")] {
            let ping = try host.run("\(from)busybox ping -c 1 -W 2 \(to)")
            #expect(ping.status == 0, "\(from)ping \(to): \(ping)")
        }
        #expect(try host.run("ip netns exec ext busybox ping -c 1 -W 1 192.168.66.99").status != 0)
    }

    @Test("needs no privilege")
    func unprivileged() throws {
        let host = try FakeHost(by: .nobody)
        #expect(try host.run("id -u").line == "0")
        #expect(try host.run("ip netns exec ext busybox ping -c 1 -W 20 192.168.66.11").status == 0)
        #expect(try host.run("nft add table inet mine && nft list tables").line == "table inet mine")
        #expect(contents(of: "/proc/self/uid_map") != (try host.run("cat /proc/self/uid_map").output))
    }

    @Test("has the user's subordinate ids where there are some, and one id where not")
    func subordinateIDs() throws {
        guard geteuid() == 0 else { return }
        let host = try FakeHost()
        let look = "setpriv --reuid=65534 --regid=65534 --clear-groups minirun playground cat /proc/self/uid_map"
        let fields = try host.run(look).output.split(whereSeparator: \.isWhitespace)
        #expect(fields == ["0", "65534", "1"])
        try host.run(
            "echo nobody:300000:65536 > /run/sub && mount --bind /run/sub /etc/subuid && mount --bind /run/sub /etc/subgid"
        )
        let more = try host.run(look).output.split(whereSeparator: \.isWhitespace)
        #expect(more == ["0", "65534", "1", "1", "300000", "65536"])
    }

    @Test("gives the command's exit code", arguments: [("true", 0), ("exit 7", 7), ("kill -TERM $$", 143)])
    func exitCode(script: String, code: Int32) throws {
        #expect(try command(Places.minirun, "playground", "sh", "-c", script).status == code)
    }

    @Test("says that a command does not exist")
    func missingCommand() throws {
        let outcome = try command(Places.minirun, "playground", "/no/such/thing")
        #expect(outcome.status == 127)
        #expect(outcome.errors.contains("/no/such/thing"))
    }

    @Test("passes words and streams on untouched")
    func streams() throws {
        let process = try ChildProcess(
            [
                Places.minirun, "playground", "sh", "-c", "printf '<%s>' \"$@\"; cat; echo aside >&2", "sh", "a b",
                "$HOME", "",
            ],
            input: .pipe)
        process.write("line\n")
        process.closeInput()
        let outcome = try process.wait()
        #expect(outcome == Outcome(status: 0, output: "<a b><$HOME><>line\n", errors: "aside\n"))
    }

    @Test("leaves the machine as it was")
    func leavesNothing() throws {
        let look = "ip -o link | cut -d: -f2; ip netns list; grep -c . /proc/self/mountinfo; ls /run"
        let before = try command("sh", "-c", look)
        let host = try FakeHost()
        #expect(try host.run(look).output != before.output)
        host.close()
        #expect(try command("sh", "-c", look).output == before.output)
    }

    @Test("keeps what happens in it to itself")
    func isolation() throws {
        let (one, other) = (try FakeHost(), try FakeHost())
        #expect(
            try one.run("ip link add dev only-here type veth && touch /run/only-here && hostname only-here").status == 0
        )
        #expect(try one.run("ip link show dev only-here; ls /run/only-here").status == 0)
        #expect(try other.run("ip link show dev only-here").status != 0)
        #expect(try other.run("ls /run/only-here").status != 0)
        #expect(try other.run("hostname").line != "only-here")
    }

    @Test("gives minirun places of its own for its files")
    func places() throws {
        let outcome = try command(
            Places.minirun, "playground", "sh", "-c", "mkdir -p \"$MINIRUN_ROOT/x\" \"$MINIRUN_STATE/x\"")
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test(
        "does not lay the machine's resolv.conf open to whoever mends it",
        arguments: [FakeHost.Builder.tester, .nobody])
    func nameServers(builder: FakeHost.Builder) throws {
        let before = try command("cat", "/etc/resolv.conf").output
        let host = try FakeHost(by: builder)
        #expect(try host.run("cat /etc/resolv.conf").output == "nameserver \(FakeHost.gateway)\n")
        try host.run("echo nameserver 192.0.2.1 >/etc/resolv.conf")
        #expect(try command("cat", "/etc/resolv.conf").output == before)
    }

    @Test("has a router that knows the names of its neighbourhood, and says of others that nobody has them")
    func names() throws {
        let host = try FakeHost()
        for enter in ["", "ip netns exec ext "] {
            func ask(_ words: String) throws -> [Substring] {
                try host.run("\(enter)dig +noall +answer +comments \(words)").output.split(separator: "\n")
            }
            #expect(try ask("+short ext") == ["192.168.66.50"] && ask("+short gw.lan") == ["192.168.66.1"])
            #expect(try ask("+short aaaa playground").isEmpty && ask("+short -x fd00:66::11") == ["playground.lan."])
            #expect(try ask("+short +tcp -x 192.168.66.11") == ["playground.lan."])
            #expect(try ask("-x 192.168.66.99").contains { $0.contains("status: NXDOMAIN") })
            #expect(try ask("www.example.org").contains { $0.contains("status: SERVFAIL") })
        }
        #expect(try host.runContainer(["--rm"], "nslookup ext").output.contains("192.168.66.50"))
        let doctor = try host.minirun(["doctor"])
        #expect(doctor.status == 0 && doctor.output.contains(" PASS names        192.168.66.1 answers"), "\(doctor)")
    }

    @Test("lets its router go with its name")
    func routerGone() throws {
        let host = try FakeHost()
        #expect(try host.run("busybox ping -c 1 -W 20 \(FakeHost.gateway)").status == 0)
        #expect(try host.run("ip netns delete gw").status == 0)
        #expect(try eventually { try !host.run("ip -o link").output.contains("ens33") })
    }

    @Test("takes its processes along when it is killed")
    func killed() throws {
        let process = try ChildProcess(
            [Places.minirun, "playground", "sh", "-c", "sleep 4711 & echo ready; wait"], input: .none)
        #expect(eventually { process.output == "ready\n" })
        #expect(try command("pgrep", "-xf", "sleep 4711").status == 0)
        process.signal(SIGKILL)
        #expect(try eventually { try command("pgrep", "-xf", "sleep 4711").status != 0 })
    }
}
