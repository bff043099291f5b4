import CShim
import Namespaces
import SystemPackage
import Testing

@testable import NetSetup

@Suite("A container's name server answers from its networks")
struct LocalNamesTests {
    @Test(arguments: [true, false]) func addressesAndNames(opensTogether: Bool) throws {
        let container = try NamedContainer(opensTogether: opensTogether)
        try container.register(["Web", "www"], ["172.18.0.2", "fd00::2"])
        try container.register(["db"], ["172.19.0.9"], holder: "c2", network: "second")
        #expect(container.service.notice == nil)
        #expect(try container.short("web A") == ["172.18.0.2"])
        #expect(try container.short("www AAAA") == ["fd00::2"])
        #expect(try container.short("web.lab A") == ["172.18.0.2"])
        #expect(try container.short("db A") == ["172.19.0.9"])
        #expect(try container.short("+noidnin db.课堂 A") == ["172.19.0.9"])
        #expect(try container.short("db.xn--cksr32j A") == container.short("db.课堂 A"))
        #expect(try container.short("web A +tcp") == ["172.18.0.2"])
        #expect(try container.short("-x 172.18.0.2") == ["Web.lab."])
        #expect(try container.short("-x fd00::2") == ["Web.lab."])
        // Of another network than the name's.
        #expect(try container.status("db.lab A") == "NXDOMAIN")
    }

    @Test func spellingIsRepeatedAndAnswersAreNotToBeKept() throws {
        let container = try NamedContainer()
        try container.register(["web"], ["172.18.0.2"])
        let text = try container.dig("wEB.Lab A")
        #expect(text.contains("wEB.Lab.\t\t0\tIN\tA\t172.18.0.2"))
        #expect(text.contains("flags: qr aa rd ra;"))
        #expect(text.contains("EDNS: version: 0"))
        #expect(try !container.dig("+noedns web A").contains("EDNS"))
    }

    @Test func nameWithoutAddressOfTheFamilyIsThereAllTheSame() throws {
        let upstream = try NamedContainer(upstream: ["127.0.0.2"])
        let server = try FakeNameServer(upstream.host, "127.0.0.2", FakeNameServer.knowing("9.9.9.9"))
        upstream.add(server)
        try upstream.register(["web"], ["172.18.0.2"])
        for type in ["AAAA", "MX", "HTTPS"] {
            let text = try upstream.dig("web \(type)")
            #expect(text.contains("NOERROR") && text.contains("ANSWER: 0"), "\(type)")
        }
        #expect(server.asked == [])
        // One network has its IPv4 address, the other its IPv6 address.
        try upstream.register(["web"], ["fd00::9"], network: "second")
        #expect(try upstream.short("web AAAA") == ["fd00::9"])
    }

    @Test func sharedAliasTurns() throws {
        let container = try NamedContainer()
        for number in 2...4 {
            try container.register(["c\(number)", "web"], ["172.18.0.\(number)"], holder: "c\(number)")
        }
        let answers = try (0..<3).map { _ in try container.short("web A") }
        #expect(answers.allSatisfy { $0.sorted() == ["172.18.0.2", "172.18.0.3", "172.18.0.4"] })
        #expect(Set(answers.map { $0[0] }).count == 3)
        try container.place.kill("c3")
        #expect(try container.short("web A").sorted() == ["172.18.0.2", "172.18.0.4"])
    }

    @Test func otherLettersAnswerInBothForms() throws {
        let container = try NamedContainer()
        try container.register(["教育"], ["172.18.0.2"])
        #expect(try container.short("+noidnin 教育 A") == ["172.18.0.2"])
        #expect(try container.short("xn--wcvs22d A") == ["172.18.0.2"])
        #expect(try container.short("+noidnin 教育.lab A") == ["172.18.0.2"])
        // An address leads to the form that every program can print.
        #expect(try container.short("+noidnout -x 172.18.0.2") == ["xn--wcvs22d.lab."])
    }

