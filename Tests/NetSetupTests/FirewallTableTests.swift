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

    @Test func everyRuleSaysWhyItIsThere() {
        let lines = FirewallTable.text.split(separator: "\n").map { $0.trimmingPrefix { $0 == "\t" } }
        let rules = lines.filter { line in
            !line.hasSuffix("{") && !line.hasPrefix("type ") && !line.hasPrefix("comment ") && line != "}"
        }
        #expect(rules.count > 40)
        #expect(rules.filter { !$0.contains(" comment \"") } == [])
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
        try expectAlike({ try made.shell(look) }, { try written.shell(look) })
        #expect(try made.shell(look).contains("169.254.77.128/25 dev minirun-lo1"))
    }

    @Test func secondStartFindsEverythingThere() throws {
        let network = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: network.stage())
        // Whether a link has a carrier comes about by itself.
        let look = "nft -a list ruleset; ip -d link | sed 's/<[^>]*>//;s/state [A-Z]*//'"
        let first = try network.shell(look)
        try EnsureFirewall(hasIPv6: true).apply(on: network.stage())
        #expect(try network.shell(look) == first)
    }

    @Test func rulesAreKnownByWhatTheySayHoweverTheyCame() throws {
        let network = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: network.stage())
        let netfilter = try network.socket(.netfilter)
        func added() throws -> [AddedRule] {
            guard case .extended(let rules) = try EnsureFirewall.condition(netfilter) else { return [] }
            return rules
        }
        #expect(try EnsureFirewall.condition(netfilter) == .whole)
        try network.shell("nft insert rule inet minirun forward accept comment '\"quick fix\"'")
        #expect(try added().map(\.comment) == ["quick fix"])
        // Saved and loaded again, rules have other numbers.
        try network.shell("text=$(nft list ruleset); nft flush ruleset; nft -f - <<<\"$text\"")
        #expect(try added().map(\.comment) == ["quick fix"])
        for rule in try added() { try RemoveAddedRule(rule).apply(on: network.stage()) }
        #expect(try EnsureFirewall.condition(netfilter) == .whole)
        try network.shell("text=$(nft list ruleset); nft flush table inet minirun; nft -f - <<<\"$text\"")
        #expect(try EnsureFirewall.condition(netfilter) == .whole)
        #expect(try EnsureFirewall.removeFlushed(netfilter) == false)

        try network.shell(
            "nft flush chain inet minirun forward; for i in {1..40}; do nft add rule inet minirun forward accept; done")
        guard case .damaged(_, let rules) = try EnsureFirewall.condition(netfilter) else {
            Issue.record("rules of others make up for none of ours")
            return
        }
        #expect(rules < FirewallTable.ruleCount)
        #expect(try EnsureFirewall.removeDamaged(netfilter))
        #expect(try EnsureFirewall.condition(netfilter) == .missing)
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
            AdmitNetwork(NetworkPolicy(bridge: "mixed", gatewayMode4: .natUnprotected, gatewayMode6: .routed)),
            AdmitNetwork(NetworkPolicy(bridge: "friendly", trustedInterfaces: ["ens34", "ens35", "ens34"])),
            AdmitNetwork(NetworkPolicy(bridge: "alone", gatewayMode6: .isolated)),
        ]
        let made = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: made.stage())
        for step in steps { try step.apply(on: made.stage()) }
        let written = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: written.stage())
        for step in steps { try written.shell(step.explanation.shell.joined(separator: "\n")) }
        let expected = try written.shell("nft list ruleset")
        #expect(try made.shell("nft list ruleset") == expected)
        var members: [String: [String]] = [:]
        for set in Self.sets {
            let text = try made.shell("nft -j list set inet minirun \(set)")
            members[set] = ["open", "closed", "mixed", "friendly", "alone"].filter { text.contains("\"\($0)\"") }
        }
        #expect(
            members == [
                "networks": ["open", "closed", "mixed", "friendly", "alone"], "internal": ["closed", "alone"],
                "masked4": ["open", "mixed", "friendly", "alone"], "masked6": ["open", "friendly"], "open4": ["mixed"],
                "open6": [], "routed4": [], "routed6": ["mixed"], "within": ["open", "mixed", "friendly", "alone"],
                "trusted": ["friendly"],
            ])
    }

    private static let sets = [
        "networks", "internal", "masked4", "masked6", "open4", "open6", "routed4", "routed6", "within", "trusted",
    ]

    @Test func withdrawnNetworkLeavesNothing() throws {
        let network = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: network.stage())
        try AdmitNetwork(bridge: "other").apply(on: network.stage())
        let clean = try network.shell("nft list ruleset")
        let step = AdmitNetwork(
            NetworkPolicy(
                bridge: "b", gatewayMode4: .natUnprotected, gatewayMode6: .routed, trustedInterfaces: ["ens34"]))
        let netfilter = try network.socket(.netfilter)
        try step.apply(on: network.stage())
        #expect(try network.shell("nft list ruleset").contains("\"b\""))
        // Somebody was quicker with one of them.
        try network.shell("nft delete element inet minirun trusted '{ ens34 . b }'")
        try step.withdraw(by: netfilter)
        #expect(try network.shell("nft list ruleset") == clean)
        try step.withdraw(by: netfilter)
        try network.shell("nft delete table inet minirun")
        try step.withdraw(by: netfilter)
    }

    @Test func changedPolicyTakesThePlaceOfTheOldOne() throws {
        let old = NetworkPolicy(bridge: "b", gatewayMode4: .natUnprotected, trustedInterfaces: ["ens34"])
        let new = NetworkPolicy(bridge: "b", interContainer: false, gatewayMode6: .routed, trustedInterfaces: ["ens35"])
        let changed = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: changed.stage())
        try AdmitNetwork(old).apply(on: changed.stage())
        try AdmitNetwork(new).replace(old, by: changed.socket(.netfilter))
        let fresh = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: fresh.stage())
        try AdmitNetwork(new).apply(on: fresh.stage())
        let expected = try fresh.shell("nft list ruleset")
        #expect(try changed.shell("nft list ruleset") == expected)
        // Twice is as good as once: what is to go is gone.
        try AdmitNetwork(new).replace(old, by: changed.socket(.netfilter))
        #expect(try changed.shell("nft list ruleset") == expected)
    }

    @Test(arguments: [
        "networks '{ b }'", "same '{ b . b }'", "within '{ b . b }'", "masked4 '{ b }'", "open4 '{ b }'",
        "routed6 '{ b }'", "trusted '{ ens34 . b }'", "direct6 '{ fd30::2 . tcp . 80 }'",
        "any4 '{ tcp . 8080 }'",
    ])
    func missingElementIsNoticed(_ element: String) throws {
        let network = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: network.stage())
        let steps: [any FirewallStep] = [
            AdmitNetwork(
                NetworkPolicy(
                    bridge: "b", gatewayMode4: .natUnprotected, gatewayMode6: .routed, trustedInterfaces: ["ens34"])),
            PublishPorts(
                [
                    Publication(
                        hostAddress: nil, hostPort: 8080, container: ContainerPort(80),
                        guardAddress4: IPAddress("169.254.77.1"), guardAddress6: IPAddress("fd6d:696e:69::1"))
                ], to: IPAddress("172.30.0.2"), IPAddress("fd30::2"), modes: (v4: .nat, v6: .routed)),
        ]
        for step in steps { try step.apply(on: network.stage()) }
        let netfilter = try network.socket(.netfilter)
        #expect(try steps.allSatisfy { try $0.isInForce(by: netfilter) })
        try network.shell("nft delete element inet minirun \(element)")
        #expect(try !steps.allSatisfy { try $0.isInForce(by: netfilter) })
    }
}
