import NetSetup
import Testing

@testable import MiniRun

@Suite("Options of a network")
struct NetworkOptionTests {
    private func record(
        _ options: [String: String], driver: NetworkDriver = .bridge, isInternal: Bool = false
    ) -> NetworkRecord {
        NetworkRecord(
            id: String(repeating: "ab", count: 32), name: "n", driver: driver, isInternal: isInternal, options: options)
    }

    @Test("of a bridge, by their long keys and by short ones")
    func bridge() throws {
        let long = [
            "com.docker.network.bridge.name": "br0", "com.docker.network.bridge.enable_icc": "false",
            "com.docker.network.bridge.enable_ip_masquerade": "0",
            "com.docker.network.bridge.host_binding_ipv4": "192.0.2.1",
            "com.docker.network.bridge.gateway_mode_ipv4": "routed",
            "com.docker.network.bridge.gateway_mode_ipv6": "nat-unprotected",
            "com.docker.network.bridge.inhibit_ipv4": "true",
            "com.docker.network.bridge.trusted_host_interfaces": "eth0:wg0", "com.docker.network.driver.mtu": "1400",
            "com.docker.network.container_iface_prefix": "net", "com.example.anything": "at all",
        ]
        let options = try BridgeOptions(record(long))
        #expect(options.name == "br0" && !options.interContainer && !options.masquerades && options.inhibitsIPv4)
        #expect(options.hostBinding == IPAddress("192.0.2.1"))
        #expect(options.gatewayMode4 == .routed && options.gatewayMode6 == .natUnprotected)
        #expect(
            options.trustedInterfaces == ["eth0", "wg0"] && options.mtu == 1400 && options.interfacePrefix == "net")
        let short = Dictionary(
            uniqueKeysWithValues: long.map { key, value in
                (key.hasPrefix("com.docker") ? String(key.split(separator: ".").last ?? "") : key, value)
            })
        #expect(try BridgeOptions(record(short)) == options)
        #expect(record(short).bridgeName == "br0" && record(long).bridgeName == "br0")
        #expect(record([:]).bridgeName == "br-abababababab")
        #expect(try BridgeOptions(record([:])) == BridgeOptions())
        #expect(try BridgeOptions(record(["host_binding_ipv4": "0.0.0.0", "mtu": "0"])) == BridgeOptions())
    }

    @Test(
        "that cannot be are refused, in Docker's words where it has any",
        arguments: [
            (
                ["com.docker.network.bridge.enable_icc": "maybe"],
                "failed to parse com.docker.network.bridge.enable_icc value: maybe (strconv.ParseBool: parsing \"maybe\": invalid syntax)"
            ),
            (
                ["mtu": "abc"],
                "failed to parse com.docker.network.driver.mtu value: abc (strconv.Atoi: parsing \"abc\": invalid syntax)"
            ),
            (["mtu": "-5"], "invalid MTU number: -5"), (["mtu": "67"], "invalid MTU number: 67"),
            (
                ["host_binding_ipv4": "x"],
                "failed to parse com.docker.network.bridge.host_binding_ipv4 value: x (nil ip)"
            ),
            (
                ["gateway_mode_ipv4": "x"],
                "failed to parse com.docker.network.bridge.gateway_mode_ipv4 value: x (unknown gateway mode x)"
            ),
            (["gateway_mode_ipv6": "isolated"], "gateway mode 'isolated' can only be used for an internal network"),
            (
                ["name": "averyverylongname"],
                "invalid bridge name \"averyverylongname\": the name is longer than 15 bytes"
            ),
            (
                ["name": "a/b"],
                "invalid bridge name \"a/b\": the name contains a character that names of interfaces cannot have"
            ),
            (
                ["name": "a b"],
                "invalid bridge name \"a b\": the name contains a character that names of interfaces cannot have"
            ),
            (["name": ".."], "invalid bridge name \"..\": the name is a directory's"),
            (["trusted_host_interfaces": "eth0::"], "invalid trusted_host_interfaces \"\": the name is empty"),
            (
                ["enable_icc": "true", "com.docker.network.bridge.enable_icc": "false"],
                "network option \"enable_icc\" is given twice: \"false\" and \"true\""
            ),
        ] as [([String: String], String)])
    func refused(options: [String: String], expected: String) {
        let error = #expect(throws: (any Error).self) { try BridgeOptions(record(options)) }
        #expect(error.map { "\($0)" } == expected)
    }

    @Test(
        "that nobody knows are slips, unless they are of somebody else's namespace",
        arguments: [
            "icc", "com.docker.network.bridge.nmae", "parent", "",
        ])
    func unknown(key: String) {
        let error = #expect(throws: (any Error).self) { try BridgeOptions(record([key: "x"])) }
        #expect("\(String(describing: error))".contains("enable_icc"))
    }

    @Test("isolated goes with internal")
    func isolated() throws {
        let options = try BridgeOptions(record(["gateway_mode_ipv4": "isolated"], isInternal: true))
        #expect(options.gatewayMode(.v4) == .isolated && options.gatewayMode(.v6) == .nat)
    }

    @Test("of macvlan")
    func macvlan() throws {
        let full = try MacvlanOptions(
            record(["parent": "eth0", "macvlan_mode": "private", "host_shim": "yes", "mtu": "1400"]))
        #expect(full.parent == "eth0" && full.mode == .private && full.hostShim == .yes && full.mtu == 1400)
        let least = try MacvlanOptions(record(["parent": "eth0"]))
        #expect(least.mode == .bridge && least.hostShim == .auto)
        for (options, expected) in [
            ([:], "a macvlan network needs the interface"),
            (["parent": "lo"], "loopback interface is not a valid macvlan parent link"),
            (
                ["parent": "eth0", "macvlan_mode": "x"],
                "requested macvlan mode 'x' is not valid, 'bridge' mode is the macvlan driver default"
            ), (["parent": "eth0", "host_shim": "maybe"], "invalid host_shim \"maybe\""),
            (["parent": "eth0", "vni": "1"], "unknown network option \"vni\""),
        ] as [([String: String], String)] {
            let error = #expect(throws: (any Error).self) { try MacvlanOptions(record(options)) }
            #expect(error.map { "\($0)".hasPrefix(expected) } == true, "\(options): \(String(describing: error))")
        }
    }

    @Test("of an overlay")
    func overlay() throws {
        let full = try OverlayOptions(
            record(["vni": "256", "peer": "192.0.2.2,192.0.2.3@10.42.3.0/24", "dstport": "8472", "bridge.name": "ov0"]))
        #expect(full.vni == 256 && full.port == 8472 && full.name == "ov0")
        #expect(full.peers.map(\.address.description) == ["192.0.2.2", "192.0.2.3"])
        #expect(full.peers.map(\.range?.description) == [nil, "10.42.3.0/24"])
        #expect(try OverlayOptions(record(["vni": "1", "peer": "192.0.2.2"])).port == 4789)
        for options in [
            ["peer": "192.0.2.2"], ["vni": "0", "peer": "192.0.2.2"], ["vni": "16777216", "peer": "192.0.2.2"],
            ["vni": "1"], ["vni": "1", "peer": "host"], ["vni": "1", "peer": "192.0.2.2@10.0.0.1/24"],
            ["vni": "1", "peer": "192.0.2.2,192.0.2.2"], ["vni": "1", "peer": "192.0.2.2,2001:db8::1"],
            ["vni": "1", "peer": "192.0.2.2", "dstport": "0"], ["vni": "1", "peer": "127.0.0.1"],
        ] {
            #expect(throws: (any Error).self, "\(options)") { try OverlayOptions(record(options)) }
        }
    }
}
