import CShim
import Testing

/// `network set-default` and the file that it writes, judged by the bridge and by what containers get.
@Suite("The default network")
struct DefaultNetworkTests {
    private func set(_ host: FakeHost, _ words: String...) throws -> Outcome {
        try host.minirun(["network", "set-default"] + words)
    }

    private func address(_ host: FakeHost) throws -> String {
        try host.runContainer(["--rm"], "ip -4 -o addr show dev eth0 | sed 's/.*inet //;s/ .*//'").line
    }

    @Test("has the address that it is given, exactly, at once and for the next containers")
    func bip() throws {
        let host = try FakeHost()
        #expect(try set(host, "--bip", "172.19.0.1/16").status == 0)
        #expect(try host.run("ip link show dev minirun0").status != 0, "made by the first start")
        #expect(try address(host) == "172.19.0.2/16")
        let index = "ip -o link show dev minirun0 | cut -d: -f1"
        let look = "ip -4 -o addr show dev minirun0 | sed 's/.*inet //;s/ .*//'"
        #expect(try host.run(look).output == "172.19.0.1/16\n")
        let before = try host.run(index).line
        #expect(try set(host, "--bip", "10.31.0.1/24", "--mtu", "1400").status == 0)
        #expect(try host.run(look).output == "10.31.0.1/24\n" && host.run(index).line == before)
        #expect(try address(host).hasPrefix("10.31.0."))
        #expect(
            try host.runContainer(["--rm"], "cat /sys/class/net/eth0/mtu; ping -c 1 -W 20 \(FakeHost.neighbour)").output
                .hasPrefix("1400\n"))
        #expect(
            try host.run("cat \"$MINIRUN_CONFIG\"").output
                == "{\n    \"bip\": \"10.31.0.1/24\",\n    \"mtu\": 1400\n}\n")
        #expect(try set(host).output == host.run("cat \"$MINIRUN_CONFIG\"").output)
        #expect(try set(host, "--reset").status == 0)
        #expect(try address(host) == "172.17.0.2/16")
    }

    @Test("loses IPv6 and gets it back on the bridge that is there, and is reached before its containers speak")
    func ipv6() throws {
        let host = try FakeHost()
        try host.run("ip address add 2001:db8:66::11/64 dev ens33 nodad")
        try host.run("ip netns exec ext ip address add 2001:db8:66::50/64 dev eth0 nodad")
        let look = "ip -6 -o addr show dev minirun0 | sed 's/.*inet6 //;s/ .*//'"
        #expect(try host.runContainer(["--rm"], "true").status == 0)
        #expect(try host.run(look).output.contains("fe80::1/64"))
        #expect(try set(host, "--ipv6=false").status == 0)
        #expect(try host.run(look).output == "")
        #expect(try set(host, "--ipv6=true", "--fixed-cidr-v6", "fd00:31::/64").status == 0)
        #expect(try host.run(look).output == "fd00:31::1/64\nfe80::1/64\n")
        try host.detached(["--name", "web", "-p", "[::]:8080:80"], ["httpd", "-f", "-h", "/etc", "-p", "80"])
        let page =
            "ip netns exec ext sh -c 'printf \"GET /passwd HTTP/1.0\\r\\n\\r\\n\" | nc -w 3 2001:db8:66::11 8080'"
        #expect(try eventually { try host.run(page).output.contains("root:") })
    }

    @Test("has no IPv6 when its packets are too small for it, and none at all on somebody else's interface")
    func smallPackets() throws {
        let host = try FakeHost()
        let look = "cat /sys/class/net/eth0/mtu; ip -6 -o addr show dev eth0"
        #expect(try host.runContainer(["--rm"], look).output.contains("inet6 fd"))
        try host.run("ip link del dev minirun0")
        #expect(try set(host, "--mtu", "1000").status == 0)
        let small = try host.runContainer(["--rm"], look)
        #expect(small.output == "1000\n" && small.errors == "", "\(small)")
        try host.run("ip link del dev minirun0; ip link add minirun0 type veth peer name other")
        let refused = try host.runContainer(["--rm"], "true")
        #expect(
            refused.status == 125 && refused.errors.contains("interface minirun0 exists and is not a bridge"),
            "\(refused)")
    }

    @Test("keeps its subnet while containers use it, and what waits is said")
    func inUse() throws {
        let host = try FakeHost()
        let id = try host.detached(["--name", "web"], ["sleep", "1000"])
        let refused = try set(host, "--bip", "10.31.0.1/24")
        #expect(refused.status == 1 && refused.errors.contains("web (\(id.prefix(12)))"), "\(refused)")
        #expect(try host.run("test -e \"$MINIRUN_CONFIG\"").status != 0)
        #expect(try set(host, "--mtu", "1400").status == 0)
        let waits = try host.runContainer(["--rm"], "cat /sys/class/net/eth0/mtu")
        #expect(
            waits.output == "1500\n" && waits.errors.contains("WARNING: the default network's bridge minirun0"),
            "\(waits)")
        // Written by hand, as if by a tool that asks nobody.
        try host.run("echo '{\"bip\": \"10.32.0.1/24\"}' > \"$MINIRUN_CONFIG\"")
        let still = try host.runContainer(["--rm"], "ip -4 -o addr show dev eth0")
        #expect(still.output.contains("172.17.0.") && still.errors.contains("10.32.0.1/24"), "\(still)")
        try host.minirun(["rm", "-f", "web"])
        #expect(try address(host).hasPrefix("10.32.0."))
    }

    @Test("is what the settings of Docker's daemon.json say")
    func settings() throws {
        let host = try FakeHost()
        try host.run(
            """
            cat > "$MINIRUN_CONFIG" <<'END'
            {"bip": "10.33.0.1/24", "fixed-cidr": "10.33.0.64/26", "default-gateway": "10.33.0.7", "debug": true}
            END
            """)
        let outcome = try host.runContainer(["--rm"], "ip -4 -o addr show dev eth0; ip route")
        #expect(outcome.output.contains("default via 10.33.0.7"), "\(outcome)")
        let last = outcome.output.firstMatch(of: /inet 10\.33\.0\.(\d+)\//).flatMap { Int($0.1) }
        #expect((64..<128).contains(last ?? 0), "\(outcome)")
        #expect(try set(host, "--icc", "false").status == 0)
        let kept = try host.run("cat \"$MINIRUN_CONFIG\"").output
        #expect(kept.contains("\"debug\": true") && kept.contains("\"icc\": false") && kept.contains("10.33.0.64/26"))
        #expect(
            try host.minirun([
                "network", "inspect", "-f", "{{index .Options \"com.docker.network.bridge.enable_icc\"}}", "bridge",
            ]).line
                == "false")
    }

    @Test("with icc off keeps its containers apart, also those of a bridge that was there before")
    func icc() throws {
        let host = try FakeHost()
        try host.runContainer(["--rm"], "true")
        #expect(try set(host, "--icc", "false").status == 0)
        try host.detachedServer(["--name", "web"])
        let target = try host.inspect("web", "{{.NetworkSettings.IPAddress}}")
        #expect(try host.runContainer(["--rm"], "ping -c 1 -W 1 \(target)").status != 0)
        try host.minirun(["rm", "-f", "web"])
        #expect(try set(host, "--icc", "true").status == 0)
        try host.detachedServer(["--name", "web"])
        let again = try host.inspect("web", "{{.NetworkSettings.IPAddress}}")
        #expect(try host.runContainer(["--rm"], "ping -c 1 -W 20 \(again)").status == 0)
    }

    @Test("refuses settings that cannot be, and names file and key of one that nobody knows")
    func refused() throws {
        let host = try FakeHost()
        for (words, sentence) in [
            (["--bip", "172.19.0.0/16"], "did you mean 172.19.0.1/16"),
            (["--bip", "192.168.66.1/24"], "address 192.168.66.11/24 on ens33"),
            (
                ["--bridge", "br9", "--bip", "10.0.0.1/24"],
                "You specified -b & --bip, mutually exclusive options. Please specify only one"
            ),
            (["--bridge", "br9"], "bridge \"br9\" does not exist"), (["--mtu", "big"], "invalid mtu \"big\""),
            (
                ["--bip", "10.0.0.1/24", "--default-gateway", "10.1.0.1"],
                "invalid gateway 10.1.0.1: parent subnet 10.0.0.0/24 doesn't contain this address"
            ),
            (
                ["--default-gateway", "10.1.0.1"],
                "invalid gateway 10.1.0.1: parent subnet 172.17.0.0/16 doesn't contain this address"
            ),
        ] {
            let outcome = try host.minirun(["network", "set-default"] + words)
            #expect(outcome.status == 1 && outcome.errors.contains(sentence), "\(words): \(outcome)")
        }
        #expect(try host.run("test -e \"$MINIRUN_CONFIG\"").status != 0)
        try host.run("echo '{\"fixed-cdir\": \"10.0.0.0/25\"}' > \"$MINIRUN_CONFIG\"")
        let slip = try host.runContainer(["--rm"], "true")
        #expect(
            slip.status == 125
                && slip.errors
                    == "minirun: /run/minirun.json: unknown key \"fixed-cdir\" (did you mean \"fixed-cidr\"?)\n"
        )
    }

    @Test("on a bridge of the user's own never makes, changes or removes one")
    func ownBridge() throws {
        let host = try FakeHost()
        try host.run("ip link add br9 type bridge; ip addr add 10.34.0.1/24 dev br9; ip link set br9 up")
        let look = "ip -o link show dev br9 | cut -d: -f1; ip -4 -o addr show dev br9 | sed 's/ valid.*//'"
        let before = try host.run(look).output
        let outside = try set(host, "--bridge", "br9", "--fixed-cidr", "10.99.0.0/25")
        #expect(outside.errors.contains("10.99.0.0/25: parent subnet 10.34.0.0/24 doesn't contain it"), "\(outside)")
        #expect(try set(host, "--bridge", "br9").status == 0)
        #expect(try address(host).hasPrefix("10.34.0."))
        #expect(try host.run("ip link show dev minirun0").status != 0)
        #expect(try set(host, "--mtu", "1400").status == 0)
        try host.detached(["--name", "small"], ["sleep", "1000"])
        #expect(try host.run(as: .container("small"), "ip -o link show dev eth0").output.contains(" mtu 1400 "))
        #expect(try host.minirun(["verify"]).status == 0)
        #expect(try host.minirun(["rm", "-f", "small"]).status == 0 && set(host, "--mtu", "auto").status == 0)
        #expect(try host.minirun(["network", "prune", "-f"]).status == 0)
        #expect(try host.run(look).output == before)
        #expect(try host.run("nft list ruleset; cat /proc/sys/net/ipv4/ip_forward").output == "0\n")
        try host.run("ip link delete br9")
        let gone = try host.runContainer(["--rm"], "true")
        #expect(gone.status == 125 && gone.errors.contains("br9") && gone.errors.contains("does not exist"), "\(gone)")
        #expect(try set(host, "--bridge", "none").status == 0)
        #expect(try host.runContainer(["--rm"], "true").errors.contains("switched off"))
        #expect(try host.minirun(["network", "ls", "--format", "{{.Name}}"]).output == "host\nnone\n")
        #expect(try host.runContainer(["--rm", "--net", "none"], "true").status == 0)
        #expect(try set(host, "--bridge", "").status == 0)
        #expect(try host.runContainer(["--rm"], "true").status == 0)
    }

    @Test("with another router keeps its bridge as it is, whoever runs")
    func router() throws {
        let host = try FakeHost()
        try host.detached(["--name", "old"], ["sleep", "1000"])
        let bridge = "ip -o addr show dev minirun0 scope global | sed 's/ valid.*//'"
        let before = try host.run(bridge).output
        for gateway in ["172.17.0.0", "172.17.255.255"] {
            #expect(
                try set(host, "--default-gateway", gateway).errors.contains("invalid gateway \(gateway): it is the "))
        }
        #expect(try set(host, "--default-gateway", "172.17.0.77").status == 0)
        #expect(try host.minirun(["verify"]).status == 0)
        try host.detached(["--name", "new"], ["sleep", "1000"])
        #expect(try host.run(as: .container("new"), "ip route").output.contains("default via 172.17.0.77 "))
        #expect(try host.minirun(["verify", "--repair"]).status == 0)
        #expect(try set(host, "--default-gateway", "").status == 0)
        #expect(try host.minirun(["verify", "--repair"]).status == 0)
        #expect(try host.run(bridge).output == before)
        try host.run("ip addr del 172.17.0.1/16 dev minirun0; minirun rm -f new")
        #expect(try host.minirun(["verify", "--repair"]).status == 0)
        #expect(try host.run("ip -o -4 addr show dev minirun0").output.contains("172.17.0.1/16"))
        // What the command refuses can still be written by hand.
        try host.run("echo '{\"default-gateway\": \"10.9.9.9\"}' > \"$MINIRUN_CONFIG\"")
        let warned = try host.runContainer(["--rm"], "ip route")
        #expect(warned.errors.contains("parent subnet 172.17.0.0/16 doesn't contain this address: it is passed over"))
        #expect(warned.output.contains("default via 172.17.0.1 "), "\(warned)")
        #expect(try set(host, "--default-gateway", "").status == 0)
        let both = try set(host, "--bip", "10.1.1.2/24", "--default-gateway", "10.1.1.1")
        #expect(both.errors.contains("cannot change while containers use it: old"), "\(both)")
    }

    @Test("and networks take their subnets from the pools of the settings")
    func pools() throws {
        let host = try FakeHost()
        #expect(try set(host, "--default-address-pool", "base=10.50.0.0/22,size=24").status == 0)
        #expect(try address(host) == "10.50.0.2/24")
        var subnets: Set<String> = []
        for name in ["a", "b", "c"] {
            #expect(try host.minirun(["network", "create", name]).status == 0)
            subnets.insert(
                try host.minirun(["network", "inspect", "-f", "{{range .IPAM.Config}}{{.Subnet}}{{end}}", name]).line)
        }
        #expect(subnets == ["10.50.1.0/24", "10.50.2.0/24", "10.50.3.0/24"])
        let full = try host.minirun(["network", "create", "d"])
        #expect(
            full.status == 1
                && full.errors.contains(
                    "all predefined address pools have been fully subnetted\n  10.50.0.0/22: network"),
            "\(full)")
    }

    @Test("leaves the subnets of the user's networks alone, also when their bridges are gone")
    func choice() throws {
        let host = try FakeHost()
        let id = try host.minirun(["network", "create", "--subnet", "172.17.0.0/16", "first"]).line
        try host.run("ip link delete br-\(id.prefix(12))")
        #expect(try address(host) == "172.18.0.2/16")
    }
}
