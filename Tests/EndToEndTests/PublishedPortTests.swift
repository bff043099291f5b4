import CShim
import Testing

/// Who asks, and how: a fetch over TCP from one of the places of the reachability matrix.
enum Client: String, CaseIterable, Sendable {
    case neighbour, hostLoopback, hostLoopback6, hostAddress, itself, sibling

    /// The address at which this client asks for a port published on all addresses.
    var target: String {
        switch self {
        case .hostLoopback: "127.0.0.1"
        case .hostLoopback6: "[::1]"
        default: FakeHost.address
        }
    }
}

extension FakeHost {
    /// Fetches `http://TARGET:PORT/cgi-bin/who` as this client; the container that serves is called web.
    func fetch(
        as client: Client, port: Int, at target: String? = nil, within seconds: Int = 20
    ) throws -> Outcome {
        try run(via(client, fetching(target ?? client.target, port, within: seconds)))
    }

    /// Sends one datagram as this client and returns the answer.
    func datagram(as client: Client, port: Int, at target: String? = nil) throws -> Outcome {
        let family = (target ?? client.target).hasPrefix("[") ? "UDP6" : "UDP4"
        // It ends with the answer.
        let ask = """
            socat -t 0 -T 20 \(family):\(target ?? client.target):\(port) \
                SYSTEM:'echo hello; read answer; echo $answer >&2' 2>&1
            """
        return try run(via(client, ask))
    }

    private func via(_ client: Client, _ script: String) throws -> String {
        let root = try Places.busybox.get()
        let quoted = "'" + script.replacing("'", with: "'\\''") + "'"
        return switch client {
        case .neighbour: "ip netns exec ext sh -c \(quoted)"
        case .hostLoopback, .hostLoopback6, .hostAddress: "sh -c \(quoted)"
        case .itself: "minirun run --rm --net container:web '\(root)' sh -c \(quoted)"
        case .sibling: "minirun run --rm '\(root)' sh -c \(quoted)"
        }
    }
}

@Suite("A published port")
struct PublishedPortTests {
    @Test(
        "is reached by everybody, who is seen as it should be",
        arguments: [(0, Client.allCases), (1, Client.allCases)])
    func matrix(bridgeNetfilter: Int, clients: [Client]) throws {
        let host = try FakeHost()
        try host.run("echo \(bridgeNetfilter) > /proc/sys/net/bridge/bridge-nf-call-iptables || :")
        let web = try host.container(
            ["--name", "web", "-p", "8080:80", "-p", "5353:53/udp"], serving: [webServer, datagramServer])
        let gateway = try host.run("ip -o -4 addr show dev minirun0 | grep -o 'inet [0-9.]*' | cut -c6-").line
        #expect(gateway == "172.17.0.1")
        for client in clients {
            let seen = client == .neighbour ? FakeHost.neighbour : gateway
            let tcp = try host.fetch(as: client, port: 8080)
            let udp = try host.datagram(as: client, port: 5353)
            #expect(tcp.status == 0, "tcp from \(client): \(tcp)")
            if client != .hostLoopback6 {
                #expect(tcp.line.contains(seen), "tcp from \(client): \(tcp)")
                #expect(udp.line.contains(seen), "udp from \(client): \(udp)")
            }
            // The twin: a port that nobody published, on the same way.
            #expect(try host.fetch(as: client, port: 8081, within: 2).status != 0, "tcp from \(client), not published")
        }
        host.signal(web, SIGKILL)
        try web.wait()
        for client in [Client.neighbour, .hostLoopback, .hostLoopback6, .hostAddress] {
            #expect(try host.fetch(as: client, port: 8080, within: 2).status != 0, "from \(client), supervisor dead")
        }
    }

