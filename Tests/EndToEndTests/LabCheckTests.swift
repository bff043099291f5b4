import Testing

/// The checks of labs, each kind once met and once not, looked at on one host where the same was made by hand and by minirun.
@Suite("Checks of labs, on a host")
struct LabCheckTests {
    /// A check, and what is to be found.
    struct Case: Sendable {
        var json: String
        var isMet: Bool
        /// A part of the evidence.
        var evidence: String

        init(_ json: String, _ isMet: Bool, _ evidence: String) {
            (self.json, self.isMet, self.evidence) = (json, isMet, evidence)
        }
    }

    /// `r1` behind a bridge made by hand, masqueraded; `web` published by minirun; `shut` drops what comes to its port 9.
    private static let scene = """
        ip netns add r1
        ip link add br0 type bridge && ip address add 10.0.0.1/24 dev br0 && ip link set br0 up
        ip link add veth1 master br0 type veth peer name eth0 netns r1 && ip link set veth1 up
        ip -n r1 link set lo up && ip -n r1 address add 10.0.0.11/24 dev eth0 && ip -n r1 link set eth0 up
        ip -n r1 route add default via 10.0.0.1
        echo 1 >/proc/sys/net/ipv4/ip_forward
        nft -f - <<'END'
        table ip lab {
            chain out {
                type nat hook postrouting priority 100
                ip saddr 10.0.0.0/24 oifname "ens33" masquerade
            }
            chain in {
                type filter hook input priority 0
                tcp dport 9 drop
            }
        }
        END
        ip netns exec r1 socat UDP4-RECVFROM:7,fork,reuseaddr SYSTEM:'read word; echo $word' >/dev/null 2>&1 &
        until ip netns exec r1 ss -Hlun sport = 7 | grep -q 7; do sleep 0.02; done
        """

