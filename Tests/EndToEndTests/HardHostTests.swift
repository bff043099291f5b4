import CShim
import Testing

@Suite("A host that makes it hard")
struct HardHostTests {
    @Test("whose firewall drops what is forwarded is recognised, and the line to add is the right one")
    func hostilePolicy() throws {
        let host = try FakeHost()
        try host.run(
            """
            nft -f - <<'END'
            table ip filter {
                chain FORWARD {
                    type filter hook forward priority filter; policy drop;
                }
            }
            END
            """)
        let web = try host.container(["--name", "web", "-p", "8080:80"], serving: [webServer])
        #expect(try host.fetch(as: .neighbour, port: 8080, within: 2).status != 0)
        #expect(web.errors.contains("FORWARD") && web.errors.contains("filter"), "\(web.errors)")
        let advice = web.errors.split(separator: "\n").flatMap { $0.split(separator: "`") }.first {
            $0.hasPrefix("nft ")
        }
        if let advice {
            #expect(try host.run(String(advice)).status == 0, "\(advice)")
            #expect(try host.fetch(as: .neighbour, port: 8080).status == 0, "after \(advice)")
        }
        let quiet = try FakeHost()
        #expect(try quiet.runContainer(["--rm", "-p", "8080:80"], "true").errors == "")
    }

    @Test("without IPv6 still has IPv4")
    func withoutIPv6() throws {
        let host = try FakeHost()
        try host.run("echo 1 | tee /proc/sys/net/ipv6/conf/*/disable_ipv6 > /dev/null")
        let web = try host.container(["--name", "web", "-p", "8080:80"], serving: [webServer])
        #expect(try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour))
        #expect(try host.fetch(as: .hostLoopback, port: 8080).status == 0)
        #expect(try host.runContainer(["--rm"], "ip -o -6 addr show dev eth0").output == "")
        withExtendedLifetime(web) {}
        let with = try FakeHost()
        #expect(try with.runContainer(["--rm"], "ip -o -6 addr show dev eth0 scope global").output.contains("inet6 fd"))
    }

    @Test("with read-only /proc/sys is told which setting is missing; with the settings right it works")
    func readOnlySysctls() throws {
        let forwardingOff = try FakeHost()
        try forwardingOff.run("mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys")
        #expect(try forwardingOff.run("cat /proc/sys/net/ipv4/ip_forward").line == "0")
        let before = try forwardingOff.quietState()
        let refused = try forwardingOff.runContainer(["--rm"], "true")
        #expect(refused.status == 125, "\(refused)")
        #expect(refused.errors.contains("ip_forward"), "\(refused)")
        let after = try forwardingOff.settledState(like: before)
        #expect(after.links == before.links && after.ruleset == before.ruleset, "\(before.difference(to: after))")
        // Read-only mounts on /proc also keep a user namespace from a /proc of its own; the message names the way out.
        let hidden = try forwardingOff.runContainer(["--rm", "--net", "none"], "echo ran")
        #expect(hidden.status == 125 && hidden.errors.contains("--userns host"), "\(hidden)")
        let plain = try forwardingOff.runContainer(["--rm", "--net", "none", "--userns", "host"], "echo ran")
        #expect(plain.line == "ran", "\(plain)")

        let prepared = try FakeHost()
        try prepared.runContainer(["--rm"], "true")
        try prepared.run("mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys")
        #expect(try prepared.runContainer(["--rm", "--userns", "host", "-p", "8080:80"], "echo ran").line == "ran")
    }

    @Test("whose forwarding was off has it on while a bridge needs it")
    func forwarding() throws {
        let host = try FakeHost()
        let look = "cat /proc/sys/net/ipv4/ip_forward"
        #expect(try host.run(look).line == "0")
        let web = try host.container(["--name", "web"])
        #expect(try host.run(look).line == "1")
        withExtendedLifetime(web) {}
    }

    @Test("without subordinate ids for the user, or with few, still runs or says why")
    func subordinateIDs() throws {
        let host = try FakeHost()
        try host.run(
            "printf 'minirun:700000:65536\\n' > /run/sub && mount --bind /run/sub /etc/subuid && mount --bind /run/sub /etc/subgid"
        )
        let web = try host.container(["--name", "web"])
        let pid = try host.inspect("web", "{{.State.Pid}}")
        #expect(try host.run("awk '/^Uid:/ { print $2 }' /proc/\(pid)/status").line == "700000")
        withExtendedLifetime(web) {}
        let broken = try FakeHost()
        try broken.run(
            "printf 'minirun:abc\\nminirun:1:2:3\\n\\377\\n' > /run/sub && mount --bind /run/sub /etc/subuid && mount --bind /run/sub /etc/subgid"
        )
        let outcome = try broken.runContainer(["--rm"], "echo ran")
        #expect(outcome.line == "ran" || outcome.errors.contains("subuid"), "\(outcome)")
    }

    @Test("that forbids user namespaces is named, and --userns host is offered")
    func noUserNamespaces() throws {
        // The limit is that of the user namespace around the host; a tester who is root has none there but the machine's own.
        let host = try FakeHost(by: .nobody)
        try host.minirun(["run", "--rm", "busybox", "true"])
        try host.run("echo 0 > /proc/sys/user/max_user_namespaces")
        #expect(try host.run("unshare -U true").status != 0)
        let outcome = try host.minirun(["run", "--rm", "busybox", "true"])
        #expect(outcome.status == 125 && outcome.errors.contains("--userns host"), "\(outcome)")
        #expect(try host.minirun(["run", "--rm", "--userns", "host", "busybox", "echo", "ran"]).line == "ran")
    }

    @Test("whose state files are damaged is told which one")
    func damagedState() throws {
        let host = try FakeHost()
        try host.runContainer(["--rm"], "true")
        let id = String(repeating: "0123", count: 16)
        try host.run(
            """
            mkdir -p "$MINIRUN_STATE/containers/\(id)" "$MINIRUN_STATE/containers/none-of-ours"
            echo '{' >"$MINIRUN_STATE/containers/\(id)/container.json"
            """)
        #expect(try host.runContainer(["--rm"], "echo ran").line == "ran")
        let list = try host.minirun(["ps"])
        #expect(list.status == 0 && list.errors.contains("containers/\(id)/container.json is damaged"), "\(list)")
    }
}
