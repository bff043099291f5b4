import CShim
import Testing

@Suite("Plugging in")
struct PlugTests {
    private let sleep = ["sleep", "1000"]
    private let none = ["--name", "test", "--net", "none"]

    private func interfaces(_ host: FakeHost, _ name: String) throws -> [String] {
        try host.minirun(["netns", "exec", name, "ls", "/sys/class/net"]).output.split(separator: "\n").map(String.init)
    }

    @Test("onto a network card gives a container an address of the LAN, seen and reached under it")
    func card() throws {
        let host = try FakeHost()
        try host.detached(none, ["sh", "-c", webServer + "\nexec sleep 1000"])
        let plug = try host.minirun(["plug", "ens33", "test", "192.168.66.200/24@192.168.66.1"])
        #expect(plug == Outcome(status: 0, output: "", errors: ""))
        func fetched() throws -> Outcome {
            try host.run("ip netns exec ext sh -c \"$1\"", [fetching("192.168.66.200", 80)])
        }
        #expect(try eventually { try fetched().line.contains(FakeHost.neighbour) })
        #expect(try host.minirun(["exec", "test", "ping", "-c", "1", "-W", "2", FakeHost.gateway]).status == 0)
        #expect(try host.minirun(["exec", "test", "ip", "route"]).output.contains("default via 192.168.66.1 dev eth0"))
        #expect(try host.inspect("test", "{{(index .NetworkSettings.Plugs 0).Bridge}}") == "ens33")
        #expect(try host.minirun(["unplug", "test"]).output == "eth0\n")
        #expect(try interfaces(host, "test") == ["lo"])
        #expect(try fetched().status != 0)
    }

    @Test("is compared with what was asked for, and made right again")
    func whatSomebodyChanges() throws {
        let host = try FakeHost()
        try host.detached(["--name", "test", "--network", "none"], ["sleep", "1000"])
        #expect(try host.minirun(["plug", "ens33", "test", "192.168.66.200/24@192.168.66.1"]).status == 0)
        #expect(try host.minirun(["plug", "-i", "eth1", "br7", "test", "10.7.0.2/24"]).status == 0)
        func reaches() throws -> Bool {
            try host.run(as: .container("test"), "ping -c 1 -W 20 \(FakeHost.neighbour)").status == 0
        }
        func check(_ change: String, _ said: String, by check: String = "interface") throws {
            #expect(try host.minirun(["verify"]).status == 0 && host.minirun(["doctor", "test"]).status == 0)
            let enter = "in='minirun netns exec test ip'; cable=$(ls /sys/class/net/br7/brif)"
            let done = try host.run("\(enter); \(change)")
            #expect(done.status == 0, "\(done)")
            let found = try host.minirun(["verify"])
            #expect(found.output.hasPrefix("container test: ") && found.output.contains(said), "\(found)")
            let doctor = try host.minirun(["doctor", "test"])
            #expect(doctor.output.contains(" FAIL \(check)") && doctor.output.contains(said), "\(doctor)")
            #expect(try host.minirun(["verify", "--repair"]).status == 0)
        }
        #expect(try reaches())
        try check("$in addr flush dev eth0", "eth0: address is none, should be 192.168.66.200/24")
        #expect(try reaches())
        try check("$in route del default", "eth0: default route is none, should be via 192.168.66.1")
        try check("$in link set eth1 down", "eth1: state is down, should be up")
        try check("ip link set $cable nomaster", "bridge is none, should be br7", by: "cable")
        try host.run("minirun netns exec test ip link del eth0")
        let gone = try host.minirun(["verify"])
        let mend = "minirun unplug test eth0; minirun plug -i eth0 ens33 test 192.168.66.200/24@192.168.66.1"
        #expect(gone.status == 1 && gone.output.contains("    mend: \(mend)\n"), "\(gone)")
        #expect(try host.run(mend).status == 0 && host.minirun(["verify"]).status == 0 && reaches())
    }

    @Test("into a bridge that does not exist makes it, and the last plug takes it along")
    func newBridge() throws {
        let host = try FakeHost()
        let before = try host.state()
        try host.detached(none, sleep)
        try host.detached(["--name", "two", "--net", "none"], sleep)
        try host.minirun(["plug", "br7", "test", "10.7.0.2/24"])
        try host.minirun(["plug", "br7", "two", "10.7.0.3/24"])
        #expect(try host.minirun(["exec", "two", "ping", "-c", "1", "-W", "2", "10.7.0.2"]).status == 0)
        // As pipework's README has it: the host takes part as soon as it has an address there.
        try host.run("ip address add 10.7.0.1/24 dev br7")
        #expect(try host.run("busybox ping -c 1 -W 20 10.7.0.3").status == 0)
        #expect(try host.minirun(["unplug", "test", "eth0"]).status == 0)
        #expect(try host.run("ip link show dev br7").status == 0)
        #expect(try host.minirun(["unplug", "two"]).status == 0)
        #expect(try host.run("ip link show dev br7").status != 0)
        try host.minirun(["rm", "-f", "test", "two"])
        let after = try host.settledState(like: before)
        #expect(after.links == before.links && after.routes == before.routes, "\(before.difference(to: after))")
    }

