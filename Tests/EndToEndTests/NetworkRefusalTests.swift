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

    @Test func theHostKeepsItsAddressOnTheLAN() throws {
        let host = try FakeHost()
        let network = "-d macvlan --subnet 192.168.66.0/24 --gateway 192.168.66.1 -o parent=ens33"
        #expect(try host.run("minirun network create \(network) lan").status == 0)
        let refused = try host.runContainer(["--rm", "--network", "lan", "--ip", FakeHost.address], "true")
        #expect(refused.status == 125 && refused.errors.contains("Address already in use"), "\(refused)")
    }

    @Test func whatHasNoNameIsNotSaidToBeRemoved() throws {
        let host = try FakeHost()
        #expect(try host.minirun(["network", "rm", "-f", "nope"]) == Outcome(status: 0, output: "", errors: ""))
    }

    @Test func flagsHaveValuesAsInGo() throws {
        let host = try FakeHost()
        let words = "network create -dbridge --internal=true --attachable=false --ipv6=0 lab"
        #expect(try host.run("minirun \(words)").status == 0)
        let seen = try host.minirun([
            "network", "inspect", "-f", "{{.Internal}} {{.Attachable}} {{.EnableIPv6}}", "lab",
        ])
        #expect(seen.line == "true false false")
        let refused = try host.run("minirun network create --internal=maybe lab2")
        #expect(refused.status == 125 && refused.errors.contains("strconv.ParseBool"), "\(refused)")
        // Those of the default network's settings are values.
        #expect(
            try host.run("minirun network set-default --ipv6=false && minirun network set-default --show").output
                .contains("\"ipv6\": false"))
    }

    @Test func aBridgesNameIsNoPattern() throws {
        let host = try FakeHost()
        for name in ["br*", "br\"x", "br\\x"] {
            let refused = try host.minirun(["network", "create", "-o", "com.docker.network.bridge.name=\(name)", "lab"])
            #expect(refused.status == 1 && refused.errors.contains("names of interfaces cannot have"), "\(refused)")
        }
    }

    @Test func theDefaultNetworkCanBeAsStrictAsDockers() throws {
        let host = try FakeHost()
        let cases = [
            (["--ip", "172.17.0.9"], "user-specified IP address is supported on user-defined networks only"),
            (["--network-alias", "x"], "network-scoped aliases are only supported for user-defined networks"),
        ]
        for (options, sentence) in cases {
            #expect(try host.runContainer(["--rm"] + options, "true").status == 0)
            let refused = try host.runContainer(["--rm", "--strict-docker"] + options, "true")
            #expect(refused.status == 125 && refused.errors.contains(sentence), "\(refused)")
        }
        try host.setResolver("nameserver \(FakeHost.neighbour)\n")
        let strict = try host.runContainer(["--rm", "--strict-docker"], "cat /etc/resolv.conf; ip addr show eth0")
            .output
        #expect(strict.contains("nameserver \(FakeHost.neighbour)") && strict.contains("172.17.0."), "\(strict)")
        // A network of the user's has names all the same.
        #expect(try host.minirun(["network", "create", "lab"]).status == 0)
        let named = try host.runContainer(["--rm", "--strict-docker", "--network", "lab"], "cat /etc/resolv.conf")
            .output
        #expect(named.contains("nameserver 127.0.0.11"))
        // And one that is connected to it later.
        try host.detached(["--name", "late", "--strict-docker"], ["sleep", "1000"])
        #expect(try host.minirun(["network", "connect", "lab", "late"]).status == 0)
        #expect(try host.run("minirun exec late nslookup late").output.contains("127.0.0.11"))
    }

    @Test func publishedPortsThatNobodyReachesAreTold() throws {
        let host = try FakeHost()
        #expect(try host.run("minirun network create --internal inner").status == 0)
        let outcome = try host.runContainer(["--rm", "--network", "inner", "-p", "8080:80"], "true")
        #expect(outcome.status == 0 && outcome.errors.contains("Published ports are discarded"), "\(outcome)")
    }
}
