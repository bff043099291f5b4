import Namespaces
import Testing

@testable import MiniRun

@Suite("The checks of a lab, as a teacher writes them")
struct LabCheckParsingTests {
    /// A check of each kind, with every member that it can have.
    static let whole = [
        #"{"check": "netns", "ns": "r1", "exists": false}"#,
        #"{"check": "ns_equal", "a": "web", "b": "host", "types": ["net", "uts"]}"#,
        #"{"check": "ns_differ", "a": "web", "b": "host", "types": ["user"]}"#,
        #"{"check": "link", "ns": "r1", "name": "eth*", "exists": true, "kind": "veth", "up": true, "carrier": true, "master": "", "mtu": 1450, "peer_ns": "host", "parent": "ens33"}"#,
        #"{"check": "addr", "ns": "r1", "link": "eth0", "address": "10.0.0.11/24", "exists": true}"#,
        #"{"check": "route", "ns": "r1", "to": "default", "via": "10.0.0.1", "dev": "eth0", "exists": true}"#,
        #"{"check": "neigh", "ns": "r1", "address": "10.0.0.1", "mac": "02:00:00:00:00:01", "not_mac_of": {"ns": "host", "link": "ens33"}, "exists": true}"#,
        #"{"check": "fdb", "ns": "host", "link": "vx0", "mac": "02:00:00:00:00:01", "dst": "172.31.0.2", "exists": true}"#,
        #"{"check": "sysctl", "ns": "r1", "key": "net.ipv4.ip_forward", "value": 1}"#,
        #"{"check": "ping", "from": "r1", "to": "10.0.0.1", "size": 1472, "df": true, "expect": "ok", "count": 20, "loss": 40}"#,
        #"{"check": "tcp", "from": "ext", "to": "192.168.66.11:8080", "expect": "ok", "seen_as": "192.168.66.50", "server": "web", "reply": "hello.*"}"#,
        #"{"check": "udp", "from": "ext", "to": "[fd00:66::11]:53", "expect": "refused"}"#,
        #"{"check": "dns", "from": "web", "name": "db", "type": "A", "expect": ["10.0.0.3", "10.0.0.4"], "server": "10.0.0.53"}"#,
        #"{"check": "listen", "ns": "host", "proto": "udp", "port": 53, "address": "127.0.0.1", "exists": true}"#,
        #"{"check": "nat", "from": "ext", "to": "192.168.66.11:8080", "proto": "tcp", "destination": "10.0.0.11:80", "source": "unchanged"}"#,
        #"{"check": "captured", "ns": "ext", "link": "eth0", "during": {"tcp": {"from": "r1", "to": "192.168.66.50:80"}}, "proto": "tcp", "src": "10.0.0.11", "dst": "192.168.66.50", "port": 80, "count": {"min": 1, "max": 9}}"#,
        #"{"check": "matrix", "nodes": ["a", "b", "c"], "proto": "icmp", "groups": [["a", "b"]]}"#,
        #"{"check": "matrix", "nodes": ["a", "b"], "reaches": [["a", "b"]]}"#,
        #"{"check": "uidmap", "container": "web", "inside": 0, "outside": {"not": 0}}"#,
        #"{"check": "published", "container": "web", "port": "80/tcp", "host": ["192.168.66.11:8080", "127.0.0.1:*"]}"#,
        #"{"check": "record", "of": "web", "path": "{{.State.Status}}", "equals": "running"}"#,
        #"{"check": "file", "path": "/etc/hosts", "exists": true, "matches": "web", "owner": 0, "container": "web"}"#,
        #"{"check": "clean"}"#,
        #"{"check": "reply_spread", "from": "ext", "to": "web:80", "requests": 100, "distinct": {"min": 10}, "each": {"min": 9, "max": 11}}"#,
        #"{"check": "unchanged", "except": ["link:br0", "nft:nat", "ns:r1"]}"#,
    ]

