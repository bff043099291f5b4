import CShim
import Testing

@Suite("A container's network namespace")
struct NetnsTests {
    private let sleep = ["sleep", "1000"]

    @Test("is known to ip netns as long as it is exposed, and its container's end takes the name away")
    func exposed() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], sleep)
        #expect(try host.run("ip netns exec web true").status != 0)
        #expect(try host.minirun(["netns", "expose", "web"]).output == "web\n")
        #expect(try host.minirun(["netns", "expose", "web", "other"]).output == "other\n")
        let inside = try host.run("ip netns exec web ip -o -4 address show dev eth0")
        #expect(inside.output.contains("172.17.0.2/16"), "\(inside)")
        #expect(try host.run("ip netns exec other readlink /proc/self/ns/net").line == host.networkNamespace("web"))
        let listed = try host.run("ip netns list | cut -d' ' -f1 | sort | tr '\\n' ' '").line
        #expect(listed == "ext gw other web")

        // A second time is refused, and the name stays known.
        #expect(try host.minirun(["netns", "expose", "web", "other"]).status == 1)

        // One name, then all of a container's.
        #expect(try host.minirun(["netns", "hide", "other"]).output == "other\n")
        #expect(try host.run("ip netns exec web true").status == 0)
        #expect(try host.minirun(["netns", "hide", "web"]).output == "web\n")
        #expect(try host.run("ls /run/netns").output == "ext\ngw\n")

        try host.minirun(["netns", "expose", "web"])
        #expect(try host.run("grep -c /run/netns/web /proc/self/mountinfo").line != "0")
        try host.minirun(["stop", "-t", "0", "web"])
        #expect(try host.run("ls /run/netns; grep -c /run/netns/web /proc/self/mountinfo").output == "ext\ngw\n0\n")
        let gone = try host.settles { !$0.contains("mr") }
        #expect(gone, "the namespace and its veth live on")
    }

    @Test("gives its name back when the supervisor was killed and the next command sweeps")
    func swept() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], sleep)
        try host.minirun(["netns", "expose", "web", "mine"])
        try host.run("kill -9 \(host.supervisor("web"))")
        #expect(try host.run("ip netns exec mine true").status == 0)
        try host.minirun(["ps"])
        #expect(try host.run("ls /run/netns").output == "ext\ngw\n")
        #expect(try host.settles { !$0.contains("mr") })
    }

    @Test("keeps a name that somebody has given to another namespace meanwhile")
    func foreignName() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], sleep)
        try host.minirun(["netns", "expose", "web"])
        try host.run("umount /run/netns/web && rm /run/netns/web && ip netns add web")
        #expect(try host.minirun(["netns", "ls", "--format", "{{.Exposed}}"]).line == "")
        try host.minirun(["rm", "-f", "web"])
        #expect(try host.run("ip netns exec web ip -o link | wc -l").line == "1")
    }

    @Test("stays exposed over a restart, which keeps the network")
    func restarted() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], sleep)
        try host.minirun(["netns", "expose", "web"])
        try host.minirun(["restart", "-t", "0", "web"])
        #expect(try host.run("ip netns exec web readlink /proc/self/ns/net").line == host.networkNamespace("web"))
        #expect(try host.minirun(["netns", "ls", "--format", "{{.Name}} {{.Exposed}}"]).line == "web web")
    }

    @Test("is refused a name that is taken or none, and one for the host's own or for nobody's")
    func refusals() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], sleep)
        try host.detached(["--name", "open", "--net", "host"], sleep)
        try host.minirun(["create", "--name", "still", Places.busybox.get(), "true"])
        let cases: [([String], Int32, String)] = [
            (["expose", "web", "gw"], 1, "Cannot create namespace file \"/run/netns/gw\": File exists"),
            (["expose", "web", "../x"], 125, "Invalid netns name \"../x\""),
            (["expose", "web", ""], 125, "Invalid netns name \"\""),
            (["expose", "open"], 1, "container open is in the host's network"),
            (["expose", "still"], 1, "is not running"),
            (["expose", "nobody"], 1, "No such container: nobody"),
            (["hide", "web"], 1, "container web is not exposed"),
            (["hide", "nobody"], 1, "No such container: nobody"),
            (["hide", "gw"], 1, "No such container: gw"),
            (["exec", "still", "true"], 125, "is not running"),
            (["exec", "nobody", "true"], 125, "No such container: nobody"),
        ]
        for (words, status, sentence) in cases {
            let outcome = try host.minirun(["netns"] + words)
            #expect(outcome.status == status && outcome.errors.contains(sentence), "\(words): \(outcome)")
        }
        #expect(try host.run("ls /run/netns").output == "ext\ngw\n")
    }

    @Test("is entered by exec with the host's programs, files and users, and /sys of the network")
    func executed() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], sleep)
        let look = try host.minirun(
            ["netns", "exec", "web", "sh", "-c", "readlink /proc/self/ns/net; ls /sys/class/net; hostname; id -u; pwd"])
        let (namespace, folder) = (try host.networkNamespace("web"), try host.run("pwd").line)
        #expect(look.output == "\(namespace)\neth0\nlo\nplayground\n0\n\(folder)\n", "\(look)")
        #expect(
            try host.run("minirun netns exec web mount -t tmpfs mine /mnt; grep -c mine /proc/self/mountinfo").line
                == "0")
        #expect(try host.run("echo words | minirun netns exec web cat").output == "words\n")
        let codes: [([String], Int32)] = [
            (["sh", "-c", "exit 7"], 7), (["sh", "-c", "kill -TERM $$"], 143), (["no-such-command"], 127),
            (["/no/such"], 127), (["/etc/passwd"], 126),
        ]
        for (words, code) in codes {
            let outcome = try host.minirun(["netns", "exec", "web"] + words)
            #expect(outcome.status == code, "\(words): \(outcome)")
        }
        #expect(try host.minirun(["netns", "exec", "web"]).status == 125)
        let waiting = try host.start(
            "exec minirun netns exec web sh -c 'echo ready; trap \"exit 9\" TERM; while :; do sleep 0.01; done'")
        #expect(eventually { waiting.output == "ready\n" })
        host.signal(waiting, SIGTERM)
        #expect(try waiting.wait().status == 9)
    }

    @Test("is listed with its number, its names and those who share it")
    func listed() throws {
        let host = try FakeHost()
        let web = try host.detached(["--name", "web"], sleep)
        try host.detached(["--name", "side", "--net", "container:web"], sleep)
        try host.detached(["--name", "open", "--net", "host"], sleep)
        try host.minirun(["netns", "expose", "web", "mine"])
        let rows = try host.minirun(
            ["netns", "ls", "--format", "{{.Name}} [{{.Exposed}}] [{{.Shared}}] net:[{{.Netns}}] {{.PID}}"]
        ).output.split(separator: "\n").map(String.init)
        let (namespace, pid) = (try host.networkNamespace("web"), try host.inspect("web", "{{.State.Pid}}"))
        #expect(rows.count == 3)
        #expect(rows.contains("web [mine] [side] \(namespace) \(pid)"), "\(rows)")
        #expect(rows.contains { $0.hasPrefix("side [] [web] \(namespace)") })
        #expect(rows.contains { $0.hasPrefix("open [] [host]") })
        #expect(try host.minirun(["netns", "ls", "-q"]).output.contains(web.prefix(12) + "\n"))
        #expect(try host.minirun(["netns", "ls", "--format", "json"]).output.contains("\"Exposed\":\"mine\""))
        let table = try host.minirun(["netns", "ls"]).output
        #expect(table.hasPrefix("CONTAINER ID   NAME      PID"), "\(table)")
    }

    @Test("is reached by the notes' symbolic link as well, which dies with the process")
    func notesLink() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web", "--net", "none"], sleep)
        let pid = try host.run("minirun inspect --format='{{.State.Pid}} ' web").line
        try host.run("mkdir -p /var/run/netns; ln -s /proc/\(pid)/ns/net /var/run/netns/\(pid)")
        #expect(try host.run("ip netns show").output.contains(pid))
        try host.run(
            "ip netns exec \(pid) ip link add eth0 type dummy 2>/dev/null || ip netns exec \(pid) ip link add eth0 type bridge"
        )
        try host.run(
            "ip netns exec \(pid) ifconfig eth0 172.16.0.10/16 || ip netns exec \(pid) ip a add 172.16.0.10/16 dev eth0"
        )
        #expect(try host.minirun(["exec", "web", "ip", "-o", "-4", "address"]).output.contains("172.16.0.10/16"))
        // The runtime neither made the link nor takes it away.
        try host.minirun(["rm", "-f", "web"])
        #expect(try host.run("ip netns show").output.contains(pid))
        #expect(try eventually { try host.run("ip netns exec \(pid) true").status != 0 })
    }

    @Test("works without privilege in a playground")
    func unprivileged() throws {
        let host = try FakeHost(by: .nobody)
        let outcome = try host.minirun(["run", "-d", "--name", "web", "--net", "none", "busybox", "sleep", "1000"])
        try #require(outcome.status == 0, "\(outcome)")
        #expect(try host.minirun(["netns", "expose", "web"]).output == "web\n")
        #expect(try host.run("ip netns exec web readlink /proc/self/ns/net").line == host.networkNamespace("web"))
        let look = try host.minirun(["netns", "exec", "web", "ls", "/sys/class/net"])
        #expect(look.output == "lo\n", "\(look)")
        try host.minirun(["rm", "-f", "web"])
        #expect(try host.run("ls /run/netns").output == "ext\ngw\n")
    }
}

extension FakeHost {
    /// Whether the names of the host's interfaces come to satisfy.
    func settles(within seconds: Double = 20, _ satisfies: (String) -> Bool) throws -> Bool {
        try eventually(within: seconds) {
            satisfies(try run("ls /sys/class/net | grep -v '^minirun' | tr '\\n' ' '").output)
        }
    }
}
