import Namespaces
import NetSetup
import SystemPackage
import Testing

@testable import MiniRun

@Suite("The default network's settings")
struct NetworkSettingsTests {
    private func settings(_ text: String) throws -> NetworkSettings {
        let settings = try NetworkSettings(json: JSONValue(parsing: text))
        try settings.check()
        return settings
    }

    @Test("are read from the keys of Docker's daemon.json, and written so")
    func keys() throws {
        let text = """
            {"bip": "172.19.0.1/16", "bip6": "fd00:1::1/64", "fixed-cidr": "172.19.5.0/24", "fixed-cidr-v6": "fd00:1::/80",
             "mtu": 1400, "default-gateway": "172.19.0.9", "default-gateway-v6": "fd00:1::9", "dns": ["192.0.2.53"],
             "dns-search": ["example.com"], "dns-opts": ["ndots:1"], "icc": false, "ip-masq": false, "ip": "192.0.2.1",
             "ipv6": true, "default-address-pools": [{"base": "10.10.0.0/16", "size": 24}], "debug": true,
             "log-driver": "json-file"}
            """
        let settings = try settings(text)
        #expect(settings.bip?.description == "172.19.0.1/16" && settings.bip6?.description == "fd00:1::1/64")
        #expect(settings.fixedCIDR?.description == "172.19.5.0/24" && settings.mtu == 1400)
        #expect(settings.defaultGateway?.description == "172.19.0.9" && settings.dns == ["192.0.2.53"])
        #expect(settings.icc == false && settings.ipMasquerade == false && settings.ipv6 == true)
        #expect(settings.pools.map(\.base.description) == ["10.10.0.0/16"])
        #expect(settings.subnetPools.of(.v4).pools == settings.pools, "they replace minirun's own")
        let members = settings.members.compactMap { key, value in value.map { JSONValue.Member(key, $0) } }
        #expect(try NetworkSettings(json: .object(members)) == settings)
        #expect(try self.settings("{\"bridge\": \"\", \"mtu\": 0, \"bip\": \"\"}") == NetworkSettings())
        #expect(try self.settings("{\"bridge\": \"none\"}").hasDefaultNetwork == false)
    }

    @Test(
        "that contradict each other or are misspelt are refused",
        arguments: [
            (
                "{\"bridge\": \"br0\", \"bip\": \"10.0.0.1/24\"}",
                "You specified -b & --bip, mutually exclusive options. Please specify only one"
            ),
            (
                "{\"bip\": \"172.19.0.0/16\"}",
                "invalid bip 172.19.0.0/16: it is the address of a network, not of the bridge in it: did you mean 172.19.0.1/16"
            ),
            (
                "{\"bip6\": \"fd00:1::/64\"}",
                "invalid bip6 fd00:1::/64: it is the address of a network, not of the bridge in it: did you mean fd00:1::1/64"
            ),
            ("{\"bip\": \"fd00::1/64\"}", "invalid bip fd00::1/64: it is no IPv4 address"),
            ("{\"bip\": \"10.0.0.1/32\"}", "invalid bip 10.0.0.1/32: there is no room for containers in it"),
            (
                "{\"bip\": \"10.0.0.1/24\", \"fixed-cidr\": \"10.0.1.0/25\"}",
                "invalid fixed-cidr 10.0.1.0/25: parent subnet 10.0.0.0/24 doesn't contain it"
            ),
            (
                "{\"bip\": \"10.0.0.1/24\", \"fixed-cidr\": \"10.0.0.0/16\"}",
                "invalid fixed-cidr 10.0.0.0/16: parent subnet 10.0.0.0/24 doesn't contain it"
            ),
            ("{\"fixed-cidr\": \"10.0.1.1/25\"}", "invalid fixed-cidr 10.0.1.1/25: it should be 10.0.1.0/25"),
            (
                "{\"bip\": \"10.0.0.1/24\", \"default-gateway\": \"10.0.1.9\"}",
                "invalid gateway 10.0.1.9: parent subnet 10.0.0.0/24 doesn't contain this address"
            ),
            ("{\"mtu\": 10}", "invalid MTU number: 10"),
            ("{\"mtu\": 1000, \"ipv6\": true}", "invalid MTU number: 1000: IPv6 needs 1280 at least (RFC 8200)"),
            ("{\"ipv6\": false, \"bip6\": \"fd00::1/64\"}", "bip6 goes with ipv6, which is switched off"),
            ("{\"dns\": [\"nowhere\"]}", "IP address is not correctly formatted: nowhere"),
            ("{\"bpi\": \"10.0.0.1/24\"}", "unknown key \"bpi\" (did you mean \"bip\"?)"),
            ("{\"fixed-cidrs\": \"10.0.0.1/24\"}", "unknown key \"fixed-cidrs\" (did you mean \"fixed-cidr\"?)"),
            ("{\"qwertz\": 1}", "unknown key \"qwertz\""),
            ("{\"bip\": \"10.0.0.1\"}", "bip is no IPPrefix: \"10.0.0.1\""), ("{\"mtu\": \"big\"}", "mtu is no number"),
            (
                "{\"default-address-pools\": [{\"base\": \"10.0.0.0/16\", \"size\": 8}]}",
                "default-address-pools[0].size is no length of a part of 10.0.0.0/16"
            ), ("[]", "it is no object"),
        ])
    func refused(text: String, expected: String) {
        let error = #expect(throws: (any Error).self) { try settings(text) }
        #expect(error.map { "\($0)" } == expected)
    }