    /// What was slipped, and what is said about it.
    static let slips: [(String, String)] = [
        (#"{"check": "pinge"}"#, #"check is no kind of check: "pinge""#),
        (#"{"ns": "r1"}"#, "check is missing"),
        (#"{"check": "netns", "name": "r1"}"#, "name is not known here"),
        (#"{"check": "netns"}"#, "ns is missing"),
        (#"{"check": "ns_equal", "a": "x", "b": "y", "types": ["nett"]}"#, "types[0] is none of uts"),
        (#"{"check": "ns_equal", "a": "x", "b": "y", "types": []}"#, "types is empty"),
        (#"{"check": "ns_differ", "a": "x", "b": "y"}"#, "types is missing"),
        (#"{"check": "link", "ns": "r1", "name": "eth0", "up": "yes"}"#, "up is neither true nor false"),
        (#"{"check": "addr", "ns": "r1", "address": "10.0.0.300"}"#, #"address is no address: "10.0.0.300""#),
        (#"{"check": "route", "ns": "r1", "to": "everywhere"}"#, #"to is neither "default" nor a prefix"#),
        (
            #"{"check": "neigh", "ns": "r1", "address": "10.0.0.1", "not_mac_of": {"ns": "r1"}}"#,
            "not_mac_of.link is missing"
        ),
        (#"{"check": "fdb", "ns": "r1", "link": "br0", "mac": "02:00"}"#, "mac is no MACAddress"),
        (#"{"check": "sysctl", "ns": "r1", "key": "kernel.hostname", "value": "x"}"#, "key is no setting of a network"),
        (#"{"check": "sysctl", "key": "net.ipv4.ip_forward", "value": [1]}"#, "value is neither a text nor a number"),
        (#"{"check": "ping", "from": "r1", "to": "10.0.0.1", "expect": "refused"}"#, "expect is none of ok, fail"),
        (#"{"check": "ping", "from": "r1", "to": "10.0.0.1", "count": 0}"#, "count is not from 1 to 1000"),
        (#"{"check": "tcp", "from": "r1", "to": "10.0.0.1"}"#, "to is no address with a port"),
        (#"{"check": "tcp", "from": "r1", "to": "10.0.0.1:80", "seen_as": "10.0.0.2"}"#, "server is missing"),
        (
            #"{"check": "tcp", "from": "r1", "to": "10.0.0.1:80", "expect": "fail", "reply": "x"}"#,
            "expect goes together"
        ),
        (#"{"check": "tcp", "from": "r1", "to": "10.0.0.1:80", "reply": "("}"#, "reply is no regular expression"),
        (#"{"check": "udp", "from": "r1", "to": ":80"}"#, "to is no address with a port"),
        (
            #"{"check": "dns", "from": "r1", "name": "db", "expect": "nxdomain"}"#,
            "expect is no address and none of NXDOMAIN"
        ),
        (#"{"check": "listen", "ns": "r1", "port": 70000}"#, "port is no whole number from 0 to 65535"),
        (#"{"check": "nat", "from": "r1", "to": "10.0.0.1:80"}"#, "it needs destination or source"),
        (#"{"check": "nat", "from": "r1", "to": "10.0.0.1:80", "source": "same"}"#, "source is no address with a port"),
        (
            #"{"check": "captured", "ns": "r1", "link": "eth0", "during": {"icmp": {}}}"#,
            "during.icmp is not known here"
        ),
        (
            #"{"check": "captured", "ns": "r1", "link": "eth0", "during": {"tcp": {"from": "a", "to": "b"}}}"#,
            "during.tcp.to is no address with a port"
        ),
        (
            #"{"check": "captured", "ns": "r1", "link": "eth0", "during": {"ping": {"from": "a", "to": "b"}}, "count": {}}"#,
            "count has neither min nor max"
        ),
        (#"{"check": "matrix", "nodes": ["a", "b"], "groups": [["a", "c"]]}"#, #"groups[0][1] is no node: "c""#),
        (#"{"check": "matrix", "nodes": ["a", "b"], "reaches": [["a"]]}"#, "reaches[0] is no pair"),
        (#"{"check": "matrix", "nodes": ["a", "b"]}"#, "it needs either groups or reaches"),
        (
            #"{"check": "uidmap", "container": "web", "inside": 0, "outside": {"no": 0}}"#,
            "outside.no is not known here"
        ),
        (#"{"check": "published", "container": "web", "port": "80/tpc", "host": []}"#, "port is no port"),
        (
            #"{"check": "published", "container": "web", "port": "80", "host": ["all:80"]}"#,
            "host[0] is no address with a port"
        ),
        (#"{"check": "record", "of": "web", "path": "{{.State", "equals": ""}"#, "path is no template"),
        (#"{"check": "record", "of": "web", "path": "{{.State}}"}"#, "it needs either equals or matches"),
        (#"{"check": "file", "path": "etc/hosts"}"#, "path does not begin with /"),
        (#"{"check": "clean", "all": true}"#, "all is not known here"),
        (#"{"check": "reply_spread", "from": "a", "to": "b:1", "requests": 5}"#, "distinct is missing"),
        (#"{"check": "unchanged", "except": ["bridge:br0"]}"#, "except[0] is none of link:"),
    ]

    @Test("are read whole", arguments: whole)
    func everyKind(text: String) throws {
        let check = try LabChecks.parse(JSONValue(parsing: text))
        #expect(text.contains("\"\(type(of: check).kind)\""))
    }

    @Test("have a reader for each kind, and this test an example")
    func everyKindIsRead() {
        for kind in LabChecks.kinds {
            #expect(Self.whole.contains { $0.contains(#"{"check": "\#(kind.kind)""#) }, "\(kind.kind)")
        }
        #expect(Set(LabChecks.kinds.map { $0.kind }).count == LabChecks.kinds.count)
    }

    @Test("are refused with the place of a slip", arguments: slips)
    func slip(text: String, sentence: String) throws {
        let json = try JSONValue(parsing: text)
        let error = try #require(throws: JSONError.self) { try LabChecks.parse(json) }
        #expect("\(error)".contains(sentence), "\(error)")
    }

    @Test("may carry what belongs to the lab")
    func commonMembers() throws {
        _ = try LabChecks.parse([
            "id": "a", "step": "b", "check": "clean", "weight": 2, "because": ["en": "x", "zh": "y"],
        ])
    }

    @Test("say whom they do not find")
    func nobody() throws {
        let check = try LabChecks.parse(["check": "addr", "ns": "nobody-9", "address": "10.0.0.1"])
        let world = LabWorld(StatePaths(root: "/nonexistent", state: "/nonexistent"))
        let finding = LabChecks.look(at: world, [check])[0]
        #expect(!finding.isMet)
        #expect(finding.evidence.english == "there is no namespace or container called nobody-9")
    }

    @Test(
        "name several things by *",
        arguments: [
            ("eth0", "eth0", true), ("eth*", "eth12", true), ("*", "", true), ("v*.1", "veth1.1", true),
            ("v*.1", "v.2", false), ("a*a", "a", false), ("*b*", "abc", true), ("eth0", "eth01", false),
        ])
    func globs(pattern: String, text: String, matches: Bool) {
        #expect(LabGlob(pattern).matches(text) == matches)
    }
}
