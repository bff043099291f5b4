import Namespaces
import NetSetup
import Testing

@Suite("A container's resolv.conf")
struct ContainerResolverTests {
    private func make(
        _ host: String?, resolved: String? = nil, dns: [String] = [], search: [String] = [], options: [String] = [],
        reach: ContainerResolver.Reach = .network(ipv6: true)
    ) throws -> ContainerResolver {
        let overrides = try ResolverOverrides(dns: dns, search: search, options: options)
        return ContainerResolver(host: host, resolved: { resolved }, overrides: overrides, reach: reach)
    }

    private static let origin = "\n# Based on host file: '/etc/resolv.conf'\n"

    @Test(
        "eight hosts",
        arguments: [
            // A plain host.
            (
                "nameserver 192.0.2.1\nsearch a b\noptions ndots:2 edns0\n", nil,
                "nameserver 192.0.2.1\nsearch a b\noptions ndots:2 edns0\n", false
            ),
            // Comments, CRLF, tabs, and the last search list counts.
            (
                "# x\r\n;y\r\nnameserver\t192.0.2.1\r\nsearch a\r\nsearch b\r\n", nil,
                "nameserver 192.0.2.1\nsearch b\n", false
            ),
            // A loopback resolver beside a real one.
            ("nameserver 127.0.0.1\nnameserver 192.0.2.1\n", nil, "nameserver 192.0.2.1\n", false),
            // Only loopback: nothing is left, and nothing is made up.
            ("nameserver 127.0.0.1\nnameserver ::1\n", nil, "", true),
            // Nothing in the file.
            ("", nil, "", true),
            // Link-local servers need the host's link; invalid ones are dropped.
            (
                "nameserver fe80::1%ens33\nnameserver 2001:db8::53\nnameserver nonsense\n", nil,
                "nameserver 2001:db8::53\n", false
            ),
            // Unknown directives pass; domain is a search list of one.
            (
                "domain example.org\nsortlist 10.0.0.0/8\nnameserver 192.0.2.1\n", nil,
                "nameserver 192.0.2.1\nsearch example.org\nsortlist 10.0.0.0/8\n", false
            ),
            // The stub beside another server is only dropped.
            (
                "nameserver 127.0.0.53\nnameserver 192.0.2.1\n", "nameserver 192.0.2.9\n", "nameserver 192.0.2.1\n",
                false
            ),
        ] as [(String, String?, String, Bool)])
    func hosts(host: String, resolved: String?, expected: String, warns: Bool) throws {
        let resolver = try make(host, resolved: resolved)
        #expect(resolver.text == expected + Self.origin)
        #expect((resolver.warning != nil) == warns)
    }

    @Test("systemd-resolved's stub is replaced by the file behind it")
    func stub() throws {
        let resolver = try make(
            "nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch lan\n",
            resolved: "nameserver 192.0.2.1\nsearch lan\n")
        #expect(
            resolver.text
                == "nameserver 192.0.2.1\nsearch lan\n\n# Based on host file: '/run/systemd/resolve/resolv.conf'\n")
        #expect(resolver.warning == nil)
    }

    @Test("the stub without that file warns, and names what was dropped")
    func stubAlone() throws {
        let warning = try #require(try make("nameserver 127.0.0.53\n").warning)
        #expect(warning.contains("127.0.0.53") && warning.contains("--dns"))
    }

    @Test("options replace, loopback among them stays, a dot clears the search list")
    func overrides() throws {
        let host = "nameserver 192.0.2.1\nsearch a\noptions ndots:5\n"
        let resolver = try make(
            host, dns: ["127.0.0.1", "2001:db8::1"], search: ["."], options: ["ndots:1", "rotate"])
        #expect(resolver.text == "nameserver 127.0.0.1\nnameserver 2001:db8::1\noptions ndots:1 rotate\n" + Self.origin)
        #expect(resolver.warning == nil)
    }

    @Test("without IPv6 its servers are dropped; on the host's network everything stays")
    func reach() throws {
        let host = "nameserver 127.0.0.1\nnameserver 2001:db8::1\nnameserver 192.0.2.1\n"
        #expect(try make(host, reach: .network(ipv6: false)).text == "nameserver 192.0.2.1\n" + Self.origin)
        #expect(try make(host, reach: .host).text == host + Self.origin)
        #expect(try make("nameserver 127.0.0.53\n", resolved: "x", reach: .nothing).warning == nil)
        #expect(try make(nil).warning != nil)
    }

    @Test(
        "with a server of its own: search list and options as elsewhere, one label is a whole name",
        arguments: [
            (
                "nameserver 127.0.0.53\nsearch lan\noptions edns0 trust-ad\n", [], [],
                "nameserver 127.0.0.11\nsearch lan\noptions edns0 trust-ad ndots:0\n", "host(127.0.0.53)", "127.0.0.53"
            ),
            (
                "nameserver 192.0.2.1\nnameserver fe80::1%ens33\noptions ndots:2\n", [], [],
                "nameserver 127.0.0.11\noptions ndots:0\n", "192.0.2.1 host(fe80::1%ens33)", "192.0.2.1 fe80::1%ens33"
            ),
            (
                "nameserver 192.0.2.1\n", ["9.9.9.9", "127.0.0.1"], ["ndots:1", "rotate"],
                "nameserver 127.0.0.11\noptions ndots:1 rotate\n", "9.9.9.9 host(127.0.0.1)", "9.9.9.9 127.0.0.1"
            ),
        ] as [(String, [String], [String], String, String, String)])
    func embedded(
        host: String, dns: [String], options: [String], expected: String, listed: String, upstream: String
    ) throws {
        let resolver = try make(host, dns: dns, options: options, reach: .embedded)
        #expect(
            resolver.text
                == expected
                + "\n# Based on host file: '/etc/resolv.conf' (internal resolver)\n# ExtServers: [\(listed)]\n")
        #expect(resolver.warning == nil)
        let overrides = try ResolverOverrides(dns: dns, search: [], options: options)
        let servers = ContainerResolver.upstream(host: host, overrides: overrides)
        #expect(servers.map(\.description).joined(separator: " ") == upstream)
        #expect(try make("", reach: .embedded).warning?.contains("--dns") == true)
    }

    @Test(
        "bad values, in Docker's words",
        arguments: [
            (["x"], [], "IP address is not correctly formatted: x"),
            (["8.8.8.8:"], [], "IP address is not correctly formatted: 8.8.8.8:"),
            ([""], [], "IP address is not correctly formatted: "),
            ([], ["a b"], "a b is not a valid domain"),
            ([], ["1.2"], "1.2 is not a valid domain"),
            ([], ["-a"], "-a is not a valid domain"),
            ([], ["a..b"], "a..b is not a valid domain"),
        ] as [([String], [String], String)])
    func refused(dns: [String], search: [String], message: String) {
        #expect(throws: UsageError(message)) { try ResolverOverrides(dns: dns, search: search, options: []) }
    }

    @Test("an option with a line break cannot smuggle in a directive")
    func optionInjection() {
        #expect(throws: UsageError.self) {
            try ResolverOverrides(dns: [], search: [], options: ["a\nnameserver 1.2.3.4"])
        }
    }
}

