import Namespaces
import Testing

@testable import MiniRun

@Suite("A snapshot of a lab's world")
struct LabSnapshotTests {
    private static let before = LabSnapshot(places: [
        .init(
            name: "host",
            items: [
                .init(kind: .link, name: "ens33", value: "card up mtu 1500"),
                .init(kind: .addr, name: "192.168.66.11/24", link: "ens33", value: ""),
                .init(kind: .route, name: "default", link: "ens33", value: "via 192.168.66.1"),
                .init(kind: .sysctl, name: "net.ipv4.ip_forward", value: "0"),
                .init(kind: .nft, name: "ip nat", value: "chain a {\ncounter drop\n}"),
            ]),
        .init(name: "ext", items: [.init(kind: .link, name: "lo", value: "card up mtu 65536")]),
    ])

    @Test("is the same when it has been written and read")
    func json() throws {
        let text = Self.before.json.compact
        #expect(try LabSnapshot(json: JSONValue(parsing: text)) == Self.before)
        #expect(Self.before.differences(from: Self.before).isEmpty)
    }

    @Test("tells what has come, gone and changed")
    func differences() {
        var now = Self.before
        now.places[0].items[0].value = "card down mtu 1500"
        now.places[0].items[3].value = "1"
        now.places[0].items[4].value = "chain a {\naccept\n}"
        now.places[0].items.remove(at: 2)
        now.places[0].items.append(.init(kind: .addr, name: "10.0.0.1/24", link: "br0", value: ""))
        now.places[1].name = "r1"
        #expect(
            now.differences(from: Self.before).map(\.english) == [
                "host: link ens33 is card down mtu 1500, was card up mtu 1500",
                "host: route default dev ens33 is gone (via 192.168.66.1)",
                "host: sysctl net.ipv4.ip_forward is 1, was 0",
                "host: nftables table ip nat is accept, was counter drop",
                "host: address 10.0.0.1/24 dev br0 is new",
                "the namespace ext is gone",
                "the namespace r1 is new",
            ])
    }

    /// What may differ, and how much of the above is then told.
    private static let exceptions: [(String, Bool)] = [
        ("link:ens33", true), ("link:ens*", true), ("link:br0", false), ("addr:192.168.66.11", true),
        ("addr:192.168.66.11/24", true), ("route:default", false), ("addr:10.*", false),
    ]

    @Test("leaves out what may differ", arguments: exceptions)
    func exception(text: String, covers: Bool) throws {
        var now = Self.before
        now.places[0].items.remove(at: 1)
        let exception = try LabException(text)
        #expect(now.differences(from: Self.before, except: [exception]).isEmpty == covers)
    }

    @Test("leaves out whole namespaces, and tables by their names alone")
    func moreExceptions() throws {
        var now = Self.before
        now.places[0].items.removeLast()
        now.places.removeLast()
        #expect(
            try now.differences(from: Self.before, except: [LabException("nft:nat"), LabException("ns:ext")]).isEmpty)
        #expect(try now.differences(from: Self.before, except: [LabException("nft:ip nat")]).count == 1)
    }

    @Test("reads tables of nftables the same, however their sets are listed")
    func rulesets() {
        func text(_ elements: String) -> String {
            """
            # Warning: table ip nat is managed by iptables-nft, do not touch!
            table ip nat {
            \tset peers {
            \t\ttype ipv4_addr
            \t\telements = { \(elements) }
            \t}

            \tchain POSTROUTING {
            \t\ttype nat hook postrouting priority 100; policy accept;
            \t\tmasquerade
            \t}
            }
            table inet minirun {
            }
            table ip left {
            \tchain over {
            \t\ttype filter hook forward priority 0; policy accept;
            \t}
            }
            table ip shut {
            \tchain all {
            \t\ttype filter hook forward priority 0; policy drop;
            \t}
            }

            """
        }
        let one = NftRuleset.tables(parsing: text("10.0.0.1 timeout 1m expires 30s,\n\t\t\t     10.0.0.2"))
        let other = NftRuleset.tables(parsing: text("10.0.0.2, 10.0.0.1 timeout 1m expires 29s"))
        // Tables that let everything pass say nothing.
        #expect(one.map(\.name) == ["ip nat", "ip shut"])
        #expect(one[0].text.contains("masquerade"))
        #expect(one == other)
        #expect(one != NftRuleset.tables(parsing: text("10.0.0.2")))
    }
}
