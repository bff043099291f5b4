import Testing

@testable import NetSetup

/// What other firewalls do to packets for a published port, as far as their rules say it beforehand.
@Suite struct ForeignObstacleTests {
    /// To 8080 of 192.168.66.11, which leads to port 80 of 10.1.0.2 on the bridge br-web.
    private func words(_ script: String, by input: String = "ens33") throws -> String {
        let network = try PrivateNetwork.host()
        try network.shell(script)
        let ruleset = try ForeignRuleset(by: network.socket(.netfilter), detail: true)
        let arrival = ForeignRuleset.Arrival(
            .tcp, by: input, to: IPAddress(v4: 0xc0a8_420b), 8080, for: IPAddress(v4: 0x0a01_0002), 80, over: "br-web")
        guard let obstacle = ruleset.obstacle(to: arrival) else { return "none" }
        let may = obstacle.isCertain ? "" : "may "
        return switch obstacle.effect {
        case .drops: "\(may)drop: \(obstacle.chain.name)"
        case .redirects(let port): "\(may)redirect \(port): \(obstacle.chain.name)"
        case .dropsUnknown: "\(may)drop by policy: \(obstacle.chain.name)"
        }
    }

    @Test(
        arguments: [
            ("-A FORWARD -p tcp --dport 80 -j DROP", "drop: FORWARD"),
            ("-A FORWARD -p tcp --dport 80 -j REJECT", "drop: FORWARD"),
            ("-A FORWARD -p tcp -m multiport --dports 22,79:81 -j DROP", "drop: FORWARD"),
            ("-A FORWARD -i ens33 -o br-+ -d 10.1.0.0/24 -j DROP", "drop: FORWARD"),
            ("-t mangle -A POSTROUTING -p tcp --dport 80:90 -j DROP", "drop: POSTROUTING"),
            // Before our translation the packet is for the host's port, after it for the container's.
            ("-t raw -A PREROUTING -p tcp --dport 8080 -j DROP", "drop: PREROUTING"),
            ("-t raw -A PREROUTING -p tcp --dport 80 -j DROP", "none"),
            ("-A FORWARD -p tcp --dport 8080 -j DROP", "none"),
            // What is not such a packet.
            ("-A FORWARD -p udp --dport 80 -j DROP", "none"), ("-A FORWARD -i ens34 -j DROP", "none"),
            ("-A FORWARD -p tcp ! --dport 80 -j DROP", "none"), ("-A INPUT -p tcp --dport 80 -j DROP", "none"),
            ("-A FORWARD -p tcp -m multiport --dports 22,81 -j DROP", "none"),
            ("-A FORWARD -m conntrack --ctstate INVALID,ESTABLISHED -j DROP", "none"),
            ("-A FORWARD ! -d 10.1.0.2 -p tcp --dport 80 -j DROP", "none"),
            // What depends on who sends it, or on more than can be read.
            ("-A FORWARD -s 192.168.66.13 -p tcp --dport 80 -j DROP", "may drop: FORWARD"),
            ("-A FORWARD -p tcp --dport 80 -m mark --mark 1 -j DROP", "may drop: FORWARD"),
            ("-A FORWARD -p tcp --dport 81 -m mark --mark 1 -j DROP", "none"),
            // Of equal priority the younger translation is the first, and here is none of ours.
            ("-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to 10.9.0.2:80", "may redirect 8080: PREROUTING"),
            ("-t nat -A PREROUTING -p tcp --dport 80 -j DNAT --to 10.9.0.2:80", "none"),
            ("-P FORWARD DROP", "drop by policy: FORWARD"),
        ])
    func oneRuleOfIptables(rule: String, expected: String) throws {
        #expect(try words("iptables \(rule)") == expected)
    }