    @Test("are named by file and key, missing is fine, and writing leaves what is not minirun's")
    func file() throws {
        let file = FilePath("/tmp/minirun-test-\(UInt64.random(in: 0...UInt64.max)).json")
        defer { try? Files.removeTree(file) }
        #expect(try NetworkSettings.read(file) == NetworkSettings())
        try Files.write("{\"debug\": true, \"bip\": \"10.0.0.1/24\", \"hosts\": [\"x\"]}", to: file)
        var settings = try NetworkSettings.read(file)
        settings.bip = nil
        settings.mtu = 1400
        try settings.write(to: file)
        let written = try JSONValue(parsing: Files.text(file))
        #expect(written == ["debug": true, "hosts": ["x"], "mtu": 1400])
        try Files.write("{\"bip\": 5}", to: file)
        let error = #expect(throws: (any Error).self) { try NetworkSettings.read(file) }
        #expect(error.map { "\($0)" } == "\(file): bip is no text")
        try Files.write("{", to: file)
        #expect(throws: (any Error).self) { try NetworkSettings.read(file) }
    }

    @Test("are set by words, and taken back by an empty one")
    func words() throws {
        var settings = NetworkSettings()
        for (key, word) in [
            ("bip", "10.0.0.1/24"), ("mtu", "1400"), ("icc", "false"),
            ("default-address-pools", "base=10.9.0.0/16,size=20"),
            ("dns", "192.0.2.53"), ("bridge", "br0"),
        ] { try settings.set(key, [word]) }
        #expect(settings.bip?.description == "10.0.0.1/24" && settings.mtu == 1400 && settings.icc == false)
        #expect(settings.pools.first?.size == 20 && settings.bridge == "br0")
        for key in ["bip", "mtu", "icc", "default-address-pools", "dns", "bridge"] { try settings.set(key, [""]) }
        #expect(settings == NetworkSettings())
        try settings.set("mtu", ["auto"])
        #expect(settings.mtu == nil)
        for (key, word) in [
            ("bip", "x"), ("mtu", "x"), ("icc", "maybe"), ("default-address-pools", "10.0.0.0/8"), ("ip", "x"),
        ] {
            #expect(throws: (any Error).self, "\(key)") { try settings.set(key, [word]) }
        }
    }

    @Test("make the default network a record like any other")
    func record() throws {
        var settings = NetworkSettings()
        settings.icc = false
        settings.mtu = 1400
        settings.fixedCIDR = IPPrefix("172.19.5.0/24")
        settings.defaultGateway = IPAddress("172.19.0.9")
        let bridge = try #require(IPPrefix("172.19.0.1/16"))
        let record = DefaultNetwork.record(settings, bridge: "minirun0", subnets: [bridge])
        let options = try BridgeOptions(record)
        #expect(record.bridgeName == "minirun0" && record.isPredefined && record.leaseName == "bridge")
        #expect(!options.interContainer && options.masquerades && options.mtu == 1400 && options.hostBinding == nil)
        #expect(record.subnets.first?.gatewayPrefix == bridge && record.subnets.first?.range == settings.fixedCIDR)
        #expect(record.subnets.first?.nextHop == settings.defaultGateway)
        #expect(record.id == DefaultNetwork.record(settings, bridge: "x", subnets: []).id && record.id.count == 64)
        #expect(Set(["bridge", "host", "none"].map(PredefinedNetwork.id)).count == 3)
    }
}
