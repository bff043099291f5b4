import Testing

/// Networks that cannot work are refused before anything is made.
@Suite struct NetworkRefusalTests {
    @Test(arguments: [
        ("--subnet 224.5.0.0/24", "224.0.0.0/4 is for multicast"),
        ("--subnet 127.5.0.0/24", "127.0.0.0/8 is for loopback"),
        ("--subnet fe80::/64", "fe80::/10 is for single links"),
        ("--subnet ff02::/64", "ff00::/8 is for multicast"),
        ("--subnet 172.28.0.0/16 --gateway 172.28.255.255", "it is the broadcast address of 172.28.0.0/16"),
        ("--subnet 172.28.0.0/16 --gateway 172.28.0.1 --aux-address r=172.28.0.1", "it is the gateway's"),
        ("-d overlay --subnet 10.42.0.0/16 -o vni=7 -o peer=192.168.66.11", "it is this host's own address"),
        ("-d macvlan --subnet 10.13.0.0/24 -o parent=ens33 -o host_shim=yes", "host_shim=yes needs"),
        (
            "-d macvlan --subnet 192.168.66.0/24 -o parent=ens33 -o macvlan_mode=private -o host_shim=yes",
            "host_shim=yes needs"
        ),
    ])
    func words(_ words: String, sentence: String) throws {
        let host = try FakeHost()
        let outcome = try host.run("minirun network create \(words) lab")
        #expect(outcome.status == 1 && outcome.errors.contains(sentence), "\(outcome)")
        #expect(try host.run("minirun network ls -q -f type=custom; ip -o link show type bridge").output == "")
    }

    @Test func theLANsRouterKeepsItsAddress() throws {
        let host = try FakeHost()
        #expect(try host.run("minirun uplink attach ens33").status == 0)
        let create = "minirun network create -o com.docker.network.bridge.name=br0 --subnet 192.168.66.0/24"
        let refused = try host.run("\(create) --gateway 192.168.66.1 flat")
        #expect(refused.errors.contains("it is the router that this host reaches over br0"), "\(refused)")
        #expect(try host.run("ip -o -4 addr show dev br0").output.contains("192.168.66.11/24"))
        #expect(try !host.run("ip -o -4 addr show dev br0").output.contains("192.168.66.1/24"))
        let settings = "--bridge br0 --fixed-cidr 192.168.66.0/29 --default-gateway 192.168.66.1"
        #expect(try host.run("minirun network set-default \(settings)").errors == "")
        let first = try host.runContainer(["--rm"], "ip -4 -o addr show dev eth0; ip route show default")
        #expect(first.output.contains("192.168.66.2/24") && first.output.contains("via 192.168.66.1"), "\(first)")
    }

    @Test func aCardThatMacvlansAreOnIsNoPortOfABridge() throws {
        let host = try FakeHost()
        let network = "-d macvlan --subnet 192.168.66.0/24 --gateway 192.168.66.1 -o parent=ens33"
        #expect(try host.run("minirun network create \(network) lan").status == 0)
        try host.detached(["--name", "aa", "--network", "lan"], ["sleep", "1000"])
        let refused = try host.run("minirun uplink attach ens33")
        #expect(
            refused.status == 125 && refused.errors.contains("while macvlan interfaces are on it: mrs-"), "\(refused)")
        #expect(try host.run("minirun rm -f aa; minirun network rm lan; minirun uplink attach ens33").status == 0)
    }

    @Test func publishedPortsThatNobodyReachesAreTold() throws {
        let host = try FakeHost()
        #expect(try host.run("minirun network create --internal inner").status == 0)
        let outcome = try host.runContainer(["--rm", "--network", "inner", "-p", "8080:80"], "true")
        #expect(outcome.status == 0 && outcome.errors.contains("Published ports are discarded"), "\(outcome)")
    }
}
