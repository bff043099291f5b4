import CShim
import Testing

@Suite("Capture")
struct CaptureTests {
    /// Starts a capture and waits until it listens.
    private func capture(_ host: FakeHost, _ words: String...) throws -> ChildProcess {
        let process = try host.start("exec minirun capture \"$@\"", words)
        // One that ends by number may have ended already: neighbours announce themselves.
        _ = eventually { process.errors.contains("listening to ") || !process.isRunning }
        guard process.errors.contains("listening to ") else {
            throw HarnessError("the capture does not start: \(process.errors)")
        }
        return process
    }

    /// A connection, a ping and a question for a name, from a container to the neighbour.
    private func traffic(_ host: FakeHost) throws {
        try host.run(as: .container("web"), fetching(FakeHost.neighbour, 80))
        try host.run(as: .container("web"), "ping -c 1 -W 1 192.168.66.50")
        try host.run(as: .container("web"), "dig +tries=1 +timeout=1 @192.168.66.50 lab.example A")
    }

    @Test("shows what a bridge passes from one container to another")
    func betweenContainers() throws {
        let host = try FakeHost()
        #expect(try host.minirun(["network", "create", "--subnet", "10.1.0.0/24", "lab"]).status == 0)
        for name in ["db", "api"] { try host.detached(["--name", name, "--network", "lab"], ["sleep", "1000"]) }
        let capture = try capture(host, "lab")
        #expect(try host.run(as: .container("db"), "ping -c 1 -W 20 10.1.0.3").status == 0)
        #expect(
            eventually {
                ["10.1.0.2 > 10.1.0.3: ICMP echo request", "10.1.0.3 > 10.1.0.2: ICMP echo reply"].allSatisfy(
                    capture.output.contains)
            }, "\(capture.output)")
        host.signal(capture, SIGINT)
        #expect(try capture.wait().status == 0)
    }

    /// Lines without what differs between two captures of the same: the time, and what tcpdump says beyond.
    private func plain(_ text: String) -> [String] {
        let lines = text.split(separator: "\n").map { line -> String in
            String(line.dropFirst(16)).replacing(#/ options \[[^\]]*\],/#, with: "")
                .replacing(#/(length \d+): HTTP.*/#) { String($0.output.1) }
        }
        // What interfaces say by themselves when they come up is over for the one and not for the other.
        return lines.filter { !$0.contains("IP6") && !$0.contains("224.0.0.22") }
    }

    @Test("shows the lines that tcpdump shows beside it")
    func besideTcpdump() throws {
        let host = try FakeHost()
        let server = try host.neighbourServer()
        try host.detached(["--name", "web"], ["sleep", "1000"])
        let witness = try host.start("exec tcpdump -Slni ens33 -U 2>/run/tcpdump.log")
        #expect(try eventually { try host.run("cat /run/tcpdump.log").output.contains("listening on ens33") })
        let capture = try capture(host, "ens33")
        try traffic(host)
        #expect(eventually { capture.output.contains(" A? lab.example. (") && capture.output.contains("unreachable") })
        #expect(eventually { plain(witness.output) == plain(capture.output) })
        host.signal(capture, SIGINT)
        let outcome = try capture.wait()
        host.signal(witness, SIGTERM)
        #expect(plain(outcome.output) == plain(try witness.wait().output))
        #expect(outcome.status == 0 && outcome.errors.hasSuffix(" packets captured\n"), "\(outcome)")
        for part in [
            "Flags [S],", "Flags [S.],", "ICMP echo request, id ", "ICMP 192.168.66.50 udp port 53 unreachable",
        ] {
            #expect(outcome.output.contains(part), "\(part): \(outcome)")
        }
        withExtendedLifetime(server) {}
    }

    @Test("as a file is read by tcpdump, from a container and from a network's bridge")
    func file() throws {
        let host = try FakeHost()
        let server = try host.neighbourServer()
        try host.detached(["--name", "web"], ["sleep", "1000"])
        let inside = try capture(host, "web", "-w", "/run/inside.pcap")
        let bridge = try capture(host, "bridge", "-w", "/run/bridge.pcap")
        try traffic(host)
        for process in [inside, bridge] {
            pause(0.2)
            host.signal(process, SIGTERM)
            #expect(try process.wait().status == 0)
        }
        for file in ["inside", "bridge"] {
            let read = try host.run("tcpdump -nr /run/\(file).pcap")
            #expect(read.errors.contains("link-type EN10MB (Ethernet)"), "\(read)")
            #expect(read.output.contains("IP 172.17.0.2.") && read.output.contains("> 192.168.66.50.80: Flags [S]"))
            #expect(read.output.contains("A? lab.example.") && read.output.contains("ICMP echo reply"), "\(read)")
        }
        withExtendedLifetime(server) {}
    }

    @Test("puts a VLAN's tag back, which the kernel takes off")
    func tag() throws {
        let host = try FakeHost()
        try host.run("ip link add name v0 type veth peer name v1; ip link set dev v0 up; ip link set dev v1 up")
        let file = try capture(host, "v1", "-w", "/run/tag.pcap")
        let lines = try capture(host, "v1")
        // To all, from 02:00:00:00:00:01, VLAN 7 of priority 5: who has 10.7.0.2, says 10.7.0.1?
        let frame: [UInt8] =
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x81, 0, 0xa0, 7, 8, 6]
            + [0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 7, 0, 1, 0, 0, 0, 0, 0, 0, 10, 7, 0, 2]
        // As printf(1) of every shell reads it: in octal digits.
        let text = frame.map { byte in
            let digits = String(byte, radix: 8)
            return "\\0" + String(repeating: "0", count: 3 - digits.count) + digits
        }
        try host.run("printf %b \"$1\" | socat -u STDIN INTERFACE:v0", [text.joined()])
        #expect(eventually { lines.output.contains("vlan 7, ARP, Request who-has 10.7.0.2 tell 10.7.0.1, length 28") })
        for process in [file, lines] {
            host.signal(process, SIGINT)
            try process.wait()
        }
        let read = try host.run("tcpdump -enr /run/tag.pcap")
        #expect(read.output.contains("vlan 7, p 5,") && read.output.contains("who-has 10.7.0.2"), "\(read)")
    }

    @Test("ends by number and by time; a pipe gets it whole")
    func ends() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], ["sleep", "1000"])
        let counted = try capture(host, "web", "-c", "2")
        try host.run(as: .container("web"), "ping -c 1 -W 1 192.168.66.50")
        let outcome = try counted.wait()
        #expect(outcome.status == 0 && outcome.output.split(separator: "\n").count == 2, "\(outcome)")
        #expect(
            outcome.output.contains(#/ eth0 (Out|In ) (IP|ARP)/#) && outcome.errors.hasSuffix("2 packets captured\n"))
        let named = try host.minirun(["capture", "ext", "--timeout", "0.2"])
        #expect(named.status == 0 && named.errors.hasPrefix("listening to ext"), "\(named)")
        let timed = try host.minirun(["capture", "lo", "--timeout", "0.2"])
        #expect(timed.status == 0 && timed.errors.hasSuffix("0 packets captured\n"), "\(timed)")
        let pipe = try host.start("minirun capture lo -c 2 -w - | tcpdump -nr -")
        #expect(eventually { pipe.errors.contains("listening to lo") })
        try host.run("ping -c 1 127.0.0.1")
        #expect(try pipe.wait().output.contains("127.0.0.1: ICMP echo request"))
    }

    @Test("speaks Chinese around its lines")
    func chinese() throws {
        let host = try FakeHost()
        let outcome = try host.chinese("capture lo --timeout 0.2")
        #expect(outcome.errors == "正在监听 lo，按 Ctrl-C 结束\n共捕获 0 个报文\n", "\(outcome)")
        #expect(try host.chinese("capture nobody").errors.hasSuffix("or network namespace: nobody\n"))
    }

    @Test("ends with the container and with the interface; says what is wrong")
    func gone() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web"], ["sleep", "1000"])
        let container = try capture(host, "web")
        try host.minirun(["rm", "-f", "web"])
        let ended = try container.wait()
        #expect(ended.status == 0 && ended.errors.contains("web has gone\n"), "\(ended)")
        try host.run("ip link add name v0 type veth peer name v1; ip link set dev v0 up")
        let interface = try capture(host, "v0")
        try host.run("ip link delete dev v0")
        let taken = try interface.wait()
        #expect(taken.status == 0 && taken.errors.contains("v0 has gone\n"), "\(taken)")
        let cases: [([String], String)] = [
            (["nobody"], "or network namespace: nobody"), (["lo", "-c", "0"], "--count has to be 1 or more"),
            (["lo", "-w", "/nonexistent/x"], "write /nonexistent/x: no such file or directory"),
        ]
        for (words, sentence) in cases {
            let outcome = try host.minirun(["capture"] + words)
            #expect(outcome.status != 0 && outcome.errors.contains(sentence), "\(words): \(outcome)")
        }
    }
}
