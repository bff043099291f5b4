import NetSetup
import Testing

@Suite struct ForeignFirewallTests {
    @Test func chainThatDropsByPolicyIsFoundAndItsLineHelps() throws {
        let network = try PrivateNetwork.host()
        try EnsureFirewall(hasIPv6: true).apply(on: network.stage())
        try network.shell(
            """
            nft add table ip filter
            nft 'add chain ip filter FORWARD { type filter hook forward priority 0; policy accept; }'
            nft 'add chain ip filter INPUT { type filter hook input priority 0; policy drop; }'
            """)
        let socket = try network.socket(.netfilter)
        #expect(try ForeignFirewall.findings(by: socket) == [])
        try network.shell("nft 'chain ip filter FORWARD { policy drop; }'")
        let finding = try #require(try ForeignFirewall.findings(by: socket).first)
        #expect(finding.description == "chain FORWARD of table ip filter")
        let sentence = finding.sentence(bridge: "minirun0")
        let lines = try #require(sentence.split(separator: "let them through: ").last)
        try network.shell(String(lines))
        #expect(try network.shell("nft list chain ip filter FORWARD").contains("oifname \"minirun0\" accept"))
    }
}
