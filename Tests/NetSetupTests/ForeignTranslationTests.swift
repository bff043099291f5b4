import Testing

@testable import NetSetup

/// Rules of others that translate addresses, as far as they can be read plainly.
@Suite struct ForeignTranslationTests {
    private func ruleset(_ script: String) throws -> ForeignRuleset {
        let network = try PrivateNetwork.host()
        try network.shell(script)
        return try ForeignRuleset(by: network.socket(.netfilter))
    }

    private func words(_ ruleset: ForeignRuleset) -> [String] {
        ruleset.redirections.map { redirection in
            let element = redirection.element
            let host = "\(element.hostAddress.map { "\($0)" } ?? "any")%\(redirection.interface ?? "any")"
            return "\(host) \(element.hostPort)/\(element.transport.rawValue) \(element.address) \(element.port) "
                + "\(redirection.chain.family) \(redirection.chain.name)"
        }
    }

    @Test func rulesOfDockerByIptablesAreRead() throws {
        let ruleset = try ruleset(
            """
            iptables -t nat -N DOCKER
            iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
            iptables -t nat -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
            iptables -t nat -A POSTROUTING -s 172.18.0.0/16 ! -o docker0 -j MASQUERADE
            iptables -t nat -A POSTROUTING -s 172.18.0.2/32 -d 172.18.0.2/32 -p tcp --dport 80 -j MASQUERADE
            iptables -t nat -A DOCKER -i docker0 -j RETURN
            iptables -t nat -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8081 -j DNAT --to-destination 172.18.0.2:80
            iptables -t nat -A DOCKER -d 127.0.0.1/32 ! -i docker0 -p udp --dport 53 -j DNAT --to-destination 172.18.0.3:5353
            ip6tables -t nat -A PREROUTING -p tcp --dport 443 -m comment --comment web -j DNAT --to-destination '[fd00::2]:8443'
            """)
        #expect(
            words(ruleset) == [
                "any%any 8081/tcp 172.18.0.2 80 ip DOCKER", "127.0.0.1%any 53/udp 172.18.0.3 5353 ip DOCKER",
                "any%any 443/tcp fd00::2 8443 ip6 PREROUTING",
            ])
        // The second masquerades nothing but a container's words to itself.
        #expect(ruleset.masquerades.map { "\($0.subnet) \($0.interface ?? "any")" } == ["172.18.0.0/16 any"])
    }

    @Test func rulesOfNftAreRead() throws {
        let ruleset = try ruleset(
            """
            nft -f - <<end
            table ip mine {
                chain in { type nat hook prerouting priority -100;
                    ip daddr 192.168.66.11 tcp dport 99 counter dnat to 10.9.0.2:80
                    iifname "ens33" udp dport 53 dnat to 10.9.0.2
                    iifname "ens*" sctp dport 5 dnat to 10.9.0.2:6
                }
            }
            table inet other {
                chain in { type nat hook prerouting priority -90; tcp dport 81 dnat ip6 to [fd00::2]:8080; }
                chain out { type nat hook postrouting priority 100;
                    ip saddr 10.9.0.0/20 oifname != "x" masquerade
                    ip6 saddr fd00:9::/64 masquerade
                    oifname "ens33" masquerade
                    meta nfproto ipv6 oifname "ens34" masquerade
                }
            }
            end
            """)
        #expect(
            words(ruleset) == [
                "192.168.66.11%any 99/tcp 10.9.0.2 80 ip in", "any%ens33 53/udp 10.9.0.2 53 ip in",
                "any%ens* 5/sctp 10.9.0.2 6 ip in", "any%any 81/tcp fd00::2 8080 inet in",
            ])
        #expect(
            ruleset.masquerades.map { "\($0.subnet) \($0.interface ?? "any")" } == [
                "10.9.0.0/20 any", "fd00:9::/64 any", "0.0.0.0/0 ens33", "::/0 ens34",
            ])
    }

    @Test func whatIsNotPlainIsLeftOut() throws {
        let ruleset = try ruleset(
            """
            iptables -t nat -A PREROUTING -p tcp --dport 80:90 -j DNAT --to-destination 10.9.0.2
            iptables -t nat -A PREROUTING -p tcp ! --dport 80 -j DNAT --to-destination 10.9.0.2:80
            iptables -t nat -A PREROUTING -p tcp -m multiport --dports 80,81 -j DNAT --to-destination 10.9.0.2:80
            iptables -t nat -A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.9.0.2-10.9.0.9
            iptables -t nat -A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.9.0.2:80-90
            iptables -t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 81
            iptables -t nat -A PREROUTING -p tcp -j DNAT --to-destination 10.9.0.2
            iptables -t nat -A PREROUTING -s 10.0.0.0/8 -p tcp --dport 80 -j DNAT --to-destination 10.9.0.2
            iptables -t nat -A PREROUTING -d 10.0.0.0/8 -p tcp --dport 80 -j DNAT --to-destination 10.9.0.2
            iptables -t nat -N LOOSE; iptables -t nat -A LOOSE -p tcp --dport 80 -j DNAT --to-destination 10.9.0.2
            iptables -t nat -A POSTROUTING -j MASQUERADE
            iptables -t nat -A POSTROUTING -s 10.0.0.0/8 -m mark --mark 1 -j MASQUERADE
            iptables -t nat -A POSTROUTING -s 10.0.0.0/8 -j SNAT --to-source 10.9.0.1
            nft add table ip x; nft 'add chain ip x in { type nat hook prerouting priority 0; }'
            nft 'add rule ip x in tcp dport { 80, 81 } dnat to 10.9.0.2'
            """)
        #expect(ruleset.rules.count > 12)
        #expect(words(ruleset) == [] && ruleset.masquerades == [])
    }

    @Test func maskIsAPrefixOrNothing() throws {
        #expect(IPPrefix(beginning: [172, 18], mask: nil, .v4)?.description == "172.18.0.0/16")
        #expect(IPPrefix(beginning: [10, 9, 0, 0], mask: [255, 255, 240, 0], .v4)?.description == "10.9.0.0/20")
        #expect(IPPrefix(beginning: [10, 0, 0, 1], mask: [255, 0, 0, 255], .v4) == nil)
    }
}