    @Test("does not open the container to neighbours otherwise")
    func directAccess() throws {
        let host = try FakeHost()
        let web = try host.container(["--name", "web", "-p", "8080:80"], serving: [webServer])
        let address = try host.inspect("web", "{{.NetworkSettings.IPAddress}}")
        try host.run("ip -n ext route add 172.17.0.0/16 via \(FakeHost.address)")
        #expect(try host.fetch(as: .hostAddress, port: 80, at: address).status == 0)
        #expect(try host.fetch(as: .neighbour, port: 8080).status == 0)
        #expect(try host.fetch(as: .neighbour, port: 80, at: address, within: 2).status != 0)
        // The twin: without the table the same way is open, so it was the table that closed it.
        try host.run("nft delete table inet minirun")
        #expect(try host.fetch(as: .neighbour, port: 80, at: address).status == 0)
        withExtendedLifetime(web) {}
    }

    @Test("on one address answers on that address only")
    func oneAddress() throws {
        let host = try FakeHost()
        try host.run("ip addr add 192.168.66.12/24 dev ens33")
        let web = try host.container(
            ["--name", "web", "-p", "192.168.66.12:8080:80", "-p", "127.0.0.1:8081:80"], serving: [webServer])
        #expect(try host.fetch(as: .neighbour, port: 8080, at: "192.168.66.12").status == 0)
        #expect(try host.fetch(as: .hostAddress, port: 8080, at: "192.168.66.12").status == 0)
        #expect(try host.fetch(as: .neighbour, port: 8080, at: FakeHost.address, within: 2).status != 0)
        #expect(try host.fetch(as: .hostAddress, port: 8080, at: FakeHost.address, within: 2).status != 0)
        #expect(try host.fetch(as: .hostLoopback, port: 8081).status == 0)
        #expect(try host.fetch(as: .neighbour, port: 8081, within: 2).status != 0)
        #expect(try host.fetch(as: .hostAddress, port: 8081, within: 2).status != 0)
        withExtendedLifetime(web) {}
    }

    @Test("without a host port gets one of the ephemeral range, the same for both families")
    func dynamic() throws {
        let host = try FakeHost()
        let web = try host.container(["--name", "web", "-p", "80"], serving: [webServer])
        let lines = try host.minirun(["port", "web"]).output.split(separator: "\n")
        let ports = Set(lines.compactMap { $0.split(separator: ":").last.flatMap { Int($0) } })
        #expect(lines.first?.hasPrefix("80/tcp -> 0.0.0.0:") == true, "\(lines)")
        #expect(lines.last?.hasPrefix("80/tcp -> [::]:") == true, "\(lines)")
        #expect(ports.count == 1)
        let port = try #require(ports.first)
        #expect((32768...60999).contains(port))
        #expect(try host.fetch(as: .neighbour, port: port).line.contains(FakeHost.neighbour))
        withExtendedLifetime(web) {}
    }

    @Test("of a range is one to one; of a range to one port is the first free")
    func ranges() throws {
        let host = try FakeHost()
        let options = ["-p", "7000-7002:80-82", "-p", "8000-8002:80"]
        let one = try host.container(["--name", "one"] + options.suffix(2), serving: [webServer])
        let two = try host.container(["--name", "two"] + options, serving: [webServer])
        #expect(try host.minirun(["port", "one", "80/tcp"]).output.contains("0.0.0.0:8000"))
        let ports = try host.minirun(["port", "two"]).output
        for pair in ["80/tcp -> 0.0.0.0:7000", "81/tcp -> 0.0.0.0:7001", "82/tcp -> 0.0.0.0:7002", "0.0.0.0:8001"] {
            #expect(ports.contains(pair), "\(pair) in\n\(ports)")
        }
        #expect(try host.fetch(as: .neighbour, port: 7000).status == 0)
        #expect(try host.fetch(as: .neighbour, port: 8001).status == 0)
        #expect(try host.fetch(as: .neighbour, port: 8002, within: 2).status != 0)
        withExtendedLifetime((one, two)) {}
    }

