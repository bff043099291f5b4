import Namespaces
import NetSetup
import Testing

@Suite("The grammar of -p")
struct PortSpecificationTests {
    @Test(
        "accepted forms",
        arguments: [
            ("80", [":80/tcp"]),
            (":80", [":80/tcp"]),
            ("80/udp", [":80/udp"]),
            ("80/SCTP", [":80/sctp"]),
            ("80/", [":80/tcp"]),
            ("8080:80", ["8080:80/tcp"]),
            ("0:80", [":80/tcp"]),
            ("192.168.66.11::80", ["192.168.66.11::80/tcp"]),
            ("192.168.66.11:8080:80", ["192.168.66.11:8080:80/tcp"]),
            ("127.0.0.1:8080:80", ["127.0.0.1:8080:80/tcp"]),
            ("0.0.0.0:8080:80", ["0.0.0.0:8080:80/tcp"]),
            ("[::1]:8080:80", ["[::1]:8080:80/tcp"]),
            ("[2001:db8::1]::80", ["[2001:db8::1]::80/tcp"]),
            ("::1:8080:80", ["[::1]:8080:80/tcp"]),
            ("[::]:53:53/udp", ["[::]:53:53/udp"]),
            ("[::ffff:192.0.2.1]:1:2", ["192.0.2.1:1:2/tcp"]),
            ("7000-7002:7000-7002", ["7000:7000/tcp", "7001:7001/tcp", "7002:7002/tcp"]),
            ("7000-7001", [":7000/tcp", ":7001/tcp"]),
            ("8000-9000:80", ["8000-9000:80/tcp"]),
            ("80-80:90-90", ["80:90/tcp"]),
            ("127.0.0.1:8000-8001:80-81/udp", ["127.0.0.1:8000:80/udp", "127.0.0.1:8001:81/udp"]),
            ("published=8080,target=80,protocol=tcp", ["8080:80/tcp"]),
            ("target=80", [":80/tcp"]),
            ("target=53,protocol=udp,mode=host", [":53/udp"]),
            ("published=8000-8001,target=80", ["8000-8001:80/tcp"]),
            ("65535:65535", ["65535:65535/tcp"]),
        ])
    func accepted(text: String, expected: [String]) throws {
        #expect(try PortSpecification.parse(text).map(\.description) == expected)
    }

    @Test(
        "refused forms, in Docker's words",
        arguments: [
            ("", "no port specified: <empty>"),
            ("8080:", "no port specified: 8080:<empty>"),
            (":", "no port specified: :<empty>"),
            ("/tcp", "no port specified: /tcp<empty>"),
            ("1.2.3.4:80:", "no port specified: 1.2.3.4:80:<empty>"),
            ("abc", "invalid containerPort: abc"),
            ("70000", "invalid containerPort: 70000"),
            ("-80", "invalid containerPort: -80"),
            ("80 ", "invalid containerPort: 80 "),
            ("８０", "invalid containerPort: ８０"),
            ("90-80", "invalid containerPort: 90-80"),
            ("abc:80", "invalid hostPort: abc"),
            ("99999:80", "invalid hostPort: 99999"),
            ("20-10:80", "invalid hostPort: 20-10"),
            ("0-5:80", "invalid hostPort: 0-5"),
            ("80/foo", "invalid proto: foo"),
            ("80/tcp/udp", "invalid proto: tcp/udp"),
            ("host:1:2", "invalid IP address: host"),
            ("1.2.3:1:2", "invalid IP address: 1.2.3"),
            ("1.2.3.256:1:2", "invalid IP address: 1.2.3.256"),
            ("[fe80::1%eth0]:1:2", "invalid IP address: fe80::1%eth0"),
            ("[::1:80:80", "invalid IP address [::1: address [::1:: missing ']' in address"),
            ("[::1]x:80:80", "invalid IP address [::1]x: address [::1]x:: missing port in address"),
            ("[::1]:5:80:80", "invalid IP address [::1]:5: address [::1]:5:: too many colons in address"),
            ("7000-7003:7000-7001", "invalid ranges specified for container and host Ports: 7000-7001 and 7000-7003"),
            ("8080:7000-7001", "invalid ranges specified for container and host Ports: 7000-7001 and 8080"),
            ("target=80,x", "invalid publish opts format (should be name=value but got 'x')"),
            ("target=80,=x", "invalid publish opts format (should be name=value but got '=x')"),
            ("published=80", "no port specified: 80:/tcp<empty>"),
            ("target=80,protocol=x", "invalid proto: x"),
            ("0", "invalid port specification: \"0/tcp\""),
            ("8080:0/udp", "invalid port specification: \"0/udp\""),
        ])
    func refused(text: String, message: String) {
        #expect(throws: UsageError(message)) { try PortSpecification.parse(text) }
    }

