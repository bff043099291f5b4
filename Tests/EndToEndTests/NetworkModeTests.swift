import CShim
import Testing

@Suite("A network mode")
struct NetworkModeTests {
    @Test("none: one link, lo, that works; nothing else is reached")
    func none() throws {
        let host = try FakeHost()
        let none = ["--rm", "--net", "none"]
        #expect(try host.runContainer(none, "ls /sys/class/net").line == "lo")
        let script = "\(webServer)\nwget -q -O - http://127.0.0.1/cgi-bin/who; ping -c 1 -W 1 \(FakeHost.address) 2>&1"
        let outcome = try host.runContainer(none, script)
        #expect(outcome.output.contains("127.0.0.1"), "\(outcome)")
        #expect(outcome.output.contains("Network is unreachable") && outcome.status != 0, "\(outcome)")
        #expect(try host.runContainer(["--rm"], "ping -c 1 -W 20 \(FakeHost.address)").status == 0)
        let discarded = try host.runContainer(none + ["-p", "8080:80"], "true")
        #expect(discarded.status == 0)
        #expect(discarded.errors.contains("Published ports are discarded when using none network mode"))
    }

    @Test("host: the host's own network, reached at its addresses")
    func hostMode() throws {
        let host = try FakeHost()
        let outside = try host.run("readlink /proc/self/ns/net; readlink /proc/self/ns/uts").output.split(
            separator: "\n")
        let inside = try host.runContainer(
            ["--rm", "--net", "host"], "readlink /proc/self/ns/net; readlink /proc/self/ns/uts")
        #expect(inside.output.split(separator: "\n").first == outside.first, "\(inside)")
        #expect(inside.output.split(separator: "\n").last != outside.last)
        let server = try host.container(["--net", "host", "--name", "server", "-p", "8080:80"], serving: [webServer])
        #expect(server.errors.contains("Published ports are discarded when using host network mode"))
        #expect(try host.fetch(as: .neighbour, port: 80).line.contains(FakeHost.neighbour))
        #expect(try host.fetch(as: .hostLoopback, port: 80).status == 0)
        #expect(try host.fetch(as: .sibling, port: 80).status == 0)
        #expect(try host.fetch(as: .neighbour, port: 8080, within: 2).status != 0)
        try server.signalAndWait(host)
        #expect(try host.fetch(as: .neighbour, port: 80, within: 2).status != 0)
    }

    @Test("container: the other's network, hostname and names, nothing else of it")
    func containerMode() throws {
        let host = try FakeHost()
        let web = try host.container(
            ["--name", "web", "-p", "8080:80", "--add-host", "db:10.9.9.9"], serving: [webServer])
        let look = "hostname; cat /etc/hosts; readlink /proc/self/ns/net; cat /sys/class/net/eth0/address"
        let pid = try host.inspect("web", "{{.State.Pid}}")
        let joined = try host.runContainer(["--rm", "--net", "container:web"], look)
        let own = try host.run("nsenter -t \(pid) -a sh -c \"$1\"", [look])
        #expect(joined.output == own.output && joined.output.contains("10.9.9.9"), "\(joined)\n\(own)")
        #expect(try host.fetch(as: .itself, port: 80, at: "127.0.0.1").line.contains("127.0.0.1"))
        #expect(try host.fetch(as: .sibling, port: 80, at: "127.0.0.1", within: 2).status != 0)
        let others = "ls /srv 2>/dev/null | grep -c cgi-bin; ps | grep -c '[h]ttpd'"
        #expect(try host.runContainer(["--rm", "--net", "container:web"], others).output == "0\n0\n")
        let id = try host.inspect("web", "{{.Id}}")
        #expect(try host.runContainer(["--rm", "--net", "container:" + id.prefix(6)], "true").status == 0)
        withExtendedLifetime(web) {}
    }

