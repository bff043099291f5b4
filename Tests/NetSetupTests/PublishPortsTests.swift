import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

@Suite(.serialized) struct PublishPortsTests {
    @Test(arguments: ["0", "1"], [TransportProtocol.tcp, .udp])
    func portOnAllAddressesIsReachedFromEverywhere(_ bridgeFilter: String, _ transport: TransportProtocol) throws {
        let scene = try PublishingHost()
        try scene.filterBridged(bridgeFilter, in: scene.host)
        try scene.publish("8080:80/\(transport.rawValue)")
        try scene.check(scene.neighbour, transport, "192.168.66.11", sees: "192.168.66.50")
        try scene.check(scene.neighbour, transport, "2001:db8:66::11", sees: "2001:db8:66::50")
        try scene.check(scene.host, transport, "127.0.0.1", sees: "172.30.0.1")
        try scene.check(scene.host, transport, "::1", sees: "fd30::1")
        try scene.check(scene.host, transport, "192.168.66.11", sees: "172.30.0.1")
        try scene.check(scene.host, transport, "2001:db8:66::11", sees: "fd30::1")
        try scene.check(scene.host, transport, "172.30.0.1", sees: "172.30.0.1")
        try scene.check(scene.container, transport, "192.168.66.11", sees: "172.30.0.1")
        try scene.check(scene.container, transport, "2001:db8:66::11", sees: "fd30::1")
        try scene.check(scene.sibling, transport, "192.168.66.11", sees: "172.30.0.1")
        try scene.check(scene.sibling, transport, "2001:db8:66::11", sees: "fd30::1")
        try scene.check(scene.sibling, transport, "172.30.0.2", 80, sees: "172.30.0.3")
        // Not past the published port: the neighbour has a route, and may not use it.
        try scene.check(scene.neighbour, transport, "172.30.0.2", 80, sees: "")
        #expect(scene.stage.undo.unwind() == [])
        try scene.check(scene.neighbour, transport, "192.168.66.11", sees: "")
        try scene.check(scene.host, transport, "127.0.0.1", sees: "")
    }

    @Test(arguments: [TransportProtocol.tcp, .udp])
    func portOnOneAddressIsReachedUnderThatAddressOnly(_ transport: TransportProtocol) throws {
        let scene = try PublishingHost()
        let name = transport.rawValue
        try scene.publish("127.0.0.1:8080:80/\(name)")
        try scene.publish("192.168.66.11:8080:80/\(name)")
        try scene.publish("[::1]:8081:80/\(name)")
        try scene.publish("127.0.0.1:8082:80/\(name)")
        try scene.publish("192.168.66.11:8083:80/\(name)")
        try scene.check(scene.host, transport, "127.0.0.1", 8080, sees: "172.30.0.1")
        try scene.check(scene.host, transport, "192.168.66.11", 8080, sees: "172.30.0.1")
        try scene.check(scene.neighbour, transport, "192.168.66.11", 8080, sees: "192.168.66.50")
        try scene.check(scene.host, transport, "::1", 8081, sees: "fd30::1")
        try scene.check(scene.host, transport, "127.0.0.1", 8081, sees: "")
        try scene.check(scene.host, transport, "127.0.0.1", 8082, sees: "172.30.0.1")
        try scene.check(scene.host, transport, "192.168.66.11", 8082, sees: "")
        try scene.check(scene.neighbour, transport, "192.168.66.11", 8082, sees: "")
        try scene.check(scene.host, transport, "127.0.0.1", 8083, sees: "")
        try scene.check(scene.neighbour, transport, "192.168.66.11", 8083, sees: "192.168.66.50")
    }

    @Test(arguments: [TransportProtocol.tcp, .udp])
    func deadSupervisorMisleadsNobody(_ transport: TransportProtocol) throws {
        let scene = try PublishingHost()
        try scene.publish("8080:80/\(transport.rawValue)")
        try scene.check(scene.host, transport, "127.0.0.1", sees: "172.30.0.1")
        scene.killSupervisor()
        // The elements are still there; only the reservation is gone.
        #expect(try scene.host.shell("nft list map inet minirun any4").contains("8080"))
        try scene.host.shell("conntrack -F >/dev/null 2>&1")
        try scene.check(scene.neighbour, transport, "192.168.66.11", sees: "")
        try scene.check(scene.host, transport, "127.0.0.1", sees: "")
        try scene.serve(scene.host, transport, 8080)
        try scene.check(scene.neighbour, transport, "192.168.66.11", sees: "192.168.66.50")
        try scene.check(scene.neighbour, transport, "2001:db8:66::11", sees: "2001:db8:66::50")
        for address in ["127.0.0.1", "192.168.66.11", "::1", "2001:db8:66::11"] {
            try scene.check(scene.host, transport, address, sees: nil)
        }
    }

