import CShim
import Testing

/// `network create`, `ls`, `inspect`, `rm` and `prune`, judged by what ip(8), nft(8) and /proc/sys see afterwards.
@Suite("A network of the user's")
struct NetworkCommandTests {
    @discardableResult
    private func created(_ host: FakeHost, _ words: [String]) throws -> String {
        let outcome = try host.minirun(["network", "create"] + words)
        guard outcome.status == 0, outcome.line.count == 64 else {
            throw HarnessError("network create \(words): \(outcome)")
        }
        return outcome.line
    }

    private func forwards(_ host: FakeHost) throws -> String {
        try host.run("cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding").output
    }

    @Test("is made by the notes' first command; their second, with the same subnet, makes nothing")
    func notes() throws {
        let host = try FakeHost()
        func words(_ name: String) -> [String] {
            ["-d", "bridge", "--subnet", "172.26.0.0/16", "--gateway", "172.26.0.1", name]
        }
        let id = try created(host, words("my-bridge-network-1"))
        let bridge = "br-\(id.prefix(12))"
        let address = try host.run("ip -4 -o addr show dev \(bridge); ip -o link show dev \(bridge)").output
        #expect(address.contains("172.26.0.1/16") && address.contains("02:42:ac:1a:00:01"), "\(address)")
        let before = try host.state()
        let second = try host.minirun(["network", "create"] + words("my-bridge-network-2"))
        #expect(second.status == 1 && second.output == "", "\(second)")
        let lines = second.errors.split(separator: "\n").map(String.init)
        #expect(lines.first == "minirun: Pool overlaps with other one on this address space")
        #expect(lines.last?.contains("\"my-bridge-network-1\"") == true)
        #expect(lines.last?.contains("next free: 172.27.0.0/16") == true)
        let after = try host.state()
        #expect(after == before, "\(before.difference(to: after))")
        let list = try host.minirun(["network", "ls"]).output.split(separator: "\n").map(String.init)
        #expect(list.first == "NETWORK ID     NAME                  DRIVER    SCOPE")
        #expect(
            list.dropFirst().map { String($0.dropFirst(15)) } == [
                "bridge                bridge    local", "host                  host      local",
                "my-bridge-network-1   bridge    local", "none                  null      local",
            ])
        #expect(list[3].hasPrefix(id.prefix(12) + "   "))
        let ids = try host.minirun(["network", "ls", "-q", "--no-trunc"]).output
        #expect(ids == (try host.minirun(["network", "ls", "-q", "--no-trunc"]).output), "always the same ids")
        #expect(ids.split(separator: "\n").allSatisfy { $0.count == 64 })
    }

    @Test("leaves the host as it was when the last one is gone")
    func leavesNothing() throws {
        let host = try FakeHost()
        let (before, settings) = (try host.state(), try forwards(host))
        #expect(settings == "0\n0\n")
        let id = try created(host, ["--ipv6", "one"])
        try created(host, ["two"])
        #expect(try forwards(host) == "1\n1\n")
        let removed = try host.minirun(["network", "rm", "one"])
        #expect(removed.status == 0 && removed.output == "one\n", "\(removed)")
        #expect(try forwards(host) == "1\n1\n", "another network still needs it")
        #expect(try host.run("ip link show dev br-\(id.prefix(12))").status != 0)
        #expect(try !host.run("nft list table inet minirun").output.contains("br-\(id.prefix(12))"))
        #expect(try host.minirun(["network", "rm", "two"]).status == 0)
        #expect(try forwards(host) == settings)
        #expect(try host.minirun(["network", "prune", "-f"]).output == "")
        let after = try host.state()
        #expect(after.links == before.links && after.ruleset == before.ruleset && after.addresses == before.addresses)
        #expect(
            try host.run("find \"$MINIRUN_ROOT\" -name network.json; ls \"$MINIRUN_ROOT/networks/names\"").output == "")
    }

    @Test("gets the same small subnet when it is made again; IPv6 is off where it was not asked for")
    func subnets() throws {
        let host = try FakeHost()
        let look = ["network", "inspect", "-f", "{{range .IPAM.Config}}{{.Subnet}} {{.Gateway}} {{end}}", "lab"]
        try created(host, ["lab"])
        let first = try host.minirun(look).line
        #expect(first.contains(".0/24 ") && first.split(separator: " ").count == 2, "\(first)")
        let id = try host.minirun(["network", "inspect", "-f", "{{.Id}}", "lab"]).line
        let off = "cat /proc/sys/net/ipv6/conf/br-"
        #expect(try host.run("\(off)\(id.prefix(12))/disable_ipv6").line == "1")
        try host.minirun(["network", "rm", "lab"])
        let again = try created(host, ["--ipv6", "lab"])
        let second = try host.minirun(look).line
        #expect(second.hasPrefix(first + " fd") && second.contains("::/64 "), "\(second)")
        #expect(try host.run("\(off)\(again.prefix(12))/disable_ipv6").line == "0")
        #expect(try host.run("ip -6 -o addr show dev br-\(again.prefix(12)) scope global").output.contains("::1/64"))
    }

    @Test(
        "does not take what the host uses, takes what is behind a router with a warning, and minds no VPN's default route"
    )
    func hostRoutes() throws {
        let host = try FakeHost()
        let taken = try host.minirun(["network", "create", "--subnet", "192.168.66.0/25", "near"])
        #expect(taken.status == 1 && taken.errors.contains("address 192.168.66.11/24 on ens33"), "\(taken)")
        let forced = try host.minirun(["network", "create", "--force-subnet", "--subnet", "192.168.66.128/29", "near"])
        #expect(forced.status == 0 && forced.errors.contains("WARNING: subnet 192.168.66.128/29 overlaps"), "\(forced)")
        try host.minirun(["network", "rm", "near"])
        try host.run(
            """
            ip route add 10.60.0.0/16 via \(FakeHost.gateway)
            ip route add 0.0.0.0/1 via \(FakeHost.gateway); ip route add 128.0.0.0/1 via \(FakeHost.gateway)
            """)
        let routed = try host.minirun(["network", "create", "--subnet", "10.60.7.0/24", "behind"])
        #expect(routed.status == 0, "\(routed)")
        #expect(routed.errors.contains("route 10.60.0.0/16 via \(FakeHost.gateway) on ens33"), "\(routed)")
        try created(host, ["anywhere"])
        // A tunnel that reaches over all pools: what is in the way is named.
        try host.run(
            "ip link add tun0 type bridge; ip link set tun0 up; ip route add 172.16.0.0/12 dev tun0; ip route add 192.168.0.0/16 dev tun0"
        )
        let none = try host.minirun(["network", "create", "nowhere"])
        #expect(none.status == 1, "\(none)")
        #expect(
            none.errors.contains(
                "all predefined address pools have been fully subnetted\n  172.18.0.0/16: route 172.16.0.0/12 on tun0"),
            "\(none)")
    }

    @Test("is made anew by a start when its bridge was deleted or set down, at the same addresses")
    func mended() throws {
        let host = try FakeHost()
        let id = try created(host, ["--subnet", "10.8.0.0/24", "--ipv6", "lab"])
        let bridge = "br-\(id.prefix(12))"
        let look =
            "ip -o addr show dev \(bridge) scope global | sed 's/ valid.*//;s/^[0-9]*//'; ip -o link show dev \(bridge) | grep -o 'link/ether [^ ]*'"
        let before = try host.run(look).output
        for damage in [
            "ip link delete \(bridge)", "ip link set \(bridge) down", "ip addr flush dev \(bridge)",
            "nft flush ruleset", "ip link delete \(bridge); nft flush ruleset; ip link delete minirun-lo0",
        ] {
            try host.run(damage)
            let ping = try host.runContainer(
                ["--rm", "--net", "lab"], "ping -c 1 -W 20 \(FakeHost.neighbour) && ip -4 -o addr")
            #expect(ping.status == 0 && ping.output.contains("10.8.0."), "\(damage): \(ping)")
            #expect(try host.run(look).output == before, "\(damage)")
        }
    }

    @Test("is not removed while a container is connected, nor when it is always there, nor when it is not")
    func refusals() throws {
        let host = try FakeHost()
        try created(host, ["lab"])
        let id = try host.detached(["--name", "c1", "--net", "lab"], ["sleep", "1000"])
        let busy = try host.minirun(["network", "rm", "lab"])
        #expect(busy.status == 1)
        #expect(
            busy.errors
                == "minirun: error while removing network: network lab has active endpoints (name:\"c1\" id:\"\(id.prefix(12))\")\n"
        )
        #expect(try host.minirun(["network", "ls", "-q", "-f", "dangling=true"]).output == "")
        let several = try host.minirun(["network", "rm", "nope", "bridge", "none", "lab"])
        #expect(several.status == 1 && several.output == "")
        for sentence in [
            "network nope not found", "bridge is a pre-defined network and cannot be removed",
            "none is a pre-defined network and cannot be removed", "network lab has active endpoints",
        ] {
            #expect(several.errors.contains(sentence), "\(several)")
        }
        let inspected = try host.minirun(["network", "inspect", "-f", "{{json .Containers}}", "lab"]).line
        let address = try host.inspect("c1", "{{.NetworkSettings.Networks.lab.IPAddress}}")
        #expect(
            inspected.contains("\"\(id)\":{\"Name\":\"c1\"") && inspected.contains("\"IPv4Address\":\"\(address)/24\""))
        try host.minirun(["rm", "-f", "c1"])
        let forced = try host.minirun(["network", "rm", "-f", "nope", "lab"])
        #expect(forced.status == 0, "\(forced)")
        #expect(try host.minirun(["network", "ls", "-q", "-f", "type=custom"]).output == "")
    }

    @Test("is refused in Docker's words, with Docker's exit code")
    func words() throws {
        let host = try FakeHost()
        try created(host, ["lab"])
        for (words, sentence) in [
            (["lab"], "network with name lab already exists"),
            (["bridge"], "operation is not permitted on predefined bridge network "),
            (
                ["--subnet", "172.26.0.1/16", "x"],
                "invalid network config:\ninvalid subnet 172.26.0.1/16: it should be 172.26.0.0/16"
            ),
            (["--gateway", "10.0.0.1", "x"], "every ip-range or gateway must have a corresponding subnet"),
            (["--subnet", "172.26.0.0/16", "--gateway", "10.0.0.1", "x"], "no matching subnet for gateway 10.0.0.1"),
            (["-d", "host", "x"], "only one instance of \"host\" network is allowed"),
            (
                ["-o", "gateway_mode_ipv4=isolated", "x"],
                "gateway mode 'isolated' can only be used for an internal network"
            ),
            (
                ["-d", "macvlan", "-o", "parent=nope", "--subnet", "10.0.0.0/24", "x"],
                "the requested parent interface nope was not found on the Docker host"
            ),
        ] {
            let outcome = try host.minirun(["network", "create"] + words)
            #expect(outcome.status == 1 && outcome.output == "", "\(words): \(outcome)")
            #expect(outcome.errors == "minirun: \(sentence)\n", "\(words)")
        }
        let missing = try host.minirun(["network", "inspect", "nope"])
        #expect(missing.status == 1 && missing.output == "[]\n" && missing.errors.contains("network nope not found"))
        let some = try host.minirun(["network", "inspect", "-f", "{{.Name}}", "lab", "nope"])
        #expect(some.status == 1 && some.output == "lab\n")
    }

    @Test("has a name of any script, and is found by the beginning of its id")
    func names() throws {
        let host = try FakeHost()
        for name in ["教育", "种地"] {
            let id = try created(host, ["--label", "tier=a", name])
            #expect(try host.minirun(["network", "inspect", "-f", "{{.Name}}", String(id.prefix(7))]).line == name)
            #expect(try host.runContainer(["--rm", "--net", name], "ip -o -4 addr show dev eth0").status == 0)
        }
        #expect(
            try host.minirun(["network", "ls", "-f", "label=tier=a", "--format", "{{.Name}}"]).output == "教育\n种地\n")
        #expect(try host.minirun(["network", "rm", "教育", "种地"]).output == "教育\n种地\n")
    }

    @Test("goes with prune when nobody uses it, and with the last one all that minirun did to the host")
    func prune() throws {
        let host = try FakeHost()
        let before = try host.state()
        for name in ["a", "b", "kept"] { try created(host, ["--label", "n=\(name)", name]) }
        try host.detached(["--name", "c1", "--net", "kept"], ["sleep", "1000"])
        try host.detached(["--name", "c2"], ["sleep", "1000"])
        let no = try host.run("echo n | minirun network prune")
        #expect(no.status == 1)
        #expect(
            no.output == "WARNING! This will remove all custom networks not used by at least one container.\n"
                + "Are you sure you want to continue? [y/N] \nNothing is removed.\n")
        #expect(
            try host.minirun(["network", "prune", "-f", "--filter", "label=n=a"]).output == "Deleted Networks:\na\n\n")
        #expect(try host.minirun(["network", "prune", "-f", "--filter", "until=1h"]).output == "")
        let yes = try host.run("echo y | minirun network prune")
        #expect(yes.status == 0 && yes.output.hasSuffix("[y/N] \nDeleted Networks:\nb\n\n"), "\(yes)")
        #expect(try host.run("ip link show dev minirun0").status == 0, "a container uses it")
        try host.minirun(["rm", "-f", "c1", "c2"])
        #expect(try host.minirun(["network", "prune", "-f"]).output == "Deleted Networks:\nkept\n\n")
        #expect(try forwards(host) == "0\n0\n")
        let after = try host.settledState(like: before)
        #expect(after.links == before.links && after.ruleset == before.ruleset, "\(before.difference(to: after))")
        #expect(
            try host.runContainer(["--rm"], "ping -c 1 -W 20 \(FakeHost.neighbour)").status == 0, "and all comes back")
    }

    @Test("that cannot be made in whole is not made at all")
    func undone() throws {
        let host = try FakeHost()
        // A table of the name without the sets that networks are in.
        try host.run("nft add table inet minirun")
        let before = try host.state()
        let failed = try host.minirun(["network", "create", "--ipv6", "lab"])
        #expect(failed.status == 1 && failed.errors.contains("inet minirun"), "\(failed)")
        let after = try host.state()
        #expect(after.links == before.links && after.ruleset == before.ruleset && after.addresses == before.addresses)
        #expect(try forwards(host) == "0\n0\n")
        #expect(
            try host.run("find \"$MINIRUN_ROOT\" -name network.json; ls \"$MINIRUN_ROOT/networks/names\"").output == "")
        try host.run("nft delete table inet minirun")
        try created(host, ["lab"])
    }

    @Test("on the user's own bridge leaves that one where it was")
    func adopted() throws {
        let host = try FakeHost()
        try host.run("ip link add br7 type bridge; ip addr add 10.7.0.9/24 dev br7; ip link set br7 up")
        let look = "ip -o link show dev br7 | cut -d: -f1; ip -4 -o addr show dev br7 | sed 's/ valid.*//'"
        let before = try host.run(look).output
        try created(host, ["-o", "com.docker.network.bridge.name=br7", "own"])
        #expect(
            try host.runContainer(["--rm", "--net", "own"], "ip route | head -n 1").output.contains("via 10.7.0.9"))
        #expect(try host.minirun(["network", "rm", "own"]).status == 0)
        #expect(try host.run(look).output == before)
        // An address that minirun had to add goes with the network.
        try created(host, ["-o", "name=br7", "--subnet", "10.70.0.0/24", "more"])
        #expect(try host.run(look).output.contains("10.70.0.1/24"))
        #expect(try host.minirun(["network", "rm", "more"]).status == 0)
        #expect(try host.run(look).output == before)
    }

    @Test("is planned without a trace, and the plan does by hand what the command does")
    func plan() throws {
        let words = ["--subnet", "10.8.0.0/24", "--ipv6", "--internal", "-o", "name=lab0", "-o", "mtu=1400", "lab"]
        let (byProgram, byHand) = (try FakeHost(), try FakeHost())
        let before = try byHand.state()
        let script = try byHand.minirun(["--explain=sh", "plan", "network", "create"] + words)
        #expect(script.status == 0 && script.errors == "", "\(script)")
        let after = try byHand.state()
        #expect(after == before, "\(before.difference(to: after))")
        try created(byProgram, words)
        let ran = try byHand.run("set -e\n" + script.output)
        #expect(ran.status == 0, "\(ran)")
        var (made, wanted) = (try byHand.state(), try byProgram.state())
        for path in [\HostState.files, \.processes, \.mounts] { made[keyPath: path] = []; wanted[keyPath: path] = [] }
        made.links = made.links.map { $0.replacing(/@if\d+/, with: "") }
        wanted.links = wanted.links.map { $0.replacing(/@if\d+/, with: "") }
        #expect(made == wanted, "\(wanted.difference(to: made))")
        let explained = try byProgram.minirun(["--explain=why", "network", "create", "other"])
        #expect(explained.status == 0 && explained.errors.contains("A bridge is a switch inside the kernel"))
    }

    @Test("made many at once, each gets a subnet of its own and a name goes to one")
    func together() throws {
        let host = try FakeHost()
        let outcome = try host.run(
            """
            for i in 1 2 3 4 5 6 7 8; do minirun network create "n$i" >/dev/null & done
            for i in 1 2 3 4; do minirun network create same >/dev/null 2>&1 && echo won & done
            wait
            """, within: 60)
        #expect(outcome.output == "won\n" && outcome.errors == "", "\(outcome)")
        let subnets = try host.run(
            "minirun network inspect -f '{{range .IPAM.Config}}{{.Subnet}}{{end}}' n1 n2 n3 n4 n5 n6 n7 n8 same"
        )
        .output.split(separator: "\n")
        #expect(subnets.count == 9 && Set(subnets).count == 9, "\(subnets)")
        #expect(try host.run("ip -o link show type bridge | wc -l").line == "9")
    }

    @Test("is removed or used, never both, whoever is quicker")
    func race() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        for round in 0..<6 {
            try created(host, ["lab"])
            let run = try host.start(
                "exec minirun run --rm --net lab \"$1\" ping -c 1 -W 1 \(FakeHost.neighbour)", [root])
            let remove = try host.start("sleep 0.0\(round * 15); exec minirun network rm lab")
            let (ran, removed) = (try run.wait(), try remove.wait())
            if ran.status != 0 {
                #expect(ran.status == 125 && ran.errors.contains("network lab not found"), "\(ran)")
                #expect(removed.status == 0, "\(removed)")
            }
            if removed.status != 0 {
                #expect(removed.errors.contains("network lab has active endpoints"), "\(removed)")
            }
            try host.minirun(["network", "rm", "-f", "lab"])
        }
    }
}