    private static let cases: [Case] = [
        .init(#"{"check": "netns", "ns": "r1"}"#, true, "/run/netns/r1 is a network namespace"),
        .init(#"{"check": "netns", "ns": "r9"}"#, false, "there is no /run/netns/r9"),
        .init(#"{"check": "netns", "ns": "r9", "exists": false}"#, true, "there is no /run/netns/r9"),
        .init(#"{"check": "ns_equal", "a": "host", "b": "host", "types": ["net", "pid"]}"#, true, "the same net, pid"),
        .init(#"{"check": "ns_equal", "a": "host", "b": "web", "types": ["net"]}"#, false, "their own net"),
        .init(#"{"check": "ns_differ", "a": "host", "b": "web", "types": ["net", "mnt"]}"#, true, "their own net, mnt"),
        .init(#"{"check": "ns_differ", "a": "host", "b": "r1", "types": ["uts"]}"#, false, "it has no uts"),
        .init(
            #"{"check": "link", "ns": "r1", "name": "eth0", "kind": "veth", "up": true, "peer_ns": "host"}"#, true,
            "eth0"),
        .init(#"{"check": "link", "ns": "host", "name": "veth*", "master": "br0"}"#, true, "veth1"),
        .init(#"{"check": "link", "ns": "r1", "name": "eth0", "mtu": 1400}"#, false, "eth0 in r1 has an MTU of 1500"),
        .init(#"{"check": "link", "ns": "r1", "name": "eth0", "peer_ns": "ext"}"#, false, "no other end in ext"),
        .init(#"{"check": "addr", "ns": "r1", "link": "eth0", "address": "10.0.0.11/24"}"#, true, "10.0.0.11/24"),
        .init(#"{"check": "addr", "ns": "r1", "address": "10.0.0.12"}"#, false, "10.0.0.11/24 (eth0)"),
        .init(#"{"check": "route", "ns": "r1", "to": "default", "via": "10.0.0.1"}"#, true, "default via 10.0.0.1"),
        .init(#"{"check": "route", "ns": "r1", "to": "default", "via": "10.0.0.2"}"#, false, "default via 10.0.0.1"),
        .init(#"{"check": "neigh", "ns": "r1", "address": "10.0.0.1"}"#, true, "r1 knows 10.0.0.1 at"),
        .init(
            #"{"check": "neigh", "ns": "r1", "address": "10.0.0.1", "not_mac_of": {"ns": "host", "link": "br0"}}"#,
            false,
            "which is br0 of host"),
        .init(#"{"check": "fdb", "ns": "host", "link": "br0"}"#, true, "br0 knows"),
        .init(#"{"check": "fdb", "ns": "host", "link": "br0", "mac": "02:00:00:00:00:99"}"#, false, "knows nothing of"),
        .init(#"{"check": "sysctl", "key": "net.ipv4.ip_forward", "value": 1}"#, true, "on host is 1"),
        .init(#"{"check": "sysctl", "ns": "r1", "key": "net.ipv4.ip_forward", "value": 1}"#, false, "on r1 is 0"),
        .init(#"{"check": "ping", "from": "r1", "to": "192.168.66.50", "count": 5}"#, true, "5 of 5 answered"),
        .init(#"{"check": "ping", "from": "r1", "to": "host", "size": 1472, "df": true}"#, true, "answered"),
        .init(#"{"check": "ping", "from": "r1", "to": "host", "size": 1473, "df": true}"#, false, "not to be cut"),
        .init(#"{"check": "ping", "from": "host", "to": "10.0.0.99", "expect": "fail"}"#, true, "no answer"),
        .init(
            #"{"check": "tcp", "from": "ext", "to": "192.168.66.11:8080", "seen_as": "192.168.66.50", "server": "web", "reply": "hello"}"#,
            true, "web sees it come from 192.168.66.50, it answers \"hello\""),
        .init(
            #"{"check": "tcp", "from": "ext", "to": "192.168.66.11:8080", "seen_as": "172.17.0.1", "server": "web"}"#,
            false,
            "web sees it come from 192.168.66.50"),
        .init(#"{"check": "tcp", "from": "ext", "to": "192.168.66.11:8081"}"#, false, "refused"),
        .init(#"{"check": "tcp", "from": "ext", "to": "192.168.66.11:9", "expect": "timeout"}"#, true, "no answer"),
        .init(#"{"check": "udp", "from": "host", "to": "10.0.0.11:7"}"#, true, "answered"),
        .init(#"{"check": "udp", "from": "host", "to": "10.0.0.11:8"}"#, false, "refused"),
        .init(#"{"check": "dns", "from": "web", "name": "web", "expect": "172.17.0.2"}"#, true, "172.17.0.2"),
        .init(#"{"check": "dns", "from": "web", "name": "web", "expect": "NXDOMAIN"}"#, false, "172.17.0.2"),
        .init(#"{"check": "listen", "ns": "web", "port": 80, "address": "0.0.0.0"}"#, true, "at [::]:80/tcp"),
        .init(#"{"check": "listen", "ns": "web", "port": 81}"#, false, "nobody listens at 81/tcp in web"),
        .init(
            #"{"check": "nat", "from": "ext", "to": "192.168.66.11:8080", "destination": "172.17.0.2:80", "source": "unchanged"}"#,
            true, "goes to 172.17.0.2:80, as if from 192.168.66.50"),
        .init(
            #"{"check": "nat", "from": "r1", "to": "192.168.66.50:99", "source": "192.168.66.11"}"#, true,
            "from 192.168.66.11"),
        .init(
            #"{"check": "nat", "from": "r1", "to": "192.168.66.50:99", "proto": "udp", "source": "unchanged"}"#, false,
            "from 192.168.66.11"),
        .init(
            #"{"check": "captured", "ns": "ext", "link": "eth0", "during": {"ping": {"from": "r1", "to": "192.168.66.50"}}, "src": "192.168.66.11", "count": {"min": 1, "max": 1}}"#,
            true, "1 packet src 192.168.66.11 passed eth0"),
        .init(
            #"{"check": "captured", "ns": "ext", "link": "eth0", "during": {"ping": {"from": "r1", "to": "192.168.66.50"}}, "src": "10.0.0.11"}"#,
            false, "0 packets"),
        .init(
            #"{"check": "matrix", "nodes": ["r1", "host", "ext"], "reaches": [["r1", "host"], ["r1", "ext"], ["host", "r1"], ["host", "ext"], ["ext", "host"]]}"#,
            true, "6 ways tried, 5 lead there"),
        .init(
            #"{"check": "matrix", "nodes": ["r1", "host"], "proto": "icmp", "groups": []}"#, false, "r1 reaches host"),
        .init(#"{"check": "uidmap", "container": "web", "inside": 0}"#, true, "uid 0 in web is"),
        .init(
            #"{"check": "uidmap", "container": "web", "inside": 0, "outside": 4294967294}"#, false, "uid 0 in web is"),
        .init(
            #"{"check": "published", "container": "web", "port": "80/tcp", "host": ["0.0.0.0:8080"]}"#, true,
            "0.0.0.0:8080"),
        .init(
            #"{"check": "published", "container": "web", "port": "80/tcp", "host": ["127.0.0.1:*"]}"#, false,
            "0.0.0.0:8080"),
        .init(#"{"check": "record", "of": "web", "path": "{{.State.Status}}", "equals": "running"}"#, true, "running"),
        .init(#"{"check": "record", "of": "bridge", "path": "{{.Driver}}", "matches": "^mac"}"#, false, "\"bridge\""),
        .init(#"{"check": "file", "path": "/srv/index.html", "container": "web", "matches": "^hello"}"#, true, "hello"),
        .init(#"{"check": "file", "path": "/srv/none", "container": "web"}"#, false, "there is no /srv/none in web"),
        .init(#"{"check": "clean"}"#, false, "left are: container web"),
        .init(
            #"{"check": "reply_spread", "from": "ext", "to": "192.168.66.11:8080", "requests": 5, "distinct": {"max": 1}, "each": {"min": 5}}"#,
            true, "1 different answer: 5 ×"),
        .init(
            #"{"check": "reply_spread", "from": "ext", "to": "192.168.66.11:8080", "requests": 5, "distinct": {"min": 2}}"#,
            false, "1 different answer: "),
        .init(
            #"{"check": "addr", "ns": "r9", "address": "10.0.0.1"}"#, false,
            "there is no namespace or container called r9"),
    ]

    @Test("find what is there, and say what they see")
    func everyKind() throws {
        let host = try FakeHost()
        let made = try host.run("set -e\n" + Self.scene)
        #expect(made.status == 0, "\(made)")
        let server = "mkdir -p /srv && echo hello >/srv/index.html && httpd -p 80 -h /srv && exec sleep 1000"
        try host.detached(["--name", "web", "-p", "8080:80"], ["sh", "-c", server])
        #expect(try eventually { try host.run("socat -u /dev/null TCP4:127.0.0.1:8080").status == 0 })

        let lines = try look(host, Self.cases.map(\.json))
        #expect(lines.count == Self.cases.count, "\(lines)")
        for (line, wanted) in zip(lines, Self.cases) {
            #expect(
                line.hasPrefix(wanted.isMet ? "ok " : "no ") && line.contains(wanted.evidence),
                "\(wanted.json): \(line)")
        }
    }

    @Test("find nothing left of minirun on a new host, for anybody")
    func clean() throws {
        let host = try FakeHost(by: .nobody)
        #expect(try look(host, [#"{"check": "clean"}"#]) == ["ok clean nothing of minirun is left"])
    }

    @Test("leave everything as it was, and see what is not")
    func unchanged() throws {
        let host = try FakeHost()
        #expect(try host.run("set -e\n" + Self.scene).status == 0)
        let checks = [
            #"{"check": "unchanged"}"#,
            #"{"check": "unchanged", "except": ["sysctl:net.ipv4.ip_forward", "link:br1"]}"#,
        ]
        #expect(try look(host, checks, baseline: "/run/before").allSatisfy { $0.hasPrefix("ok ") })
        let harmless = Self.cases.map(\.json).filter { !$0.contains("web") }
        _ = try look(host, harmless)
        #expect(try look(host, checks, baseline: "/run/before").allSatisfy { $0.hasPrefix("ok ") })
        try host.run("echo 0 >/proc/sys/net/ipv4/ip_forward; ip link add br1 type bridge")
        let changed = try look(host, checks, baseline: "/run/before")
        #expect(changed.first?.contains("host: link br1 is new") == true, "\(changed)")
        #expect(changed.first?.contains("net.ipv4.ip_forward is 0, was 1") == true)
        // What is not told of the settings of br1 has gone with it.
        try host.run("ip link del br1; nft delete table ip lab")
        let more = try look(host, checks, baseline: "/run/before")
        #expect(more.last?.contains("nftables table ip lab is gone") == true, "\(more)")
    }

    /// A line for each check.
    private func look(_ host: FakeHost, _ checks: [String], baseline: String? = nil) throws -> [String] {
        let options = baseline.map { "--baseline \($0) " } ?? ""
        let outcome = try host.run(
            "printf %s \"$1\" | minirun lab look \(options)-", ["[\(checks.joined(separator: ","))]"], within: 30)
        #expect(outcome.errors == "", "\(outcome)")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(outcome.status == (lines.allSatisfy { $0.hasPrefix("ok ") } ? 0 : 1))
        return lines
    }
}