    @Test func elementsOfDeadSupervisorAreReplaced() throws {
        let scene = try PublishingHost()
        try scene.host.shell("nft add element inet minirun any4 '{ tcp . 8080 : 172.30.0.9 . 99 }'")
        try scene.publish("8080:80")
        try scene.check(scene.neighbour, .tcp, "192.168.66.11", sees: "192.168.66.50")
    }

    @Test func explanationPublishesTheSame() throws {
        let scene = try PublishingHost()
        let published = [
            Publication(
                hostAddress: nil, hostPort: 8080, container: ContainerPort(80),
                guardAddress4: IPAddress("169.254.77.1"), guardAddress6: IPAddress("fd6d:696e:69::1")),
            Publication(
                hostAddress: IPAddress("127.0.0.1"), hostPort: 53, container: ContainerPort(53, .udp),
                guardAddress4: IPAddress("169.254.77.2"), guardAddress6: nil),
        ]
        let step = PublishPorts(
            published, to: IPAddress("172.30.0.2"), IPAddress("fd30::2"), modes: (v4: .nat, v6: .routed))
        let clean = try scene.host.shell("nft list ruleset")
        try step.apply(on: scene.stage)
        let expected = try scene.host.shell("nft list ruleset")
        #expect(expected.contains("tcp . 8080 : 172.30.0.2 . 80"))
        #expect(expected.contains("fd30::2 . tcp . 80"))
        try scene.host.shell("nft delete table inet minirun; nft -f - <<'EOF'\n\(clean)\nEOF")
        try scene.host.shell(step.explanation.shell.joined(separator: "\n"))
        #expect(try scene.host.shell("nft list ruleset") == expected)
    }

    /// The neighbour's and the host's own conversations, on all addresses and on one; the port inside is another.
    static let conversations = [
        ("8080:80/udp", "192.168.66.11"), ("8080:80/udp", "2001:db8:66::11"),
        ("192.168.66.11:8080:80/udp", "192.168.66.11"), ("[2001:db8:66::11]:8080:80/udp", "2001:db8:66::11"),
    ]

    @Test(arguments: conversations)
    func conversationWithNobodyIsForgottenWhenThePortComes(_ port: String, _ address: String) throws {
        let scene = try PublishingHost()
        let seen = address.contains(":") ? "2001:db8:66::50" : "192.168.66.50"
        // The same source port each time: to the kernel it is one conversation.
        try scene.check(scene.neighbour, .udp, address, from: 5555, sees: "")
        #expect(try scene.host.shell(Self.list).contains("dport=8080"))
        try scene.publish(port)
        try scene.check(scene.neighbour, .udp, address, from: 5555, sees: seen)
    }

    @Test(arguments: conversations)
    func conversationWithDeadContainerIsForgottenWhenThePortComesAgain(_ port: String, _ address: String) throws {
        let scene = try PublishingHost()
        let (seen, gateway) = address.contains(":") ? ("2001:db8:66::50", "fd30::1") : ("192.168.66.50", "172.30.0.1")
        // In the sibling is no server.
        try scene.publish(port, to: 3)
        try scene.check(scene.neighbour, .udp, address, from: 5555, sees: "")
        try scene.check(scene.host, .udp, address, from: 5556, sees: "")
        #expect(try scene.host.shell(Self.list).contains("sport=80 "))
        // Killed: its elements stay, and with them what the kernel remembers.
        scene.killSupervisor()
        try scene.publish(port)
        try scene.check(scene.neighbour, .udp, address, from: 5555, sees: seen)
        try scene.check(scene.host, .udp, address, from: 5556, sees: gateway)
    }

    @Test(arguments: conversations)
    func conversationIsForgottenWhenThePortGoes(_ port: String, _ address: String) throws {
        let scene = try PublishingHost()
        try scene.publish(port)
        for network in [scene.neighbour, scene.host] { try scene.check(network, .udp, address, sees: nil) }
        #expect(try scene.host.shell(Self.list).contains("dport=8080"))
        #expect(scene.stage.undo.unwind() == [])
        let left = try scene.host.shell(Self.list)
        #expect(!left.contains("dport=8080"))
        #expect(!left.contains("src=172.30.0.2") && !left.contains("src=fd30::2"))
    }

    private static let list = "for f in ipv4 ipv6; do conntrack -L -f $f -p udp 2>/dev/null; done"
}