    @Test("into a bridge of the user's leaves it there")
    func foreignBridge() throws {
        let host = try FakeHost()
        try host.run("ip link add name lan type bridge && ip address add 10.8.0.1/24 dev lan")
        try host.detached(none, sleep)
        let plug = try host.minirun(
            ["plug", "-i", "wan0", "-l", "cable", "lan", "test", "10.8.0.2/24@10.8.0.1", "02:00:00:00:00:08"])
        #expect(plug.status == 0, "\(plug)")
        #expect(try host.run("busybox ping -c 1 -W 20 10.8.0.2").status == 0)
        #expect(
            try host.run(
                "cat /sys/class/net/cable/brport/hairpin_mode; basename $(readlink /sys/class/net/cable/master)"
            ).output == "0\nlan\n")
        let inside = try host.minirun(["exec", "test", "ip", "link", "show", "dev", "wan0"]).output
        #expect(inside.contains("02:00:00:00:00:08"), "\(inside)")
        try host.minirun(["unplug", "test"])
        #expect(try host.run("ip link show dev lan").status == 0)
        #expect(try host.run("ip link show dev cable").status != 0)
    }

    @Test("takes the default route, and taking out gives it back")
    func defaultRoute() throws {
        let host = try FakeHost()
        try host.detached(["--name", "test"], sleep)
        func route() throws -> String {
            try host.minirun(["netns", "exec", "test", "ip", "route", "show", "default"]).line
        }
        #expect(try route() == "default via 172.17.0.1 dev eth0")
        try host.minirun(["plug", "ens33", "test", "192.168.66.201/24"])
        #expect(try interfaces(host, "test") == ["eth0", "eth1", "lo"])
        #expect(try route() == "default via 172.17.0.1 dev eth0")
        try host.minirun(["unplug", "test"])
        try host.minirun(["plug", "ens33", "test", "192.168.66.201/24@192.168.66.1"])
        #expect(try route() == "default via 192.168.66.1 dev eth1")
        try host.minirun(["unplug", "test", "eth1"])
        #expect(try route() == "default via 172.17.0.1 dev eth0")
        // A router outside of the subnet is reached all the same.
        try host.minirun(["plug", "ens33", "test", "192.168.66.201/32@192.168.66.1"])
        #expect(try host.minirun(["exec", "test", "ping", "-c", "1", "-W", "2", FakeHost.gateway]).status == 0)
        try host.minirun(["unplug", "test"])
        try host.minirun(["plug", "ens33", "test", "fd00:66::201/64@fd00:66::1"])
        #expect(try host.run("ip netns exec ext busybox ping -c 1 -W 20 fd00:66::201").status == 0)
    }

    @Test("taken out in another order than plugged in gives the default route back all the same")
    func otherOrder() throws {
        let host = try FakeHost()
        try host.detached(["--name", "test"], sleep)
        func route() throws -> String {
            try host.minirun(["netns", "exec", "test", "ip", "route", "show", "default"]).line
        }
        try host.minirun(["plug", "-i", "eth1", "br7", "test", "10.7.0.2/24@10.7.0.1"])
        try host.minirun(["plug", "-i", "eth2", "br8", "test", "10.8.0.2/24@10.8.0.1"])
        #expect(try host.minirun(["unplug", "test", "eth1"]).status == 0)
        #expect(try route() == "default via 10.8.0.1 dev eth2")
        #expect(try host.minirun(["unplug", "test", "eth2"]).status == 0)
        #expect(try route() == "default via 172.17.0.1 dev eth0")
    }

    @Test("tells the neighbours at once where an address is now")
    func announcement() throws {
        let host = try FakeHost()
        try host.detached(["--name", "one", "--net", "none"], sleep)
        try host.detached(["--name", "two", "--net", "none"], sleep)
        try host.minirun(["plug", "ens33", "one", "192.168.66.200/24", "02:00:00:00:00:01"])
        #expect(try host.run("ip netns exec ext busybox ping -c 1 -W 20 192.168.66.200").status == 0)
        func known() throws -> String { try host.run("ip netns exec ext ip neighbour show 192.168.66.200").line }
        #expect(try known().contains("02:00:00:00:00:01"))
        try host.minirun(["unplug", "one"])
        // Within a second of the last answer the kernel believes no other (neigh locktime).
        #expect(
            try eventually {
                try host.minirun(["plug", "ens33", "two", "192.168.66.200/24", "02:00:00:00:00:02"])
                let isKnown = try eventually(within: 0.5) { try known().contains("02:00:00:00:00:02") }
                if !isKnown { try host.minirun(["unplug", "two"]) }
                return isKnown
            })
    }

    @Test("gives the same address for the same text, and none for 0/0")
    func addresses() throws {
        let host = try FakeHost()
        try host.detached(none, sleep)
        func mac() throws -> String {
            try host.minirun(["netns", "exec", "test", "cat", "/sys/class/net/eth0/address"]).line
        }
        try host.minirun(["plug", "br7", "test", "0/0", "U:web"])
        let first = try mac()
        #expect(first.hasPrefix("02:"))
        #expect(try host.minirun(["exec", "test", "ip", "-o", "-4", "address", "show", "dev", "eth0"]).output == "")
        try host.minirun(["unplug", "test"])
        try host.minirun(["plug", "br7", "test", "0/0", "U:web"])
        #expect(try mac() == first)
        try host.minirun(["plug", "-i", "eth9", "br7", "test", "0/0", "U:other"])
        #expect(try host.minirun(["netns", "exec", "test", "cat", "/sys/class/net/eth9/address"]).line != first)
        #expect(try host.minirun(["unplug", "test"]).errors.contains("name one: eth0, eth9"))
    }

    @Test("ends with the container, and a new start begins without it")
    func end() throws {
        let host = try FakeHost()
        try host.detached(none, sleep)
        try host.minirun(["plug", "br7", "test", "10.7.0.2/24"])
        try host.minirun(["restart", "-t", "0", "test"])
        #expect(try interfaces(host, "test") == ["eth0", "lo"])
        #expect(try host.inspect("test", "{{len .NetworkSettings.Plugs}}") == "1")
        try host.minirun(["stop", "-t", "0", "test"])
        #expect(try host.settles { !$0.contains("mp") })
        try host.minirun(["start", "test"])
        #expect(try interfaces(host, "test") == ["lo"])
        #expect(try host.inspect("test", "{{len .NetworkSettings.Plugs}}") == "0")
        #expect(try host.minirun(["unplug", "test"]).errors.contains("nothing was plugged into container test"))
    }

    @Test("that fails leaves nothing")
    func failure() throws {
        let host = try FakeHost()
        try host.detached(none + ["--sysctl", "net.ipv6.conf.default.disable_ipv6=1"], sleep)
        try host.minirun(["plug", "br7", "test", "10.7.0.2/24"])
        let before = try host.state()
        let outcome = try host.minirun(["plug", "-i", "eth1", "br8", "test", "fd00:7::1/64"])
        #expect(outcome.status != 0 && outcome.errors.contains("add address fd00:7::1/64 to eth1"), "\(outcome)")
        #expect(try interfaces(host, "test") == ["eth0", "lo"])
        #expect(try host.inspect("test", "{{len .NetworkSettings.Plugs}}") == "1")
        let after = try host.settledState(like: before)
        #expect(after.links == before.links && after.files == before.files, "\(before.difference(to: after))")
    }

    @Test("says what is wrong, in pipework's words where it has some")
    func badInput() throws {
        let host = try FakeHost()
        try host.detached(none, sleep)
        try host.detached(["--name", "side", "--net", "container:test"], sleep)
        try host.detached(["--name", "open", "--net", "host"], sleep)
        try host.run(
            "ip link add name lan type bridge; ip link add name p0 type veth peer name p1; ip link set dev p0 master lan"
        )
        try host.minirun(["plug", "lan", "test", "10.8.0.2/24"])
        let cases: [([String], String)] = [
            (["br7", "test", "10.7.0.3"], "The IP address should include a netmask.\nMaybe you meant 10.7.0.3/24 ?\n"),
            (["xx0", "test", "10.7.0.3/24"], "I do not know how to setup interface xx0"),
            (["lo", "test", "10.7.0.3/24"], "I do not know how to setup interface lo"),
            (["br/../x", "test", "10.7.0.3/24"], "I do not know how to setup interface br/../x"),
            (["p0", "test", "10.7.0.3/24"], "interface p0 is a port of lan: plug lan"),
            (["-i", "eth0", "lan", "test", "10.7.0.3/24"], "has an interface eth0 already"),
            (["-l", "p1", "lan", "test", "10.7.0.3/24"], "interface p1 exists"),
            (["lan", "side", "10.7.0.3/24"], "uses the network of container"),
            (["lan", "open", "10.7.0.3/24"], "container open is in the host's network"),
            (["lan", "nobody", "10.7.0.3/24"], "No such container: nobody"),
            (["lan", "test", "dhcp"], "plug asks no DHCP server"),
            (["lan", "test", "10.7.0.3/24", "02:00:00:00:00:01@10"], "plug makes no VLANs"),
            (["route", "test", "add", "default"], "minirun netns exec test ip route add default"),
        ]
        let before = try host.state()
        for (words, sentence) in cases {
            let outcome = try host.minirun(["plug"] + words)
            #expect(outcome.status != 0 && outcome.errors.contains(sentence), "\(words): \(outcome)")
        }
        let after = try host.settledState(like: before)
        #expect(after.links == before.links, "\(before.difference(to: after))")
    }
}
