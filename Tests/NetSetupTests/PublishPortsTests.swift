import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

@Suite(.serialized) struct PublishPortsTests {
    @Test(arguments: ["0", "1"], [TransportProtocol.tcp, .udp])
    func portOnAllAddressesIsReachedFromEverywhere(_ bridgeFilter: String, _ transport: TransportProtocol) throws {
        let scene = try PublishingHost()
        try scene.host.shell(
            "f=/proc/sys/net/bridge/bridge-nf-call-iptables; [ ! -e $f ] || echo \(bridgeFilter) >$f")
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
        let step = PublishPorts(published, to: IPAddress("172.30.0.2"), IPAddress("fd30::2"))
        let clean = try scene.host.shell("nft list ruleset")
        try step.apply(on: scene.stage)
        let expected = try scene.host.shell("nft list ruleset")
        #expect(expected.contains("tcp . 8080 : 172.30.0.2 . 80"))
        try scene.host.shell("nft delete table inet minirun; nft -f - <<'EOF'\n\(clean)\nEOF")
        try scene.host.shell(step.explanation.shell.joined(separator: "\n"))
        #expect(try scene.host.shell("nft list ruleset") == expected)
    }

    @Test func oldConversationIsForgottenWhenThePortComesAndGoes() throws {
        let scene = try PublishingHost()
        // Before the port is published, the neighbour talks to nobody: that must not stick.
        _ = try scene.ask(scene.neighbour, .udp, "192.168.66.11")
        try scene.publish("8080:80/udp")
        _ = try scene.ask(scene.neighbour, .udp, "192.168.66.11")
        #expect(try scene.host.shell("conntrack -L -p udp 2>/dev/null").contains("dport=8080"))
        #expect(scene.stage.undo.unwind() == [])
        let left = try scene.host.shell("conntrack -L -p udp 2>/dev/null")
        #expect(!left.contains("src=172.30.0.2"))
    }
}
