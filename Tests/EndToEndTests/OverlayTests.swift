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
        let ping = "minirun exec near ping -c 1"
        #expect(try host.run("\(ping) -W 20 \(address)").status == 0)
        // 50 bytes of every packet of the wire are VXLAN's.
        #expect(try host.run("minirun exec near cat /sys/class/net/eth0/mtu").line == "1450")
        #expect(try host.run("\(ping) -W 20 -s 1422 \(address)").status == 0)
        let links = try host.run("ip -d link show type vxlan").output
        #expect(links.contains("nolearning") && links.contains("learning off") && links.contains("neigh_suppress on"))
        // Who does not know where a container is asks everybody; who does has it written down.
        let entries = try host.run("bridge fdb show | grep 'dst 192.168.66.50'").output
        #expect(entries.contains("00:00:00:00:00:00 dev vx-"))
        #expect(entries.contains("02:42:0a:2a:01:02 dev vx-"))
        try host.run("\(there) rm -f far")
        // Its namespace dies in the background.
        #expect(try eventually { try host.run("\(ping) -W 1 \(address)").status != 0 })
        #expect(try host.minirun(["rm", "-f", "near"]).status == 0)
        #expect(try host.minirun(["network", "rm", "lab"]).status == 0)
        #expect(try host.run("ip -o link show | grep -E 'vx-|br-'").output == "")
    }

    @Test func framesAreTakenFromPeersAlone() throws {
        let (host, there) = try hosts()
        let root = try Places.busybox.get()
        try host.detached(["--name", "near", "--network", "lab", "--ip", "10.42.0.77"], ["sleep", "1000"])
        try host.run("\(there) run -d --name far --network lab --ip 10.42.1.77 '\(root)' sleep 1000")
        try host.detached(["--name", "other"], ["sleep", "1000"])
        for (container, minirun) in [("near", "minirun"), ("far", there)] {
            let inside = "\(minirun) netns exec \(container)"
            try host.run(
                "\(inside) socat -u UDP-RECV:9999 OPEN:/run/\(container),creat,append </dev/null >/dev/null 2>&1 &")
            #expect(try eventually { try host.run("\(inside) ss -Hlun sport 9999").output != "" })
        }
        let near = (name: "near", address: "10.42.0.77", mac: "02:42:0a:2a:00:4d")
        let far = (name: "far", address: "10.42.1.77", mac: "02:42:0a:2a:01:4d")
        // A stranger on the wire; a container that speaks to its own host; one whose packets leave with that host's address.
        let intrusions = [
            ("ip netns exec gw", "192.168.66.11", near), ("minirun netns exec other", "192.168.66.11", near),
            ("minirun netns exec other", "192.168.66.50", far),
        ]
        func heard(
            _ intrusion: (from: String, at: String, to: (name: String, address: String, mac: String))
        ) throws -> String {
            let word = try host.run(
                """
                : >/run/\(intrusion.to.name); cat >/run/intrude <<'EOF'
                ip link add vx0 type vxlan id 256 remote \(intrusion.at) dstport 4789
                ip address add 10.42.9.9/16 dev vx0
                ip link set vx0 up
                ip neighbour add \(intrusion.to.address) lladdr \(intrusion.to.mac) dev vx0
                echo intruder >/dev/udp/\(intrusion.to.address)/9999
                sleep 0.3
                ip link del vx0
                EOF
                \(intrusion.from) bash /run/intrude; cat /run/\(intrusion.to.name)
                """)
            #expect(word.status == 0 && word.errors == "", "\(word)")
            return word.output
        }
        for intrusion in intrusions { #expect(try heard(intrusion) == "", "\(intrusion)") }
        // Without the firewall each of them is heard.
        try host.run("nft flush set inet minirun tunnels; nft flush set inet minirun peers4")
        try host.run("ip netns exec ext nft flush set inet minirun tunnels")
        for intrusion in intrusions { #expect(try heard(intrusion) == "intruder\n", "\(intrusion)") }
    }

    @Test func whatTwoNetworksShareStaysUntilTheLastIsGone() throws {
        let (host, _) = try hosts()
        #expect(
            try host.minirun([
                "network", "create", "-d", "overlay", "-o", "vni=257", "--subnet", "10.43.0.0/16",
                "-o", "peer=192.168.66.50,192.168.66.51", "second",
            ]).status == 0)
        let list = "nft list set inet minirun peers4; nft list set inet minirun tunnels"
        #expect(try host.run(list).output.contains("192.168.66.51 . udp . 4789"))
        #expect(try host.minirun(["network", "rm", "second"]).status == 0)
        let left = try host.run(list).output
        #expect(left.contains("192.168.66.50 . udp . 4789") && left.contains("{ udp . 4789 }"), "\(left)")
        #expect(!left.contains("192.168.66.51"))
        #expect(try host.minirun(["network", "rm", "lab"]).status == 0)
        #expect(try !host.run(list).output.contains("4789"))
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