    @Test("what a mapping prints parses back to it")
    func roundTrip() throws {
        for text in ["80", "[::1]:8000-8010:80/udp", "10.0.0.1::5/sctp"] {
            let mappings = try PortSpecification.parse(text)
            #expect(try PortSpecification.parse(mappings.map(\.description)) == mappings)
        }
    }
}

@Suite("Exposed ports")
struct ExposedPortTests {
    @Test(
        "--expose accepts",
        arguments: [
            ("80", ["80/tcp"]), ("53/UDP", ["53/udp"]), ("7000-7002/udp", ["7000/udp", "7001/udp", "7002/udp"]),
            ("80-80", ["80/tcp"]),
        ])
    func accepted(text: String, expected: [String]) throws {
        #expect(try ExposedPort.parse(text).map(\.description) == expected)
    }

    @Test(
        "--expose refuses, in Docker's words",
        arguments: [
            ("", "invalid port range: value is empty"),
            ("abc", "invalid start port 'abc': invalid syntax"),
            ("70000", "invalid start port '70000': value out of range"),
            ("80-x", "invalid end port 'x': invalid syntax"),
            ("80-", "invalid end port '': value is empty"),
            ("90-80/udp", "invalid port range: 90-80/udp"),
            ("80:80", "invalid start port '80:80': invalid syntax"),
            ("80/foo", "invalid proto: foo"),
        ])
    func refused(text: String, reason: String) {
        #expect(throws: UsageError("invalid range format for --expose: \(reason)")) { try ExposedPort.parse(text) }
    }

    @Test("a Dockerfile's EXPOSE lines, continued, commented, with variables")
    func dockerfile() throws {
        let text = """
            # escape=\\
            FROM alpine AS base
            ARG ADMIN=9000
            ENV WEB=8080 DNS="53/udp"
            expose 80 443/tcp
            # EXPOSE 1
            EXPOSE 7000-7001/udp \\
              # a comment between
              ${WEB} $DNS
            EXPOSE ${ADMIN} ${NOTHING:-81} $UNKNOWN 80
            CMD ["EXPOSE", "2"]
            """
        #expect(
            try Dockerfile.exposedPorts(text).map(\.description) == [
                "80/tcp", "443/tcp", "7000/udp", "7001/udp", "8080/tcp", "53/udp", "9000/tcp", "81/tcp",
            ])
    }

    @Test("a bad EXPOSE names its line")
    func badDockerfile() {
        #expect(throws: UsageError("line 2: EXPOSE x: invalid start port 'x': invalid syntax")) {
            try Dockerfile.exposedPorts("FROM a\nEXPOSE 80 x\n")
        }
    }
}

@Suite("The output of port")
struct PortListingTests {
    private let ports: [PublishedPort] = {
        let any = IPAddress.unspecified
        return [
            PublishedPort(container: ContainerPort(8080), hostAddress: any(.v4), hostPort: 32768),
            PublishedPort(container: ContainerPort(80), hostAddress: any(.v6), hostPort: 32769),
            PublishedPort(container: ContainerPort(80), hostAddress: any(.v4), hostPort: 32769),
            PublishedPort(container: ContainerPort(53, .udp), hostAddress: IPAddress(v4: 0x7f00_0001), hostPort: 53),
        ]
    }()

    @Test("natural order, IPv6 in brackets")
    func lines() {
        #expect(
            PortListing.lines(ports) == [
                "53/udp -> 127.0.0.1:53", "80/tcp -> 0.0.0.0:32769", "80/tcp -> [::]:32769",
                "8080/tcp -> 0.0.0.0:32768",
            ])
    }

    @Test("one port")
    func one() throws {
        #expect(try PortListing.frontends(ports, of: "80", container: "C") == ["0.0.0.0:32769", "[::]:32769"])
        #expect(try PortListing.frontends(ports, of: "53/UDP", container: "C") == ["127.0.0.1:53"])
    }

    @Test(
        "refusals",
        arguments: [
            ("80/udp", "no public port '80/udp' published for C"), ("x", "invalid port 'x': invalid syntax"),
            ("70000", "invalid port '70000': value out of range"), ("", "invalid port: value is empty"),
        ])
    func refused(text: String, message: String) {
        #expect(throws: UsageError(message)) { try PortListing.frontends(ports, of: text, container: "C") }
    }
}
