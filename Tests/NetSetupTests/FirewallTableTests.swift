import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

@Suite struct FirewallTableTests {
    @Test func tableMadeByNetlinkReadsLikeTheText() throws {
        let made = try PrivateNetwork.host()
        let stage = try made.stage()
        try EnsureFirewall(hasIPv6: true).apply(on: stage)
        let written = try PrivateNetwork.host()
        try written.shell("nft -f - <<'EOF'\n\(FirewallTable.text)\nEOF")
        let list = "nft list table inet minirun"
        let expected = try written.shell(list)
        #expect(expected.contains("a living supervisor holds this port"))
        #expect(try made.shell(list) == expected)
    }

    @Test func explanationMakesTheSameHost() throws {
        let made = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: made.stage())
        let written = try PrivateNetwork.host()
        try written.shell(EnsureFirewall(hasIPv6: true).explanation.shell.joined(separator: "\n"))
        let look = """
            ip -d link show | grep -v '^ *link/' | sed 's/^[0-9]*: //'; ip address; ip route; ip -6 route; ip -6 route show table local
            cat /proc/sys/net/ipv4/conf/minirun-lo*/route_localnet; nft list ruleset
            """
        let expected = try written.shell(look)
        #expect(expected.contains("169.254.77.128/25 dev minirun-lo1"))
        #expect(try made.shell(look) == expected)
    }

    @Test func secondStartFindsEverythingThere() throws {
        let network = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: network.stage())
        let first = try network.shell("nft -a list ruleset; ip -d link")
        try EnsureFirewall(hasIPv6: true).apply(on: network.stage())
        #expect(try network.shell("nft -a list ruleset; ip -d link") == first)
    }

    @Test func failedSetUpTakesAwayWhatItMadeUnlessAnotherNetworkUsesIt() throws {
        let network = try PrivateNetwork.host()
        let clean = try network.shell("nft list ruleset; ip -o link | wc -l")
        let stage = try network.stage()
        try EnsureFirewall(hasIPv6: true).apply(on: stage)
        try AdmitNetwork(bridge: "b").apply(on: stage)
        #expect(try network.shell("nft list ruleset").contains("\"b\""))
        #expect(stage.undo.unwind() == [])
        let left = try network.shell("nft list ruleset; ip -o link | wc -l")
        #expect(left == clean)

        let failing = try network.stage()
        try EnsureFirewall(hasIPv6: true).apply(on: failing)
        let other = try network.stage()
        try AdmitNetwork(bridge: "other").apply(on: other)
        #expect(failing.undo.unwind() == [])
        #expect(try network.shell("nft list ruleset").contains("\"other\""))
    }

    @Test func admittedNetworkIsInTheSetsThatItsOptionsName() throws {
        let steps = [
            AdmitNetwork(bridge: "open"),
            AdmitNetwork(bridge: "closed", isInternal: true, masquerades: false, interContainer: false),
        ]
        let made = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: made.stage())
        for step in steps { try step.apply(on: made.stage()) }
        let written = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: written.stage())
        for step in steps { try written.shell(step.explanation.shell.joined(separator: "\n")) }
        let expected = try written.shell("nft list ruleset")
        #expect(expected.contains("elements = { \"open\" . \"open\" }"))
        #expect(expected.contains("elements = { \"closed\" }"))
        #expect(try made.shell("nft list ruleset") == expected)
    }
}
