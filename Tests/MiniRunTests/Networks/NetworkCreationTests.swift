import NetSetup
import Testing

@testable import MiniRun

@Suite("A network to be created")
struct NetworkCreationTests {
    private static let id = String(repeating: "0123", count: 16)

    /// A host with an address, a route by a router, an OpenVPN's two halves (which occupy nothing), and some networks.
    private func surroundings() throws -> NetworkSurroundings {
        var surroundings = NetworkSurroundings()
        surroundings.networks = [
            NetworkRecord(
                id: String(repeating: "a", count: 64), name: "there",
                subnets: [NetworkSubnet(try #require(IPPrefix("172.26.0.0/16")))], options: ["name": "br-there"]),
            NetworkRecord(
                id: String(repeating: "b", count: 64), name: "lan", driver: .macvlan,
                subnets: [NetworkSubnet(try #require(IPPrefix("192.168.66.0/24")))], options: ["parent": "eth0"]),
            NetworkRecord(
                id: String(repeating: "c", count: 64), name: "wide", driver: .overlay,
                subnets: [NetworkSubnet(try #require(IPPrefix("10.42.0.0/16")))],
                options: ["vni": "256", "peer": "192.0.2.9"]),
        ]
        surroundings.defaultBridge = "minirun0"
        surroundings.defaultSubnets = [try #require(IPPrefix("172.17.0.0/16"))]
        surroundings.interfaces = [
            "eth0": .init(isBridge: false, addresses: [try #require(IPPrefix("192.168.66.11/24"))]),
            "eth1": .init(isBridge: false, addresses: []),
            "br0": .init(isBridge: true, addresses: [try #require(IPPrefix("10.5.0.9/24"))]),
        ]
        let obstacles = [
            AddressPools.Obstacle(try #require(IPPrefix("192.168.66.11/24")), "address 192.168.66.11/24 on eth0"),
            AddressPools.Obstacle(
                try #require(IPPrefix("10.60.0.0/16")), "route 10.60.0.0/16 via 192.168.66.1", isElsewhere: true),
        ]
        let bridged = AddressPools.Obstacle(try #require(IPPrefix("10.5.0.9/24")), "address 10.5.0.9/24 on br0")
        surroundings.hostObstacles = { $0.contains("br0") ? obstacles : obstacles + [bridged] }
        surroundings.machine = "machine"
        return surroundings
    }

    private func create(
        _ name: String = "n", _ change: (inout NetworkRequest) -> Void = { _ in }
    ) throws -> NetworkCreation {
        var request = NetworkRequest(name)
        change(&request)
        return try NetworkCreation(request, id: Self.id, in: surroundings())
    }

    private func refusal(_ name: String = "n", _ change: (inout NetworkRequest) -> Void = { _ in }) -> String {
        do {
            return "created: \(try create(name, change).record)"
        } catch { return "\(error)" }
    }

    @Test("without a word about subnets gets a small one, its first address as gateway, and IPv6 when asked for")
    func chosen() throws {
        let plain = try create("lab")
        #expect(plain.notices.isEmpty && plain.record.subnets.count == 1 && !plain.record.hasIPv6)
        let subnet = try #require(plain.record.subnets.first)
        #expect(subnet.subnet.length == 24 && subnet.gateway == subnet.subnet.address.advanced(by: 1))
        #expect(try create("lab").record.subnets == plain.record.subnets, "the same again")
        #expect(plain.record.addedToBridge == nil && plain.record.driver == .bridge)
        let dual = try create("lab") { $0.wantsIPv6 = true }.record
        #expect(dual.subnets.map(\.family) == [.v4, .v6] && dual.hasIPv6)
        #expect(dual.subnet(.v6)?.subnet == UniqueLocalPrefix.subnet(machine: "machine", network: "lab"))
        #expect(dual.subnet(.v6)?.gateway?.description.hasSuffix("::1") == true)
        // A subnet of IPv6 asks for it, and IPv4 goes without saying.
        let six = try create { $0.subnets = ["fd00:1::/64"] }.record
        #expect(six.hasIPv6 && six.subnets.map(\.family) == [.v4, .v6])
    }

    @Test("takes range, gateway and others' addresses to the subnets that they lie in")
    func sorted() throws {
        let record = try create {
            $0.subnets = ["fd00:1::/64,10.1.0.0/16"]
            $0.ranges = ["10.1.2.0/24"]
            $0.auxiliary = ["router=10.1.2.1", "six=fd00:1::1"]
            $0.isInternal = true
            $0.labels = ["a=b", "c"]
            $0.options = ["mtu=1400", "com.example.x=y"]
            $0.isAttachable = true
        }.record
        #expect(record.subnets.map(\.subnet.description) == ["10.1.0.0/16", "fd00:1::/64"])
        #expect(record.subnets[0].range?.description == "10.1.2.0/24")
        #expect(record.subnets[0].gateway?.description == "10.1.2.2", "the first of the range that nobody has")
        #expect(record.subnets[1].gateway?.description == "fd00:1::2")
        #expect(record.subnets[0].auxiliary.mapValues(\.description) == ["router": "10.1.2.1"])
        #expect(record.labels == ["a": "b", "c": ""] && record.options == ["mtu": "1400", "com.example.x": "y"])
        #expect(record.isInternal && record.isAttachable)
        #expect(try NetworkRecord(json: record.json) == record)
    }

    @Test(
        "is refused in Docker's words",
        arguments: [
            (
                ["172.26.0.0/16"], [], [], [],
                "Pool overlaps with other one on this address space\n172.26.0.0/16 overlaps network \"there\" (172.26.0.0/16); next free: 172.27.0.0/16"
            ),
            (
                ["172.17.3.0/24"], [], [], [],
                "Pool overlaps with other one on this address space\n172.17.3.0/24 overlaps network \"bridge\" (172.17.0.0/16); next free: 172.18.0.0/24"
            ),
            (
                ["10.42.1.0/24"], [], [], [],
                "Pool overlaps with other one on this address space\n10.42.1.0/24 overlaps network \"wide\" (10.42.0.0/16); next free: 10.43.0.0/24"
            ),
            (
                ["172.20.0.1/16"], [], [], [],
                "invalid network config:\ninvalid subnet 172.20.0.1/16: it should be 172.20.0.0/16"
            ),
            (
                ["172.20.0.1/16"], ["172.20.0.0"], [], [],
                "invalid network config:\n* invalid subnet 172.20.0.1/16: it should be 172.20.0.0/16\n* invalid gateway 172.20.0.0: it is the address of subnet 172.20.0.0/16 itself"
            ),
            (["172.20.0.0/16"], ["10.0.0.1"], [], [], "no matching subnet for gateway 10.0.0.1"),
            (["172.20.0.0/16"], ["foo"], [], [], "no matching subnet for gateway foo"),
            (["172.20.0.0/16"], [], ["10.0.0.0/24"], [], "no matching subnet for range 10.0.0.0/24"),
            (
                ["172.20.0.0/16"], [], ["172.20.1.1/24"], [],
                "invalid network config:\ninvalid ip-range 172.20.1.1/24: it should be 172.20.1.0/24"
            ),
            (
                ["172.20.0.0/16"], [], ["172.20.0.0/15"], [],
                "invalid network config:\ninvalid ip-range 172.20.0.0/15: CIDR block is bigger than its parent subnet 172.20.0.0/16"
            ),
            (["172.20.0.0/16"], [], [], ["h=10.0.0.1"], "no matching subnet for aux-address 10.0.0.1"),
            (["172.20.0.0/16"], [], [], ["h"], "no matching subnet for aux-address "),
            ([], ["10.0.0.1"], [], [], "every ip-range or gateway must have a corresponding subnet"),
            ([], [], ["10.0.0.0/24"], [], "every ip-range or gateway must have a corresponding subnet"),
            (
                ["172.20.0.0/16", "172.20.1.0/24"], [], [], [],
                "multiple overlapping subnet configuration is not supported"
            ),
            (["172.20.0.0/16", "172.21.0.0/16"], [], [], [], "bridge driver doesn't support multiple subnets"),
            (
                ["172.20.0.0/16", "172.21.0.0/16"], [], ["172.20.1.0/24", "172.20.2.0/24"], [],
                "cannot configure multiple ranges (172.20.2.0/24, 172.20.1.0/24) on the same subnet (172.20.0.0/16)"
            ),
            (
                ["172.20.0.0/16", "172.21.0.0/16"], ["172.20.0.1", "172.20.0.2"], [], [],
                "cannot configure multiple gateways (172.20.0.2, 172.20.0.1) for the same subnet (172.20.0.0/16)"
            ),
            (["foo"], [], [], [], "invalid CIDR address: foo"),
            (
                ["192.168.66.128/25"], [], [], [],
                "Pool overlaps with other one on this address space\n192.168.66.128/25 overlaps network \"lan\" (192.168.66.0/24); next free: 192.168.67.0/25"
            ),
            (
                ["10.5.0.0/24"], [], [], [],
                "Pool overlaps with other one on this address space\n10.5.0.0/24 overlaps address 10.5.0.9/24 on br0; next free: 10.5.1.0/24; --force-subnet takes it all the same"
            ),
        ] as [([String], [String], [String], [String], String)])
    func refused(subnets: [String], gateways: [String], ranges: [String], auxiliary: [String], expected: String) {
        let found = refusal {
            $0.subnets = subnets
            $0.gateways = gateways
            $0.ranges = ranges
            $0.auxiliary = auxiliary
        }
        #expect(found == expected)
    }

    @Test(
        "by its name",
        arguments: [
            ("there", "network with name there already exists"),
            ("bridge", "operation is not permitted on predefined bridge network "),
            ("host", "operation is not permitted on predefined host network "),
            ("none", "operation is not permitted on predefined none network "),
            ("default", "operation is not permitted on predefined default network "),
            ("", "invalid network name \"\""), ("a/b", "invalid network name \"a/b\""),
            ("-a", "invalid network name \"-a\""), (".a", "invalid network name"), ("a b", "invalid network name"),
            ("a\u{202e}b", "invalid network name"), ("container:x", "invalid network name"),
            (String(repeating: "a", count: 201), "invalid network name"),
        ])
    func names(name: String, expected: String) {
        #expect(refusal(name).hasPrefix(expected), "\(refusal(name))")
    }

    @Test(
        "may have a name of any script, composed",
        arguments: [("教育", "教育"), ("e\u{301}cole", "\u{e9}cole"), ("n", "n")])
    func scripts(name: String, expected: String) throws {
        #expect(Array(try create(name).record.name.unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test("of another driver, scope or manager of addresses")
    func drivers() {
        #expect(refusal { $0.driver = "host" } == "only one instance of \"host\" network is allowed")
        #expect(refusal { $0.driver = "null" } == "only one instance of \"null\" network is allowed")
        #expect(refusal { $0.driver = "foo" }.hasPrefix("plugin \"foo\" not found"))
        #expect(refusal { $0.ipamDriver = "foo" }.hasPrefix("plugin \"foo\" not found"))
        #expect(refusal { $0.scope = "swarm" }.hasPrefix("scope \"swarm\" is not supported"))
        #expect(refusal { $0.isIngress = true }.contains("swarm"))
        #expect(refusal { $0.isConfigurationOnly = true }.contains("--config-only"))
        #expect(refusal { $0.configurationFrom = "x" }.contains("--config-from"))
        #expect(refusal { $0.wantsIPv4 = false }.contains("--ipv4"))
        #expect(refusal { $0.labels = ["=x"] } == "invalid label '=x': empty name")
    }

    @Test("that hides something behind a router says so; the host's own addresses only when forced")
    func host() throws {
        let routed = try create { $0.subnets = ["10.60.1.0/24"] }
        #expect(routed.notices.count == 1 && routed.notices[0].contains("route 10.60.0.0/16 via 192.168.66.1"))
        let forced = try create {
            $0.subnets = ["10.5.0.0/24"]
            $0.forcesSubnet = true
        }
        #expect(forced.notices.count == 1 && forced.notices[0].contains("address 10.5.0.9/24"))
        let ours = refusal {
            $0.subnets = ["172.26.0.0/16"]
            $0.forcesSubnet = true
        }
        #expect(ours.hasPrefix("Pool overlaps"), "never over a network of ours")
    }

    @Test("on a bridge of the host takes that one's subnet and address")
    func adopted() throws {
        let record = try create { $0.options = ["com.docker.network.bridge.name=br0"] }.record
        #expect(record.subnets.map(\.gatewayPrefix?.description) == ["10.5.0.9/24"] && record.addedToBridge == [])
        let named = try create {
            $0.options = ["name=br0"]
            $0.subnets = ["10.5.0.0/24"]
        }.record
        #expect(named.subnets.map(\.gatewayPrefix?.description) == ["10.5.0.9/24"])
        #expect(refusal { $0.options = ["name=eth0"] }.contains("interface eth0 exists and is not a bridge"))
        #expect(refusal { $0.options = ["name=br-there"] }.hasSuffix("networks have same bridge name"))
        #expect(refusal { $0.options = ["name=minirun0"] }.contains("conflicts with network bridge (minirun0)"))
    }

    @Test("with IPv6 needs a host and packets for it")
    func ipv6() throws {
        #expect(
            refusal {
                $0.wantsIPv6 = true; $0.options = ["mtu=1000"]
            }.contains("IPv6 needs 1280"))
        var without = try surroundings()
        without.hasIPv6 = false
        var request = NetworkRequest("n")
        request.wantsIPv6 = true
        #expect(throws: (any Error).self) { try NetworkCreation(request, id: Self.id, in: without) }
    }

    @Test("isolated has no gateway")
    func isolated() throws {
        let record = try create {
            $0.isInternal = true
            $0.options = ["gateway_mode_ipv4=isolated"]
        }.record
        #expect(record.subnets.first?.gateway == nil)
        #expect(record.bridgeAddresses(try BridgeOptions(record)).isEmpty)
        let inhibited = try create { $0.options = ["inhibit_ipv4=true"] }.record
        #expect(inhibited.subnets.first?.gateway != nil)
        #expect(inhibited.bridgeAddresses(try BridgeOptions(inhibited)).isEmpty)
    }

    @Test("on a LAN is checked against other networks of that LAN only")
    func macvlan() throws {
        func lan(_ parent: String, _ subnets: [String]) -> String {
            refusal {
                $0.driver = "macvlan"
                $0.options = ["parent=\(parent)"]
                $0.subnets = subnets
            }
        }
        #expect(lan("eth1", ["192.168.66.0/24"]).hasPrefix("created"))
        #expect(lan("eth1", ["192.168.66.0/24", "192.168.67.0/24"]).hasPrefix("created"))
        #expect(lan("eth0", ["192.168.66.0/25"]).contains("network \"lan\""))
        #expect(lan("eth9", ["10.0.0.0/8"]) == "the requested parent interface eth9 was not found on the Docker host")
        #expect(lan("eth1", []).contains("--subnet"))
    }

    @Test("over several hosts needs a number, peers and a subnet")
    func overlay() throws {
        func overlay(_ options: [String], _ subnets: [String] = ["10.43.0.0/16"]) -> String {
            refusal {
                $0.driver = "vxlan"
                $0.options = options
                $0.subnets = subnets
            }
        }
        let created = try create {
            $0.driver = "overlay"
            $0.options = ["vni=7", "peer=192.0.2.2", "peer=192.0.2.3@10.43.3.0/24"]
            $0.subnets = ["10.43.0.0/16"]
        }.record
        #expect(created.options["peer"] == "192.0.2.2,192.0.2.3@10.43.3.0/24" && created.driver == .overlay)
        #expect(try OverlayOptions(created).peers.count == 2)
        #expect(overlay(["peer=192.0.2.2"]).contains("-o vni="))
        #expect(overlay(["vni=7"]).contains("-o peer="))
        #expect(overlay(["vni=7", "peer=192.0.2.2"], []).contains("--subnet"))
        #expect(overlay(["vni=256", "peer=192.0.2.2"]) == "vni 256 belongs to network wide")
        #expect(overlay(["vni=7", "peer=192.0.2.2@10.44.0.0/24"]).contains("10.44.0.0/24"))
    }

    @Test("where all pools are used up says what uses them")
    func exhausted() throws {
        var full = try surroundings()
        let base = try #require(IPPrefix("172.26.0.0/23"))
        full.pools = SubnetPools([try #require(SubnetPools.Pool(base, size: 24))])
        let error = #expect(throws: AddressPools.Exhausted.self) {
            try NetworkCreation(NetworkRequest("n"), id: Self.id, in: full)
        }
        #expect(
            error?.description
                == "all predefined address pools have been fully subnetted\n  172.26.0.0/23: network \"there\" (172.26.0.0/16)"
        )
    }
}