@Suite("/etc/hosts")
struct HostsFileTests {
    @Test("as Docker writes it")
    func whole() throws {
        var file = HostsFile(ipv6: true)
        let hosts = try ["db:10.0.0.9", "six=[2001:db8::1]", "h:host-gateway"].map(AddedHost.init(parsing:))
        try file.add(hosts, gateways: [IPAddress(v4: 0xac11_0001)])
        file.add(hostname: "web", domainname: "example.org", at: [IPAddress(v4: 0xac11_0002)])
        #expect(
            file.text == """
                127.0.0.1\tlocalhost
                ::1\tlocalhost ip6-localhost ip6-loopback
                fe00::\tip6-localnet
                ff00::\tip6-mcastprefix
                ff02::1\tip6-allnodes
                ff02::2\tip6-allrouters
                10.0.0.9\tdb
                2001:db8::1\tsix
                172.17.0.1\th
                172.17.0.2\tweb.example.org web

                """)
    }

    @Test("no IPv6 names without IPv6; a host name with dots is known by its first label too")
    func short() {
        var file = HostsFile(ipv6: false)
        file.add(hostname: "a.b", domainname: nil, at: [IPAddress(v4: 1)])
        file.add(hostname: "plain", domainname: "", at: [IPAddress(v4: 2)])
        #expect(file.text == "127.0.0.1\tlocalhost\n0.0.0.1\ta.b a\n0.0.0.2\tplain\n")
    }

    @Test("the host's own file is kept")
    func host() {
        #expect(HostsFile(text: "1.2.3.4 x").text == "1.2.3.4 x\n")
    }

    @Test("host-gateway needs a gateway")
    func noGateway() throws {
        var file = HostsFile(ipv6: false)
        let host = try AddedHost(parsing: "h=host-gateway")
        #expect(throws: UsageError("unable to derive the IP value for host-gateway")) {
            try file.add([host], gateways: [])
        }
    }

    @Test(
        "--add-host accepts",
        arguments: [
            ("a:1.2.3.4", "a", "1.2.3.4"), ("a=1.2.3.4", "a", "1.2.3.4"), ("a:::1", "a", "::1"), ("a=::1", "a", "::1"),
            ("a:[::1]", "a", "::1"), ("a:0:0:0:0:0:0:0:1", "a", "0:0:0:0:0:0:0:1"),
        ])
    func accepted(text: String, name: String, address: String) throws {
        let host = try AddedHost(parsing: text)
        #expect(host.name == name)
        #expect(host.target == .address(address))
    }

    @Test(
        "--add-host refuses, in Docker's words",
        arguments: [
            ("x", "bad format for add-host: \"x\""), ("", "bad format for add-host: \"\""),
            (":1.2.3.4", "bad format for add-host: \":1.2.3.4\""), ("a:b=::1", "bad format for add-host: \"a:b=::1\""),
            ("a:y", "invalid IP address in add-host: \"y\""), ("a:", "invalid IP address in add-host: \"\""),
            ("a:1.2.3.4:80", "invalid IP address in add-host: \"1.2.3.4:80\""),
            ("a\nb:1.2.3.4", "bad format for add-host: \"a\\nb:1.2.3.4\""),
        ])
    func refused(text: String, message: String) {
        #expect(throws: UsageError(message)) { try AddedHost(parsing: text) }
    }

    @Test(
        "host names",
        arguments: [
            ("web", true), ("a.b-c.d", true), ("A_b", true), ("9", true), ("", false), ("-a", false), ("a.", false),
            ("a b", false), ("a/b", false), ("教育", false), (String(repeating: "a", count: 63), true),
            (String(repeating: "a", count: 64), false), (String(repeating: "a.", count: 32) + "b", false),
        ])
    func hostname(text: String, isGood: Bool) {
        #expect(((try? DomainName.parse(hostname: text)) != nil) == isGood)
    }
}