    @Test func manyAddressesAreCutByUDPAndWholeByTCP() throws {
        let container = try NamedContainer()
        for number in 1...60 { try container.register(["web"], ["172.18.0.\(number)"], holder: "c\(number)") }
        let cut = try container.dig("+noedns +ignore web A")
        #expect(cut.contains("flags: qr aa tc") && cut.contains("ANSWER: 30,"))
        #expect(try container.dig("+noedns web A").contains("Truncated, retrying in TCP mode"))
        #expect(try container.short("+noedns web A").filter { !$0.hasPrefix(";") }.count == 60)
        let whole = try container.dig("+bufsize=4096 +ignore web A")
        #expect(whole.contains("ANSWER: 60,") && !whole.contains("flags: qr aa tc"))
        #expect(try container.dig("+bufsize=900 +ignore web A").contains("flags: qr aa tc"))
    }

    @Test func connectingLiveTakesEffectAtOnce() throws {
        let container = try NamedContainer()
        try container.register(["db"], ["172.20.0.3"], network: "third")
        #expect(try container.status("db A") == "NXDOMAIN")
        container.service.settings.zones.append(NameZone(network: "third", suffix: "third", subnets: []))
        #expect(try container.short("db.third A") == ["172.20.0.3"])
        container.service.settings.zones.removeLast()
        #expect(try container.status("db A") == "NXDOMAIN")
    }

    @Test func libraryAndBusyboxFindNames() throws {
        let container = try NamedContainer()
        try container.register(["web", "教育"], ["172.18.0.2", "fd00::2"])
        let file = container.place.path.appending("resolv.conf")
        let host = "nameserver 127.0.0.53\nsearch lan\n"
        let resolver = ContainerResolver(
            host: host, resolved: { nil }, overrides: ResolverOverrides(), reach: .embedded)
        try Files.write(resolver.text, to: file)
        func ask(_ command: String) throws -> String {
            try container.shell(
                "unshare -m --propagation private sh -c 'mount --bind \(file) /etc/resolv.conf; \(command)'")
        }
        #expect(try ask("getent -A -s dns ahostsv4 web").hasPrefix("172.18.0.2 "))
        #expect(try ask("getent -A -s dns ahostsv6 web").hasPrefix("fd00::2 "))
        #expect(try ask("getent -s dns hosts 172.18.0.2").contains("web.lab"))
        // It asks for every domain of the search list as well, and nobody here knows about those.
        try Files.write(resolver.text.replacing("search lan\n", with: ""), to: file)
        let busybox = try ask("busybox nslookup web")
        #expect(busybox.contains("Address: 172.18.0.2") || busybox.contains("Address 1: 172.18.0.2"), "\(busybox)")
    }
}

@Suite("A container's name server asks others")
struct UpstreamTests {
    @Test func unknownNamesGoUpstreamWithFreshIDAndPort() throws {
        let container = try NamedContainer(upstream: ["127.0.0.2"])
        let server = try FakeNameServer(container.host, "127.0.0.2", FakeNameServer.knowing("9.9.9.9"))
        container.add(server)
        try container.register(["web"], ["172.18.0.2"])
        for _ in 0..<4 { #expect(try container.short("example.org A") == ["9.9.9.9"]) }
        #expect(Set(server.ports).count > 1 && Set(server.ids).count > 1)
        #expect(server.asked.allSatisfy { $0 == "example.org. 1 udp" })
        // Docker asks about these, too.
        #expect(try container.short("nobody A") == ["9.9.9.9"])
        #expect(try container.short("nobody.lab A") == ["9.9.9.9"])
        #expect(try container.status("example.org MX") == "NXDOMAIN")
        #expect(try container.short("-x 8.8.8.8").isEmpty)
        let before = server.asked
        #expect(
            before.suffix(4) == [
                "nobody. 1 udp", "nobody.lab. 1 udp", "example.org. 15 udp", "8.8.8.8.in-addr.arpa. 12 udp",
            ])
        // An address of one of the networks that nobody has is nobody's, and no secret to be told.
        #expect(try container.status("-x 172.18.0.77") == "NXDOMAIN")
        #expect(try container.status("-x fd00::77") == "NXDOMAIN")
        #expect(server.asked == before)
    }

