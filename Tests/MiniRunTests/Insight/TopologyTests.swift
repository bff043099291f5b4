import Testing

@testable import MiniRun

@Suite("A topology, sorted for a picture")
struct TopologyTests {
    private let scene = Scene(TopologySketch.lab.topology, language: .english)

    @Test("has the host's addresses, routes and ports at the router, and nothing of them at a bridge")
    func router() {
        let router = scene.router
        #expect(router.interfaces.map(\.name) == ["ens33", "minirun0", "br-lab", "docker0", "v2005-0"])
        #expect(router.interfaces[1].addresses == ["172.17.0.1/16"])
        #expect(router.routes == [Scene.Route(destination: "default", gateway: "192.168.66.1", interface: "ens33")])
        // Not of the internal network, which nothing leaves.
        #expect(router.masquerades == [Scene.Masquerade(subnet: "172.17.0.0/16", address: "192.168.66.11")])
        let ports = router.ports.map { "\($0.host) \(scene.answerer(of: $0)) \($0.target)" }
        #expect(
            ports == [
                "0.0.0.0:7000/tcp nobody 172.17.0.9:7000", "0.0.0.0:8080/tcp web 172.17.0.2:80",
                "127.0.0.1:9000/tcp api 172.17.0.3:9000",
            ])
        #expect(router.members == ["open"])
    }

    @Test("has in grey what other firewalls publish and masquerade")
    func foreignRules() throws {
        var sketch = TopologySketch.lab
        sketch.redirect(8081, to: "172.18.0.2", 80)
        sketch.redirect(53, by: "ens33", to: "10.9.0.2", 53)
        sketch.masquerade("172.18.0.0/16")
        sketch.masquerade("172.17.0.0/16")
        sketch.masquerade("0.0.0.0/0", by: "docker0")
        let scene = Scene(sketch.topology, language: .english)
        let ports = scene.router.ports.filter(\.isForeign).map { "\($0.host) \(scene.answerer(of: $0)) \($0.target)" }
        #expect(
            ports == [
                "0.0.0.0%ens33:53/tcp red 10.9.0.2:53", "0.0.0.0:8081/tcp nginx (77) 172.18.0.2:80",
            ])
        #expect(scene.router.ports.count == 5)
        let red = try #require(scene.machines.values.first { $0.title == "red" })
        #expect(red.published == [Scene.Opening(words: "0.0.0.0%ens33:53/tcp", isForeign: true)])
        // What minirun masquerades is not told twice.
        #expect(
            scene.router.masquerades == [
                .init(subnet: "172.17.0.0/16", address: "192.168.66.11"),
                .init(subnet: "172.18.0.0/16", address: "192.168.66.11", isForeign: true),
                .init(subnet: "0.0.0.0/0", address: "172.18.0.1", isForeign: true),
            ])
        let text = TextDrawing(scene, width: 80).text(colours: true)
        #expect(text.contains("\u{1b}[2m0.0.0.0:8081/tcp\u{1b}[0m"), "\(text)")
        #expect(text.contains("\u{1b}[36m0.0.0.0:8080/tcp\u{1b}[0m"), "\(text)")
        #expect(text.contains("\u{1b}[2m⇐ 0.0.0.0%ens33:53/tcp"), "\(text)")
    }

    @Test("has everybody in its segment, drawn where its default route leads")
    func segments() {
        let found = scene.segments.map { segment in
            "\(segment.name) \(segment.networks) "
                + segment.attachments.map { (scene.machines[$0.machine]?.title ?? "?") + ($0.isMain ? "" : "*") }
                .joined(separator: " ")
        }
        #expect(
            found == [
                "ens33 [\"lan\"] www", "minirun0 [\"bridge\"] api web", "br-lab [\"lab\"] api* 教育",
                "docker0 [] nginx (77)",
                "br-hand [] blue",
            ])
        #expect(scene.segments.map(\.isRouted) == [true, true, true, true, false])
        #expect(scene.segments.map { scene.isForeign($0) } == [false, false, false, true, true])
        #expect(scene.segments[2].further.map(\.name) == ["vxlan7"])
    }

    @Test("has those on other cables beside, and those on none alone")
    func others() {
        #expect(scene.beside.compactMap { scene.machines[$0]?.title } == ["red"])
        #expect(scene.alone.compactMap { scene.machines[$0]?.title } == ["still"])
        #expect(scene.cables.map(\.otherInterface) == ["v2005-0"])
    }

    @Test("follows a cable to its other end from either, and a macvlan to its parent only")
    func ends() throws {
        let topology = TopologySketch.lab.topology
        let host = try #require(topology.host)
        for place in topology.places where place.inode != host.inode {
            for link in place.survey.links where !link.isLoopback {
                let other = try #require(topology.other(of: link, in: place))
                #expect(other.namespace == host.inode)
                let back = try topology.other(of: #require(topology.link(other)), in: host)
                #expect(back == (link.kind == "veth" ? .init(namespace: place.inode, link: link.index) : nil))
            }
        }
    }

    @Test("shows with all what every host has")
    func everything() {
        let scene = Scene(TopologySketch.lab.topology, all: true, language: .english)
        #expect(scene.router.interfaces.map(\.name).contains("lo"))
        #expect(scene.router.interfaces[1].addresses == ["192.168.66.11/24", "fe80::1/64"])
    }
}
