import Testing

/// One network over two hosts: the fake host, and its neighbour `ext` with a minirun state of its own.
@Suite struct OverlayTests {
    private func hosts() throws -> (host: FakeHost, there: String) {
        let host = try FakeHost()
        let there = "ip netns exec ext minirun --root /run/there-root --state /run/there"
        let network = "network create -d overlay -o vni=256 --subnet 10.42.0.0/16"
        let here = try host.run(
            "minirun \(network) -o peer=192.168.66.50@10.42.1.0/24 --ip-range 10.42.0.0/24 lab")
        let other = try host.run("\(there) \(network) -o peer=192.168.66.11@10.42.0.0/24 --ip-range 10.42.1.0/24 lab")
        try #require(here.status == 0 && other.status == 0, "\(here) \(other)")
        return (host, there)
    }

    @Test func containersOfTwoHostsAreInOneNetwork() throws {
        let (host, there) = try hosts()
        let root = try Places.busybox.get()
        try host.detached(["--name", "near", "--network", "lab"], ["sleep", "1000"])
        try host.run("\(there) run -d --name far --network lab '\(root)' sleep 1000")
        let address = try host.run("\(there) inspect -f '{{.NetworkSettings.IPAddress}}' far").line
        #expect(address.hasPrefix("10.42.1."))
        #expect(try host.inspect("near", "{{.NetworkSettings.IPAddress}}").hasPrefix("10.42.0."))
        let ping = "minirun exec near ping -c 1 -W 1"
        #expect(try host.run("\(ping) \(address)").status == 0)
        // 50 bytes of every packet of the wire are VXLAN's.
        #expect(try host.run("minirun exec near cat /sys/class/net/eth0/mtu").line == "1450")
        #expect(try host.run("\(ping) -s 1422 \(address)").status == 0)
        let links = try host.run("ip -d link show type vxlan").output
        #expect(links.contains("nolearning") && links.contains("learning off") && links.contains("neigh_suppress on"))
        // Who does not know where a container is asks everybody; who does has it written down.
        let entries = try host.run("bridge fdb show | grep 'dst 192.168.66.50'").output
        #expect(entries.contains("00:00:00:00:00:00 dev vx-"))
        #expect(entries.contains("02:42:0a:2a:01:02 dev vx-"))
        try host.run("\(there) rm -f far")
        // Its namespace dies in the background.
        #expect(try eventually { try host.run("\(ping) \(address)").status != 0 })
        #expect(try host.minirun(["rm", "-f", "near"]).status == 0)
        #expect(try host.minirun(["network", "rm", "lab"]).status == 0)
        #expect(try host.run("ip -o link show | grep -E 'vx-|br-'").output == "")
    }

    @Test func itsPortsComeBackAfterAnotherFirewallWasLoaded() throws {
        let (host, _) = try hosts()
        try host.detachedServer(["--name", "web", "--network", "lab", "-p", "8080:80"])
        func answers() throws -> Bool { try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour) }
        #expect(try answers())
        try host.run("nft flush ruleset")
        #expect(try eventually { try answers() })
    }

    @Test(arguments: [
        (["-o", "peer=192.0.2.2"], "-o vni=256"), (["-o", "vni=256"], "-o peer="),
        (["-o", "vni=256", "-o", "peer=192.168.66.50@10.9.0.0/24"], "it is no part of the network's subnet"),
        (["-o", "vni=0", "-o", "peer=192.0.2.2"], "invalid vni"),
        (["-o", "vni=256", "-o", "peer=nobody"], "invalid peer"),
    ])
    func wordsThatCannotBe(options: [String], message: String) throws {
        let host = try FakeHost()
        let outcome = try host.minirun(
            ["network", "create", "-d", "overlay", "--subnet", "10.42.0.0/16"] + options + ["lab"])
        #expect(outcome.status == 1 || outcome.status == 125)
        #expect(outcome.errors.contains(message), "\(outcome)")
        #expect(try host.run("minirun network ls -q -f type=custom; ip -o link show type bridge").output == "")
    }
}