    @Test func withoutServersOnlyLocalNamesDoNotExist() throws {
        let container = try NamedContainer()
        #expect(try container.status("nobody A") == "NXDOMAIN")
        #expect(try container.status("nobody.lab A") == "NXDOMAIN")
        #expect(try container.status("example.org A") == "SERVFAIL")
    }

    @Test func internalNetworkLetsNothingOut() throws {
        let container = try NamedContainer(upstream: ["127.0.0.2"], forwards: false)
        let server = try FakeNameServer(container.host, "127.0.0.2", FakeNameServer.knowing("9.9.9.9"))
        container.add(server)
        try container.register(["web"], ["172.18.0.2"])
        #expect(try container.short("web A") == ["172.18.0.2"])
        for name in ["example.org", "nobody", "nobody.lab", "-x 8.8.8.8", "example.org TXT +tcp"] {
            #expect(try container.status(name) == "SERVFAIL", "\(name)")
        }
        #expect(server.asked == [])
        container.service.settings.forwards = true
        #expect(try container.short("example.org A") == ["9.9.9.9"])
    }

    @Test func silentServersEndInFailureAndTheNextServerIsAsked() throws {
        let container = try NamedContainer(upstream: ["127.0.0.2"])
        let silent = try FakeNameServer(container.host, "127.0.0.2") { _, _ in nil }
        container.add(silent)
        let text = try container.dig("+time=2 example.org A")
        #expect(text.contains("status: SERVFAIL"), "\(text)")
        #expect(silent.asked.count == 2)
        let other = try FakeNameServer(container.host, "127.0.0.3", FakeNameServer.knowing("9.9.9.9"))
        container.add(other)
        container.service.settings.upstream = ["127.0.0.2", "127.0.0.3"].compactMap(NameServer.init)
        #expect(try container.short("example.org A") == ["9.9.9.9"])
        // One that is not there at all, and one that refuses.
        container.service.settings.upstream = ["127.0.0.9", "127.0.0.3"].compactMap(NameServer.init)
        #expect(try container.short("example.org A") == ["9.9.9.9"])
        let refusing = try FakeNameServer(container.host, "127.0.0.4") { query, _ in query.answer(.refused).encoded() }
        container.add(refusing)
        container.service.settings.upstream = ["127.0.0.4", "127.0.0.3"].compactMap(NameServer.init)
        #expect(try container.short("example.org A") == ["9.9.9.9"])
        container.service.settings.upstream = ["127.0.0.4"].compactMap(NameServer.init)
        #expect(try container.status("example.org A") == "REFUSED")
        #expect(refusing.asked.count == 2)
        container.service.settings.upstream = ["127.0.0.9"].compactMap(NameServer.init)
        #expect(try container.status("example.org A") == "SERVFAIL")
    }

    @Test func longAnswersAreFetchedByTCPForWhoeverAsksByTCP() throws {
        let container = try NamedContainer(upstream: ["127.0.0.2"])
        let server = try FakeNameServer(container.host, "127.0.0.2") { query, isStream in
            guard let question = query.question else { return nil }
            let records = (0..<100).map { DNSRecord(question.name, IPAddress(v4: 0x0a00_0000 + $0), timeToLive: 5) }
            return query.answer(.success, records).encoded(limit: isStream ? 65535 : 512)
        }
        container.add(server)
        #expect(try container.dig("+ignore example.org A").contains("flags: qr tc rd ra"))
        #expect(server.asked == ["example.org. 1 udp"])
        #expect(try container.dig("example.org A").contains("ANSWER: 100,"))
        #expect(server.asked.suffix(3) == ["example.org. 1 udp", "example.org. 1 udp", "example.org. 1 tcp"])
    }

    @Test func answersOfStrangersAreNotHeard() throws {
        let container = try NamedContainer(upstream: ["127.0.0.2"])
        let server = try FakeNameServer(container.host, "127.0.0.2") { query, _ in
            guard let question = query.question else { return nil }
            switch question.name.key {
            case "id.org":
                var bytes = FakeNameServer.knowing("6.6.6.6")(query, false) ?? []
                bytes[0] ^= 0xff
                return bytes
            case "name.org":
                var other = query
                other.question = DNSName("else.org").map { DNSQuestion($0, type: question.type) }
                return FakeNameServer.knowing("6.6.6.6")(other, false)
            case "query.org": return query.encoded()
            case "half.org": return Array(query.answer(.success).encoded().prefix(20))
            default: return nil
            }
        }
        container.add(server)
        for name in ["id.org", "name.org", "query.org", "half.org"] {
            #expect(try container.status("\(name) A") == "SERVFAIL", "\(name)")
        }
    }