    @Test("container: of one that has joined another's is that other's")
    func containerModeTwice() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web", "--add-host", "db:10.9.9.9"], ["sleep", "1000"])
        try host.detached(["--name", "side", "--net", "container:web"], ["sleep", "1000"])
        let joined = try host.runContainer(["--rm", "--net", "container:side"], "cat /etc/hosts")
        #expect(joined.status == 0 && joined.output.contains("10.9.9.9"), "\(joined)")
        try host.minirun(["rm", "-f", "web"])
        let refused = try host.runContainer(["--rm", "--net", "container:side"], "true")
        #expect(
            refused.status == 125
                && refused.errors.contains(
                    "cannot join network of container side: the container whose network it is in"),
            "\(refused)")
    }

    @Test("ns: a namespace made by hand")
    func path() throws {
        let host = try FakeHost()
        try host.run(
            "ip netns add byhand && ip -n byhand link set dev lo up && ip -n byhand addr add 10.7.7.7/32 dev lo")
        let look = "readlink /proc/self/ns/net; ip -o -4 addr show dev lo | grep -c 10.7.7.7"
        let outside = try host.run("ip netns exec byhand sh -c '\(look)'")
        #expect(try host.runContainer(["--rm", "--net", "ns:/run/netns/byhand"], look).output == outside.output)
        #expect(try host.run("ip netns exec byhand ip -o link").output.split(separator: "\n").count == 1)
        let none = try host.runContainer(["--rm", "--net", "ns:/run/netns/none"], "true")
        #expect(none.status == 125 && none.errors.contains("/run/netns/none"), "\(none)")
        let file = try host.runContainer(["--rm", "--net", "ns:/etc/passwd"], "true")
        #expect(file.status == 125 && file.errors.contains("/etc/passwd"), "\(file)")
    }

    @Test("bridge: siblings, gateway and outside are reached, and outside sees the host")
    func bridge() throws {
        let host = try FakeHost()
        let web = try host.container(["--name", "web", "--mtu", "1400"], serving: [webServer])
        let address = try host.inspect("web", "{{.NetworkSettings.IPAddress}}")
        #expect(address == "172.17.0.2")
        #expect(try host.inspect("web", "{{.NetworkSettings.MacAddress}}") == "02:42:ac:11:00:02")
        let pid = try host.inspect("web", "{{.State.Pid}}")
        let inside = try host.run(
            "nsenter -t \(pid) -n sh -c 'ip -o -4 addr show dev eth0; ip route; cat /sys/class/net/eth0/mtu' ")
        #expect(
            inside.output.contains("172.17.0.2/16") && inside.output.contains("default via 172.17.0.1 dev eth0"),
            "\(inside)")
        let sibling = try host.fetch(as: .sibling, port: 80, at: address)
        #expect(sibling.line.contains("172.17.0.3"), "\(sibling)")
        let seen = try host.start("ip netns exec ext socat TCP4-LISTEN:7777,reuseaddr SYSTEM:'echo $SOCAT_PEERADDR'")
        #expect(try eventually { try host.run("ip netns exec ext ss -Hlnt sport = 7777").line != "" })
        let ask = "socat -T 2 - TCP4:\(FakeHost.neighbour):7777 < /dev/null"
        #expect(
            try host.runContainer(["--rm"], "socat -t 2 -T 3 - TCP4:\(FakeHost.neighbour):7777").line
                == FakeHost.address, "\(ask)")
        #expect(try host.runContainer(["--rm"], "ping -c 1 -W 1 192.168.66.99").status != 0)
        withExtendedLifetime((web, seen)) {}
    }

    @Test("bridge: the first pool that nobody uses, checked against every route and address")
    func pools() throws {
        let host = try FakeHost()
        try host.run(
            """
            ip route add 172.17.0.0/24 via \(FakeHost.gateway)
            ip addr add 172.18.5.5/32 dev lo
            ip route add 172.19.128.0/17 via \(FakeHost.gateway) table 77
            ip route add unreachable 172.20.0.0/14
            ip route add 0.0.0.0/1 via \(FakeHost.gateway); ip route add 128.0.0.0/1 via \(FakeHost.gateway)
            """)
        let outcome = try host.runContainer(["--rm"], "ip -o -4 addr show dev eth0")
        #expect(outcome.output.contains("172.24.0.2/16"), "\(outcome)")
        let full = try FakeHost()
        try full.run(
            "for net in 172.16.0.0/12 192.168.128.0/17 192.168.0.0/18 192.168.80.0/20 192.168.96.0/19; do ip route add unreachable $net; done"
        )
        let before = try full.state()
        let none = try full.runContainer(["--rm"], "true")
        #expect(none.status == 125, "\(none)")
        #expect(none.errors.contains("all predefined address pools have been fully subnetted"), "\(none)")
        #expect(try full.state().links == before.links)
        try full.run("ip route del unreachable 192.168.80.0/20")
        #expect(try full.runContainer(["--rm"], "ip -o -4 addr show dev eth0").output.contains("192.168.80.2/20"))
    }

    @Test("bridge: fixed address and hardware address")
    func fixedAddress() throws {
        let host = try FakeHost()
        let options = ["--ip", "172.17.9.9", "--mac-address", "02:00:00:00:00:99"]
        let one = try host.container(["--name", "one"] + options)
        #expect(
            try host.inspect("one", "{{.NetworkSettings.IPAddress}} {{.NetworkSettings.MacAddress}}")
                == "172.17.9.9 02:00:00:00:00:99")
        let two = try host.runContainer(["--rm", "--ip", "172.17.9.9"], "true")
        #expect(two.status == 125 && two.errors.contains("Address already in use"), "\(two)")
        host.signal(one, SIGKILL)
        try one.wait()
        #expect(try eventually { try host.runContainer(["--rm", "--ip", "172.17.9.9"], "true").status == 0 })
    }
}

extension ChildProcess {
    /// Kills the program on the host that this process stands for, and waits.
    func signalAndWait(_ host: FakeHost) throws {
        host.signal(self, SIGKILL)
        try wait()
    }
}