    @Test(
        arguments: [
            // Whoever has let it pass before is asked first, and of several hooks each.
            ("-A FORWARD -i ens33 -j ACCEPT; iptables -A FORWARD -p tcp --dport 80 -j DROP", "none"),
            (
                "-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT; iptables -A FORWARD -p tcp -j DROP",
                "drop: FORWARD"
            ),
            ("-A FORWARD -s 192.168.66.13 -j ACCEPT; iptables -A FORWARD -p tcp -j DROP", "may drop: FORWARD"),
            ("-A FORWARD -s 192.168.66.13 -j ACCEPT; iptables -P FORWARD DROP", "may drop by policy: FORWARD"),
            ("-A FORWARD -o br-web -j ACCEPT; iptables -P FORWARD DROP", "none"),
            ("-N MORE; iptables -A FORWARD -p tcp -j MORE; iptables -A MORE -p tcp --dport 80 -j DROP", "drop: MORE"),
            ("-N MORE; iptables -A FORWARD -p udp -j MORE; iptables -A MORE -j DROP", "none"),
            ("-N MORE; iptables -A MORE -j DROP", "none"),
            ("-t raw -A PREROUTING -m addrtype --dst-type LOCAL -p tcp -j DROP", "drop: PREROUTING"),
            ("-t raw -A PREROUTING -m addrtype ! --dst-type LOCAL -p tcp -j DROP", "none"),
            ("-A FORWARD -m addrtype --dst-type LOCAL -p tcp -j DROP", "none"),
            ("-A FORWARD -m addrtype --dst-type MULTICAST -p tcp -j DROP", "may drop: FORWARD"),
            (
                "-N MORE; iptables -A FORWARD -s 10.0.0.1 -g MORE; iptables -A FORWARD -i ens33 -j DROP",
                "may drop: FORWARD"
            ),
            (
                "-N MORE; iptables -A FORWARD -s 10.0.0.1 -j MORE; iptables -A MORE -j DROP; iptables -P FORWARD DROP",
                "drop by policy: FORWARD"
            ),
            (
                "-N MORE; iptables -A FORWARD -j MORE; iptables -A MORE -i ens33 -j RETURN; iptables -A MORE -j DROP",
                "none"
            ),
            (
                "-N MORE; iptables -A FORWARD -g MORE; iptables -A FORWARD -j DROP; iptables -A MORE -p udp -j DROP",
                "none"
            ),
        ])
    func severalRulesOfIptables(rules: String, expected: String) throws {
        #expect(try words("iptables \(rules)") == expected)
    }

    @Test(
        arguments: [
            ("forward priority 0", "tcp dport 80 drop", "drop: c"),
            ("forward priority 0", "tcp dport 80-90 reject", "drop: c"),
            ("forward priority 0", "tcp dport { 22, 80 } drop", "drop: c"),
            ("forward priority 0", "tcp dport { 22, 70-79, 81 } drop", "none"),
            ("forward priority 0", "tcp dport { 22, 70-80 } drop", "drop: c"),
            ("forward priority 0", "tcp dport != { 22, 80 } drop", "none"),
            ("forward priority 0", "iifname { ens33, ens34 } oifname \"br-*\" drop", "drop: c"),
            ("forward priority 0", "iifname . tcp dport { ens33 . 80 } drop", "may drop: c"),
            ("forward priority 0", "ct state new tcp dport 80 log drop", "drop: c"),
            ("forward priority 0", "ct state established drop", "none"),
            ("forward priority 0", "meta mark set 1 tcp dport 80 drop", "drop: c"),
            ("forward priority 0", "tcp dport 80 accept; drop", "none"),
            ("forward priority 0", "ip saddr { 192.168.66.13 } drop", "may drop: c"),
            ("forward priority 0", "ip6 saddr fd00::/8 drop", "none"),
            ("prerouting priority -150", "tcp dport 8080 drop", "drop: c"),
            ("prerouting priority -150", "fib daddr type local tcp dport 8080 drop", "drop: c"),
            ("prerouting priority -150", "fib daddr type != local tcp dport 8080 drop", "none"),
            ("prerouting priority -150", "fib saddr . iif oif missing drop", "may drop: c"),
            ("prerouting priority -90", "tcp dport 80 drop", "drop: c"),
            ("prerouting priority -90", "tcp dport 8080 drop", "none"),
        ])
    func rulesOfNft(hook: String, rule: String, expected: String) throws {
        #expect(
            try words("nft 'table inet t { chain c { type filter hook \(hook); \(rule); }; }'") == expected)
    }

    @Test func redirectionsOfNftComeBeforeOursOrDoNotCount() throws {
        func nat(_ priority: Int) -> String {
            "nft 'table ip t { chain c { type nat hook prerouting priority \(priority); tcp dport 8080 dnat to 10.9.0.2:80; }; }'"
        }
        #expect(try words(nat(-110)) == "redirect 8080: c")
        #expect(try words(nat(-90)) == "none")
        let ours = "nft add table inet minirun"
        #expect(try words("\(nat(-100)); \(ours)") == "may redirect 8080: c")
        #expect(try words("\(ours); \(nat(-100))") == "redirect 8080: c")
    }

    @Test func whatTheHostItselfSendsComesByTheLoopPair() throws {
        let rule = "iptables -A FORWARD -i minirun-lo1 -p tcp --dport 80 -j DROP"
        #expect(try words(rule, by: LoopPair.inward) == "drop: FORWARD")
        #expect(try words(rule) == "none")
        let sent = "iptables -t nat -A OUTPUT -d 192.168.66.11 -p tcp --dport 8080 -j DNAT --to 10.9.0.2:80"
        #expect(try words(sent, by: LoopPair.inward) == "may redirect 8080: OUTPUT")
        #expect(try words(sent) == "none")
    }
}