    @Test("comes from the exposed ones with -P")
    func exposed() throws {
        let host = try FakeHost()
        try host.run("printf 'FROM x\\nEXPOSE 80 53/udp\\n' > /run/Dockerfile")
        let web = try host.container(
            ["--name", "web", "-P", "--expose", "443", "--expose-from", "/run/Dockerfile"], serving: [webServer])
        let lines = try host.minirun(["port", "web"]).output.split(separator: "\n").filter { $0.contains("0.0.0.0") }
        #expect(lines.map { $0.split(separator: " ")[0] } == ["53/udp", "80/tcp", "443/tcp"])
        let missing = try host.minirun(["port", "web", "22/tcp"])
        #expect(
            missing.status == 1 && missing.errors.contains("no public port '22/tcp' published for web"), "\(missing)")
        withExtendedLifetime(web) {}
    }

    @Test("that somebody has is refused, by the right name, and nothing is left")
    func taken() throws {
        let host = try FakeHost()
        let web = try host.container(["--name", "web", "-p", "8080:80"], serving: [webServer])
        let other = try host.start("exec socat TCP4-LISTEN:9090,fork,reuseaddr SYSTEM:cat")
        #expect(try eventually { try host.run("exec socat -u /dev/null TCP4:127.0.0.1:9090").status == 0 })
        let before = try host.quietState()
        let ours = try host.runContainer(["--rm", "-p", "8080:80"], "true")
        #expect(ours.status == 125)
        #expect(
            ours.errors.contains("Bind for 0.0.0.0:8080 failed: port is already allocated (by minirun, process "),
            "\(ours)")
        let foreign = try host.runContainer(["--rm", "-p", "9090:80"], "true")
        #expect(foreign.status == 125)
        #expect(
            foreign.errors.contains(
                "failed to bind host port 0.0.0.0:9090/tcp: address already in use (by socat, process "), "\(foreign)")
        let elsewhere = try host.runContainer(["--rm", "-p", "10.9.8.7:8080:80"], "true")
        #expect(elsewhere.status == 125)
        #expect(elsewhere.errors.contains("cannot assign requested address"), "\(elsewhere)")
        let full = try host.runContainer(["--rm", "-p", "8080-8080:80"], "true")
        #expect(full.status == 125)
        let after = try host.settledState(like: before)
        #expect(after == before, "\(before.difference(to: after))")
        #expect(try host.runContainer(["--rm", "-p", "8081:80"], "true").status == 0)
        withExtendedLifetime((web, other)) {}
    }

    @Test("is free at once when its container ends")
    func reuse() throws {
        let host = try FakeHost()
        for round in 0..<3 {
            let web = try host.container(["--name", "web", "-p", "8080:80", "--rm"], serving: [webServer])
            #expect(try host.fetch(as: .neighbour, port: 8080).status == 0, "round \(round)")
            host.signal(web, round == 1 ? SIGKILL : SIGTERM)
            if round != 1 { try host.run("kill -9 \"$(minirun inspect -f '{{.State.Pid}}' web)\"") }
            try web.wait()
        }
        #expect(try host.fetch(as: .neighbour, port: 8080, within: 2).status != 0)
    }

    @Test func whoJoinsANetworkMayPublishItsPorts() throws {
        let host = try FakeHost()
        try host.detachedServer(["--name", "web"])
        let joining = ["--network", "container:web", "-p", "8080:80"]
        let refused = try host.runContainer(["--rm"] + joining, "true")
        #expect(refused.status == 125 && refused.errors.contains("port publishing and the container type network mode"))
        try host.detached(["--name", "joiner", "--allow-joined-publish"] + joining, ["sleep", "1000"])
        #expect(try eventually { try host.fetch(as: .neighbour, port: 8080).line.contains(FakeHost.neighbour) })
        #expect(try host.minirun(["port", "web"]).output.contains("80/tcp -> 0.0.0.0:8080"))
        #expect(try host.minirun(["rm", "-f", "joiner"]).status == 0)
        #expect(try host.minirun(["port", "web"]).output == "")
        #expect(try host.fetch(as: .neighbour, port: 8080, within: 2).status != 0)
        // A port that is taken is the joiner's failure, and leaves nothing.
        try host.detachedServer(["--name", "other", "-p", "8080:80"])
        let taken = try host.runContainer(["--rm", "--allow-joined-publish"] + joining, "true")
        #expect(taken.status == 125 && taken.errors.contains("port is already allocated"), "\(taken)")
        #expect(try host.minirun(["ps", "-aq"]).output.split(separator: "\n").count == 2)
    }
}
