import Testing

@testable import NetSetup

@Suite("Pools of subnets")
struct SubnetPoolTests {
    private func obstacle(_ text: String) throws -> AddressPools.Obstacle {
        AddressPools.Obstacle(try #require(IPPrefix(text)), "network (\(text))")
    }

    private func pools(_ words: [(String, Int)]) throws -> SubnetPools {
        let pools = words.map { word in IPPrefix(word.0).flatMap { SubnetPools.Pool($0, size: word.1) } }
        return SubnetPools(try pools.map { try #require($0) })
    }

    @Test("of a network begin at the place that its name decides, always the same one")
    func place() throws {
        let names = ["a", "b", "lab", "教育", "my-bridge-network-1"]
        let chosen = try names.map { try SubnetPools.small.free(for: $0, avoiding: []) }
        #expect(chosen == (try names.map { try SubnetPools.small.free(for: $0, avoiding: []) }))
        #expect(Set(chosen).count == names.count)
        #expect(chosen.allSatisfy { $0.length == 24 && $0 == $0.network })
        // Nothing of the default network's subnet, whatever the name.
        let default4 = try #require(IPPrefix("172.17.0.0/16"))
        for number in 0..<500 {
            let subnet = try SubnetPools.small.free(for: "network\(number)", avoiding: [])
            #expect(!subnet.overlaps(default4))
        }
    }

    @Test("are searched to the end, and from the beginning up to the place")
    func wraps() throws {
        let two = try pools([("10.0.0.0/30", 32), ("10.1.0.0/31", 32)])
        var taken: [AddressPools.Obstacle] = []
        for _ in 0..<6 {
            let subnet = try two.free(for: "x", avoiding: taken)
            #expect(!taken.contains { $0.prefix == subnet })
            taken.append(.init(subnet, "network (\(subnet))"))
        }
        #expect(throws: AddressPools.Exhausted.self) { try two.free(for: "x", avoiding: taken) }
    }

    @Test("that are used up say what blocks each: the widest first, and how much besides")
    func exhausted() throws {
        let two = try pools([("10.0.0.0/23", 24), ("10.1.0.0/24", 24)])
        let error = #expect(throws: AddressPools.Exhausted.self) {
            try two.free(
                for: "x",
                avoiding: [
                    obstacle("10.0.0.0/24"), obstacle("10.0.1.0/25"), obstacle("10.1.0.0/16"), obstacle("9.0.0.0/8"),
                ])
        }
        #expect(
            error?.description == """
                all predefined address pools have been fully subnetted
                  10.0.0.0/23: network (10.0.0.0/24) and 1 more
                  10.1.0.0/24: network (10.1.0.0/16)
                """)
    }

    @Test("take the first that is free where no name decides; IPv6 has room enough")
    func first() throws {
        #expect(try pools([("10.0.0.0/8", 16)]).first(avoiding: [obstacle("10.0.3.0/24")]).description == "10.1.0.0/16")
        let wide = try pools([("fd00::/16", 64)])
        #expect(try wide.first(avoiding: [obstacle("fd00::/32")]).description == "fd00:1::/64")
        #expect(wide.of(.v4).pools.isEmpty && wide.of(.v6) == wide)
    }

    @Test("have no subnets larger than themselves")
    func sizes() throws {
        let base = try #require(IPPrefix("10.0.0.0/16"))
        #expect(SubnetPools.Pool(base, size: 15) == nil && SubnetPools.Pool(base, size: 33) == nil)
        #expect(SubnetPools.Pool(base, size: 16)?.count == 1 && SubnetPools.Pool(base, size: 24)?.count == 256)
    }
}

@Suite("What a host's routes and addresses occupy")
struct HostNetworkTests {
    @Test("is told apart: here, and behind another router")
    func obstacles() throws {
        let network = try PrivateNetwork.host()
        try network.shell(
            """
            ip link add d0 type veth peer name d1; ip link set d0 up; ip link set d1 up
            ip addr add 192.0.2.2/24 dev d0
            ip route add default via 192.0.2.1
            ip route add 0.0.0.0/1 via 192.0.2.1; ip route add 128.0.0.0/1 via 192.0.2.1
            ip route add 10.1.0.0/16 via 192.0.2.1
            ip route add 10.2.0.0/16 nexthop via 192.0.2.1 nexthop via 192.0.2.3
            ip route add 10.3.0.0/16 dev d0
            ip route add blackhole 10.4.0.0/16
            ip link add br9 type bridge; ip addr add 10.9.0.1/24 dev br9; ip link set br9 up
            """)
        let host = try HostNetwork(try network.socket())
        func found(_ text: String, besides names: Set<String> = []) throws -> [AddressPools.Obstacle] {
            let prefix = try #require(IPPrefix(text))
            return host.obstacles(besides: names).filter { $0.prefix.overlaps(prefix) }
        }
        #expect(try found("10.200.0.0/16").isEmpty, "default routes and their halves occupy nothing")
        for (subnet, isElsewhere, words) in [
            ("10.1.5.0/24", true, "route 10.1.0.0/16 via 192.0.2.1 on d0"),
            ("10.2.0.0/16", true, "route 10.2.0.0/16 via 192.0.2.1 on d0"),
            ("10.3.0.0/24", false, "route 10.3.0.0/16 on d0"), ("10.4.0.0/24", true, "route 10.4.0.0/16"),
        ] {
            let obstacles = try found(subnet)
            #expect(obstacles.count == 1, "\(subnet): \(obstacles)")
            #expect(obstacles.first?.description == words && obstacles.first?.isElsewhere == isElsewhere)
        }
        let addressed = try found("192.0.2.128/25")
        #expect(addressed.first?.description == "address 192.0.2.2/24 on d0" && addressed.first?.isElsewhere == false)
        #expect(try found("10.9.0.0/24").contains { $0.description == "address 10.9.0.1/24 on br9" })
        #expect(try found("10.9.0.0/24", besides: ["br9"]).isEmpty)
        #expect(host.uplinkMTU == 1500)
        try network.shell("ip link set d0 mtu 1400")
        #expect(try HostNetwork(try network.socket()).uplinkMTU == 1400)
    }
}

@Suite("A bridge that is there")
struct ChangeBridgeTests {
    @Test("is changed and, after a failure, changed back")
    func change() throws {
        let network = try PrivateNetwork.host()
        try network.shell(
            "ip link add b0 type bridge; ip addr add 10.1.0.1/24 brd + dev b0; ip link set b0 mtu 1450; ip link set b0 up"
        )
        let look = "ip -4 -o addr show dev b0; ip -o link show dev b0 | grep -o 'mtu [0-9]*\\|ether [^ ]*'"
        let before = try network.shell(look)
        let stage = try network.stage()
        let (old, new) = (try #require(IPPrefix("10.1.0.1/24")), try #require(IPPrefix("10.2.0.1/16")))
        let mac = try #require(MACAddress("02:42:0a:02:00:01"))
        let step = ChangeBridge("b0", removed: [old], added: [new], mtu: 1400, formerMTU: 1450, mac: mac)
        try step.apply(on: stage)
        let after = try network.shell(look)
        #expect(after.contains("10.2.0.1/16") && !after.contains("10.1.0.1"))
        #expect(after.contains("mtu 1400") && after.contains("02:42:0a:02:00:01"))
        #expect(stage.undo.unwind().isEmpty)
        let last = try network.shell(look)
        #expect(last == before)
        // Twice is no failure: another start may have been quicker.
        try step.apply(on: stage)
        try step.apply(on: stage)
    }

    @Test("or that is missing is made once, by whoever comes first")
    func makeOnce() throws {
        let network = try PrivateNetwork.host()
        let mac = try #require(MACAddress("02:42:0a:02:00:01"))
        let creation = CreateBridge(
            name: "b0", mac: mac, mtu: 1500, addresses: [try #require(IPPrefix("10.2.0.1/16"))], hasIPv6: true)
        let lock = "/tmp/minirun-test-\(UInt64.random(in: 0...UInt64.max)).lock"
        defer { _ = try? network.shell("rm -f \(lock)") }
        for _ in 0..<2 {
            try MakeBridge(creation, lockFile: .init(lock)).apply(on: try network.stage())
        }
        #expect(try network.shell("ip -4 -o addr show dev b0").contains("10.2.0.1/16"))
        #expect(throws: NetlinkError.self) { try MakeBridge(creation, lockFile: nil).apply(on: try network.stage()) }
    }
}

@Suite("A network that is gone")
struct WithdrawalTests {
    @Test("is in no set of the table, and the table goes with the last one")
    func withdraw() throws {
        let network = try PrivateNetwork.host()
        let stage = try network.stage()
        let (route, netfilter) = (try network.socket(), try network.socket(.netfilter))
        // Without a table there is nothing to do.
        try AdmitNetwork.withdraw(bridge: "b1", netfilter)
        try network.run { try EnsureFirewall().apply(on: stage) }
        try AdmitNetwork(bridge: "b1").apply(on: stage)
        try AdmitNetwork(bridge: "b2", isInternal: true, interContainer: false).apply(on: stage)
        #expect(try AdmitNetwork.isAdmitted("b2", netfilter))
        try AdmitNetwork.withdraw(bridge: "b2", netfilter)
        #expect(try !AdmitNetwork.isAdmitted("b2", netfilter))
        let table = try network.shell("nft list table inet minirun")
        #expect(table.contains("\"b1\"") && !table.contains("\"b2\""))
        #expect(try !EnsureFirewall.removeIfUnused(netfilter, route))
        try AdmitNetwork.withdraw(bridge: "b1", netfilter)
        #expect(try EnsureFirewall.removeIfUnused(netfilter, route))
        #expect(try network.shell("nft list ruleset; ip -o link").split(separator: "\n").count == 1)
        #expect(try EnsureFirewall.removeIfUnused(netfilter, route))
    }
}
