import NetSetup
import Testing

@testable import MiniRun

@Suite("The list of networks")
struct NetworkTableTests {
    private static let networks = [
        NetworkRecord(
            id: String(repeating: "0123456789abcdef", count: 4), name: "net10",
            created: Timestamp(seconds: 1_700_000_000, nanoseconds: 120_000_000),
            subnets: [IPPrefix("10.1.0.0/16").map { NetworkSubnet($0) }].compactMap(\.self), isInternal: true,
            labels: ["com.example.tier": "db", "a": "b"]),
        NetworkRecord(
            id: String(repeating: "f", count: 64), name: "none", created: Timestamp(seconds: 0), driver: .null),
    ]

    @Test(
        "is Docker's, letter by letter",
        arguments: [
            (
                nil,
                """
                NETWORK ID     NAME      DRIVER    SCOPE
                0123456789ab   net10     bridge    local
                ffffffffffff   none      null      local

                """
            ), ("{{.Name}} {{.IPv4}} {{.IPv6}} {{.Internal}}", "net10 true false true\nnone true false false\n"),
            ("{{.Labels}}|{{.Label \"a\"}}", "a=b,com.example.tier=db|b\n|\n"),
            (
                "table {{.Name}}\\t{{.Internal}}\\t{{.Label \"com.example.tier\"}}",
                "NAME      INTERNAL   tier\nnet10     true       db\nnone      false      \n"
            ),
        ] as [(String?, String)])
    func text(format: String?, expected: String) throws {
        #expect(try NetworkTable.listing.text(Self.networks, ListingOptions(format: format)) == expected)
    }

    @Test("as JSON has the fields in Docker's order; -q and --no-trunc do what they say")
    func fields() throws {
        let json = try NetworkTable.listing.text(Self.networks, ListingOptions(format: "json"))
        let first = String(json.split(separator: "\n")[0])
        let keys = ["CreatedAt", "Driver", "ID", "IPv4", "IPv6", "Internal", "Labels", "Name", "Scope"]
        var rest = first[...]
        for key in keys {
            let place = try #require(rest.firstRange(of: "\"\(key)\":\""), "\(key) in \(first)")
            rest = rest[place.upperBound...]
        }
        #expect(
            try NetworkTable.listing.text(Self.networks, ListingOptions(quiet: true, isShortened: false))
                == Self.networks.map { $0.id + "\n" }.joined())
        let created = try NetworkTable.listing.text(Self.networks, ListingOptions(format: "{{.CreatedAt}}"))
        #expect(created.contains(":20.12 "), "\(created)")
        let error = #expect(throws: (any Error).self) {
            try NetworkTable.listing.text(Self.networks, ListingOptions(format: "{{.Foo}}"))
        }
        #expect(error.map { "\($0)".contains("*network.networkContext") } == true)
    }

    @Test(
        "is filtered",
        arguments: [
            ([], ["net10", "none"]), (["driver=null"], ["none"]),
            (["driver=null", "driver=bridge"], ["net10", "none"]),
            (["name=net"], ["net10"]), (["name=^ne"], ["net10"]), (["name=n"], ["net10", "none"]),
            (["id=0123"], ["net10"]), (["label=a"], ["net10"]), (["label=a=c"], []),
            (["scope=local"], ["net10", "none"]),
            (["scope=swarm"], []), (["type=custom"], ["net10"]), (["type=builtin"], ["none"]),
            (["type=custom", "driver=null"], []),
        ] as [([String], [String])])
    func filters(words: [String], expected: [String]) throws {
        let filter = try NetworkFilter(words)
        #expect(Self.networks.filter(filter.includes).map(\.name) == expected)
    }

    @Test(
        "refuses filters that are none",
        arguments: [
            ("type=foo", "invalid filter: 'type'='foo'"), ("foo=bar", "invalid filter 'foo'"),
            ("dangling=maybe", "invalid filter 'dangling=[maybe]'"),
            ("foo", "invalid argument \"foo\" for \"-f, --filter\" flag: bad format of filter (expected name=value)"),
        ])
    func bad(word: String, expected: String) {
        let error = #expect(throws: (any Error).self) { try NetworkFilter([word]) }
        #expect(error.map { "\($0)" } == expected)
    }

    @Test("of settings to put back is read from the files' names")
    func settings() {
        for setting in [HostSetting.forwarding4, .forwarding6, .advertisements("eth0"), .advertisements("eth0.100")] {
            #expect(HostSetting(fileName: setting.fileName) == setting)
        }
        for name in ["lock", "names", "net.ipv4.tcp_syncookies", "net.ipv6.conf..accept_ra", "net.ipv6.conf.accept_ra"]
        {
            #expect(HostSetting(fileName: name) == nil, "\(name)")
        }
    }
}