    @Test func queriesPassUntouched() throws {
        let container = try NamedContainer(upstream: ["127.0.0.2"])
        var seen: [DNSMessage] = []
        let server = try FakeNameServer(container.host, "127.0.0.2") { query, _ in
            seen.append(query)
            return query.answer(.noSuchName).encoded()
        }
        container.add(server)
        _ = try container.dig("+dnssec +nsid +bufsize=1400 +cdflag eXample.org TYPE65280")
        let query = try #require(seen.first)
        #expect(query.extension?.wantsSignatures == true && query.extension?.udpSize == 1400)
        #expect(query.extension?.options.prefix(4) == [0, 3, 0, 0])
        #expect(query.header.flags & 0x10 != 0)
        #expect(query.question?.type == 65280)
        #expect(query.question?.name.description == "eXample.org.")
    }
}

@Suite("A container's name server stays out of the way")
struct NameServiceSetupTests {
    @Test func containerMayServeAtPort53Itself() throws {
        let container = try NamedContainer()
        try container.register(["web"], ["172.18.0.2"])
        container.add(try FakeNameServer(container.inside, "0.0.0.0", FakeNameServer.knowing("5.5.5.5")))
        for transport in ["+notcp", "+tcp"] {
            #expect(try container.short("\(transport) web A") == ["172.18.0.2"])
            let own = try container.shell("dig @127.0.0.1 +short \(transport) web A")
            #expect(own == "5.5.5.5\n")
        }
        #expect(container.service.notice == nil)
        // No packet of the container has anything to do with connections.
        #expect(try container.inside.shell("wc -l </proc/net/nf_conntrack 2>/dev/null || echo 0") == "0\n")
    }

    @Test func tableReadsLikeItsExplanation() throws {
        let container = try NamedContainer()
        let made = try container.inside.shell("nft list ruleset")
        let ports = made.split(separator: " dport set ").dropFirst().compactMap { $0.split(separator: "\n").first }
        try #require(ports.count == 2)
        let other = try PrivateNetwork.host()
        let step = ServeNames(
            directory: container.place.names, settings: container.service.settings, isAlive: { _ in true })
        // By hand there is no process to enter: the script runs inside already.
        let script = step.explanation.shell.joined(separator: "\n").replacing(
            "nsenter --net=\"/proc/$PID/ns/net\" ", with: "")
        try other.shell("DNS_UDP_PORT=\(ports[0]) DNS_TCP_PORT=\(ports[1])\n\(script)")
        #expect(try other.shell("nft list ruleset") == made)
        // What the list does not show: where the checksum is. (On the loopback interface no packet has one.)
        let detailed = "nft --debug=netlink list ruleset | grep payload"
        #expect(try other.shell(detailed) == container.inside.shell(detailed))
        #expect(made.contains("ip daddr 127.0.0.11 udp dport 53 udp dport set \(ports[0])\n"))
    }

    @Test func secondServerOfANamespaceTakesOver() throws {
        let container = try NamedContainer()
        try container.register(["web"], ["172.18.0.2"])
        let first = try container.inside.shell("nft list ruleset")
        container.service.stop()
        try ServeNames(
            directory: container.place.names, settings: container.service.settings, isAlive: container.place.isAlive
        ).apply(on: container.stage)
        let second = try #require(container.stage.resource(NameService.self))
        container.add(second)
        #expect(try container.short("web A") == ["172.18.0.2"])
        let table = try container.inside.shell("nft list ruleset")
        #expect(table != first && table.split(separator: "\n").count == first.split(separator: "\n").count)
        second.stop()
    }

