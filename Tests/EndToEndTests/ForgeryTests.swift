import Testing

/// Packets under somebody else's address, which look like answers to whoever has asked that somebody.
@Suite struct ForgeryTests {
    private let host: FakeHost

    init() throws { host = try FakeHost() }

    /// Sends one UDP packet with any addresses, from inside a container's network or from the neighbour.
    private func forge(_ inside: String, from: (String, Int), to: (String, Int), _ word: String) throws {
        let sent = try host.run(
            """
            cat >/run/forge.py <<'EOF'
            import ipaddress, socket, struct, sys
            source, sport, target, port, word = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5].encode()
            a, b = ipaddress.ip_address(source), ipaddress.ip_address(target)
            udp = struct.pack('>4H', sport, port, 8 + len(word), 0) + word
            pseudo = a.packed + b.packed + struct.pack('>IHBB', len(udp), 0, 0, 17)
            data = pseudo + udp + b'\\0' * (len(udp) % 2)
            total = sum(struct.unpack('>%dH' % (len(data) // 2), data))
            while total >> 16: total = (total & 0xffff) + (total >> 16)
            udp = udp[:6] + struct.pack('>H', ~total & 0xffff) + udp[8:]
            if a.version == 4:
                head = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, a.packed, b.packed)
                s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW); s.sendto(head + udp, (target, 0))
            else:
                head = struct.pack('>IHBB', 6 << 28, len(udp), 17, 64) + a.packed + b.packed
                s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW); s.sendto(head + udp, (target, 0, 0, 0))
            EOF
            \(inside) python3 /run/forge.py \(from.0) \(from.1) \(to.0) \(to.1) \(word)
            """)
        #expect(sent.status == 0, "\(sent)")
    }

    private func listen(_ inside: String, _ port: Int, _ file: String, _ options: String = "") throws {
        try host.run(
            "\(inside) socat -u UDP6-RECV:\(port),ipv6only=0\(options) OPEN:/run/\(file),creat,append </dev/null >/dev/null 2>&1 &"
        )
        #expect(try eventually { try host.run("\(inside) ss -Hlun sport \(port)").output != "" })
    }

    private func heard(_ file: String) throws -> String { try host.run("sleep 0.3; cat /run/\(file)").output }

    @Test func noAnswerLeavesOrEntersAnInternalNetwork() throws {
        try host.run("sysctl -qw net.ipv6.conf.all.forwarding=1")
        try host.run("ip address add 2001:db8:66::11/64 dev ens33 nodad")
        try host.run("ip netns exec ext ip address add 2001:db8:66::50/64 dev eth0 nodad")
        #expect(try host.run("minirun network create --internal --subnet fd00:77::/64 inner").status == 0)
        try host.detached(["--name", "xx", "--network", "inner", "--ip6", "fd00:77::5"], ["sleep", "1000"])
        // What a raw frame to the gateway would do as well.
        try host.run("minirun netns exec xx ip -6 route add default via fd00:77::1")
        #expect(try host.run("minirun netns exec xx ping -c 1 -W 20 fd00:77::1").status == 0)
        try listen("ip netns exec ext", 7777, "ext", ",reuseaddr,reuseport")
        // The neighbour has asked the host, so that an answer of the host's is awaited: the container gives it.
        try host.run(
            "echo ask | ip netns exec ext socat - UDP6:[2001:db8:66::11]:9,sourceport=7777,reuseaddr,reuseport || :")
        try forge("minirun netns exec xx", from: ("2001:db8:66::11", 9), to: ("2001:db8:66::50", 7777), "SECRET")
        #expect(try heard("ext") == "")
        // And the other way round, under the host's own address.
        try listen("minirun netns exec xx", 6666, "inside")
        try host.run("ip netns exec ext ip -6 route add fd00:77::/64 via 2001:db8:66::11")
        try forge("minirun netns exec xx", from: ("fd00:77::5", 6666), to: ("fd00:77::1", 9), "ask")
        try forge("ip netns exec ext", from: ("fd00:77::1", 9), to: ("fd00:77::5", 6666), "COMMAND")
        #expect(try heard("inside") == "")
    }

    @Test func noContainerAnswersForTheNeighbour() throws {
        for name in ["one", "two"] { #expect(try host.minirun(["network", "create", name]).status == 0) }
        try host.detached(["--name", "victim", "--network", "one"], ["sleep", "1000"])
        try host.detached(["--name", "forger", "--network", "two"], ["sleep", "1000"])
        try listen("minirun netns exec victim", 5353, "victim", ",reuseaddr,reuseport")
        try host.run(
            "echo ask | minirun netns exec victim socat - UDP4:192.168.66.50:53,sourceport=5353,reuseaddr,reuseport || :"
        )
        try forge("minirun netns exec forger", from: ("192.168.66.50", 53), to: ("192.168.66.11", 5353), "POISON")
        #expect(try heard("victim") == "")
        // The neighbour's own answer does come.
        try forge("ip netns exec ext", from: ("192.168.66.50", 53), to: ("192.168.66.11", 5353), "ANSWER")
        #expect(try heard("victim") == "ANSWER")
    }

    @Test func theGuardsOfLoopbackAreNoCarousel() throws {
        try host.detached(["--name", "aa", "-p", "8080:80"], ["sleep", "1000"])
        let source = try host.run(
            "minirun netns exec aa ip -6 -o addr show dev eth0 scope global | sed 's/.*inet6 //;s,/.*,,'"
        ).line
        let count = "cat /sys/class/net/minirun-lo1/statistics/tx_packets"
        let before = try #require(try Int(host.run(count).line))
        try forge("minirun netns exec aa", from: (source, 5), to: ("fd6d:696e:69::9000", 9000), "ROUND")
        let after = try #require(try Int(host.run("sleep 0.2; \(count)").line))
        #expect(after - before < 4)
    }

    @Test func aShimBelievesNoRouter() throws {
        #expect(
            try host.run(
                "minirun network create -d macvlan --subnet 192.168.66.0/24 --gateway 192.168.66.1 -o parent=ens33 lan"
            ).status == 0)
        try host.detached(["--name", "aa", "--network", "lan"], ["sleep", "1000"])
        #expect(try host.run("cat /proc/sys/net/ipv6/conf/mrs-*/accept_ra").output == "0\n")
    }

    @Test func whatIsNoMessageEndsTheConnection() throws {
        try host.detached(["--name", "aa"], ["sleep", "1000"])
        let sent = try host.run(
            """
            minirun netns exec aa python3 - <<'EOF'
            import socket
            s = socket.create_connection(('127.0.0.11', 53), 3)
            try:
                for n in range(4096): s.sendall(bytes(4096))
                print('taken')
            except OSError: print('closed')
            EOF
            """)
        #expect(sent.output == "closed\n", "\(sent)")
    }
}