    @Test func withoutRulesItTakesPort53AndSaysSo() throws {
        let container = try NamedContainer(rewritesPorts: false)
        try container.register(["web"], ["172.18.0.2"])
        #expect(container.service.notice?.contains("port 53 of 127.0.0.11 itself") == true)
        #expect(try container.inside.shell("nft list ruleset") == "")
        #expect(try container.short("web A") == ["172.18.0.2"])
        #expect(try container.short("+tcp web A") == ["172.18.0.2"])
    }

    @Test func garbageLeavesItAlive() throws {
        let container = try NamedContainer(upstream: ["127.0.0.2"])
        let server = try FakeNameServer(container.host, "127.0.0.2", FakeNameServer.knowing("9.9.9.9"))
        container.add(server)
        try container.register(["web"], ["172.18.0.2"])
        let output = try container.shell(
            """
            python3 - <<'EOF'
            import os, random, socket
            random.seed(7)
            query = bytes.fromhex('000701000001000000000000') + b'\\x03web\\x00\\x00\\x01\\x00\\x01'
            u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for n in range(3000):
                bad = bytearray(query)
                for _ in range(random.randrange(1, 6)):
                    bad[random.randrange(len(bad))] = random.randrange(256)
                u.sendto(bytes(bad[:random.randrange(len(bad) + 1)]) + os.urandom(random.randrange(3)), ('127.0.0.11', 53))
            u.sendto(bytes(60000), ('127.0.0.11', 53))
            held = []
            for n in range(60):
                t = socket.create_connection(('127.0.0.11', 53), 3)
                t.sendall([b'', b'\\xff', b'\\xff\\xff' + os.urandom(500), b'\\x00\\x00' * 40, b'\\x00\\x05hello'][n % 5])
                held.append(t)
            t = socket.create_connection(('127.0.0.11', 53), 3)
            for n in range(40): t.sendall(b'\\x00\\x15' + query)
            got = b''
            while len(got) < 40 * (2 + len(query) + 16) and (more := t.recv(65536)): got += more
            print('answered', len(got) // 40)
            t = socket.create_connection(('127.0.0.11', 53), 3)
            for byte in b'\\x00\\x15' + query: t.sendall(bytes([byte]))
            t.shutdown(socket.SHUT_WR)
            print('then', len(t.recv(100)), len(t.recv(100)))
            EOF
            """)
        #expect(output == "answered 39\nthen 39 0\n")
        #expect(try container.short("web A") == ["172.18.0.2"])
        #expect(try container.short("+tcp web A") == ["172.18.0.2"])
        #expect(try container.short("example.org A") == ["9.9.9.9"])
    }

    @Test func manyUnansweredQuestionsAreBounded() throws {
        let container = try NamedContainer(upstream: ["127.0.0.2"])
        let upstream = try FakeNameServer(container.host, "127.0.0.2") { _, _ in nil }
        container.add(upstream)
        let output = try container.shell(
            """
            python3 - <<'EOF'
            import socket, struct, time
            u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            u.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            u.connect(('127.0.0.11', 53)); u.settimeout(20)
            for n in range(300):
                u.send(struct.pack('>6H', n, 256, 1, 0, 0, 0) + b'\\x04q%03d\\x00\\x00\\x01\\x00\\x01' % n)
                if n % 50 == 49: time.sleep(0.02)
            print({u.recv(600)[3] & 15 for n in range(300)})
            EOF
            """)
        #expect(output == "{2}\n")
        // Those beyond the limit are refused at once, and nobody is asked for them.
        let asked = Set(upstream.asked).count
        #expect((1...NameService.questionLimit).contains(asked), "\(asked)")
    }

    @Test func stoppedServiceHoldsNothing() throws {
        let container = try NamedContainer()
        #expect(container.service.interest.count == 2)
        // The network outlives the process: there may be a restart, or others who joined.
        #expect(container.stage.undo.unwindProcess() == [])
        #expect(container.service.interest.count == 2)
        #expect(container.stage.undo.unwind() == [])
        #expect(container.service.interest.isEmpty && container.service.deadline == nil)
        #expect(try container.inside.shell("ss -Hlnut src 127.0.0.11") == "")
    }
}
