import Namespaces

@testable import MiniRun
@testable import NetSetup

/// A host that is nowhere: what a kernel would say of it, built by hand.
struct TopologySketch {
    private static let hostInode: UInt64 = 1000
    private var host: [Link] = [
        Link(index: 1, name: "lo", isLoopback: true),
        Link(index: 2, name: "ens33", mac: MACAddress("52:54:00:00:66:0b")),
    ]
    private var hostAddresses: [InterfaceAddress] = [
        address("127.0.0.1/8", 1), address("192.168.66.11/24", 2), address("fe80::1/64", 2),
    ]
    private var places: [Topology.Place] = []
    private var cables: [NetworkSurvey.Cable] = []
    private var elements: [PublishedElement] = []
    private var networks: [Topology.Network] = []
    private var policies = BridgePolicies()
    private var redirections: [ForeignRuleset.Redirection] = []
    private var masquerades: [ForeignRuleset.Masquerade] = []
    private var routes: [Route] = [route("0.0.0.0/0", "192.168.66.1", 2)]
    /// Containers in the host's own network.
    var members: [String] = []

    private static func address(_ text: String, _ link: CInt) -> InterfaceAddress {
        InterfaceAddress(link: link, prefix: prefix(text))
    }
    private static func prefix(_ text: String) -> IPPrefix {
        guard let prefix = IPPrefix(text) else { preconditionFailure(text) }
        return prefix
    }
    private static func route(_ to: String, _ gateway: String, _ link: CInt) -> Route {
        Route(to: prefix(to), via: IPAddress(gateway), link: link)
    }

    /// A bridge, with or without a network of minirun's on it.
    mutating func bridge(
        _ name: String, _ address: String? = nil, network: String? = nil, masks: Bool = true, isInternal: Bool = false
    ) {
        let index = CInt(host.count + 1)
        host.append(Link(index: index, name: name, kind: "bridge"))
        if let address { hostAddresses.append(Self.address(address, index)) }
        if let network { networks.append(Topology.Network(name: network, driver: .bridge, link: name)) }
        if masks, network != nil { policies.masked4.insert(name) }
        if isInternal { policies.isolated.insert(name) }
    }

    /// A network of addresses of the LAN.
    mutating func macvlan(network: String, on parent: String) {
        networks.append(Topology.Network(name: network, driver: .macvlan, link: parent))
    }

    /// One end of a cable, as a namespace has it.
    struct Plug {
        var into: String?
        var address: String?
        var kind = "veth"
        /// A tunnel end, a card: into a bridge, and nowhere else.
        static func bridge(_ name: String, _ address: String) -> Plug { Plug(into: name, address: address) }
        static func macvlan(_ parent: String, _ address: String) -> Plug {
            Plug(into: parent, address: address, kind: "macvlan")
        }
        /// A cable whose other end is on the host, in no bridge.
        static func cable(_ address: String) -> Plug { Plug(into: nil, address: address) }
    }

    /// A namespace with these interfaces: eth0, eth1 ...
    mutating func add(
        _ role: Topology.Role, _ plugs: [Plug] = [], gateway: String? = nil, members: [String] = []
    ) {
        let inode = 2000 + UInt64(places.count)
        var links = [Link(index: 1, name: "lo", isLoopback: true)]
        var addresses = [Self.address("127.0.0.1/8", 1)]
        for (number, plug) in plugs.enumerated() {
            let index = CInt(number + 2)
            let end = NetworkSurvey.End(namespace: inode, link: index)
            links.append(
                Link(
                    index: index, name: "eth\(number)", kind: plug.kind, mac: MACAddress("02:42:ac:11:00:02"), parent: 9
                ))
            if let address = plug.address { addresses.append(Self.address(address, index)) }
            let there = host.first { $0.name == plug.into }
            if plug.kind == "macvlan" {
                cables.append(.init(end, .init(namespace: Self.hostInode, link: there?.index ?? 0)))
            } else {
                let port = Link(
                    index: CInt(host.count + 1), name: "v\(inode)-\(number)", kind: "veth", master: there?.index)
                host.append(port)
                cables.append(.init(.init(namespace: Self.hostInode, link: port.index), end))
            }
        }
        let routes = gateway.map { [Self.route("0.0.0.0/0", $0, 2)] } ?? []
        places.append(
            Topology.Place(
                role: role, survey: NamespaceSurvey(inode: inode, links: links, addresses: addresses, routes: routes),
                process: 4000 + Int32(places.count), members: members))
    }

    /// A container in one network.
    mutating func container(_ name: String, _ plugs: Plug..., gateway: String? = nil, members: [String] = []) {
        add(.container(id: name, name: name), plugs, gateway: gateway, members: members)
    }

    /// An interface of the host: a tunnel, a dummy.
    mutating func interface(_ name: String, kind: String, into bridge: String? = nil, vni: UInt32? = nil) {
        let master = host.first { $0.name == bridge }?.index
        host.append(Link(index: CInt(host.count + 1), name: name, kind: kind, master: master, vni: vni))
    }

    /// A published port.
    mutating func publish(_ port: UInt16, on address: String? = nil, to target: String, _ inside: UInt16) {
        guard let target = IPAddress(target) else { preconditionFailure(target) }
        elements.append(PublishedElement(.tcp, port, on: address.flatMap { IPAddress($0) }, to: target, inside))
    }

    /// A port that Docker has published.
    mutating func redirect(_ port: UInt16, by interface: String? = nil, to target: String, _ inside: UInt16) {
        guard let target = IPAddress(target) else { preconditionFailure(target) }
        let chain = ForeignRuleset.Chain(
            family: "ip", table: "nat", name: "DOCKER", hook: nil, priority: 0, dropsByPolicy: false)
        redirections.append(.init(element: .init(.tcp, port, to: target, inside), interface: interface, chain: chain))
    }

    /// What another firewall masquerades.
    mutating func masquerade(_ subnet: String, by interface: String? = nil) {
        masquerades.append(.init(subnet: Self.prefix(subnet), interface: interface))
    }

    /// What a look at it would show.
    var topology: Topology {
        let own = Topology.Place(
            role: .host,
            survey: NamespaceSurvey(inode: Self.hostInode, links: host, addresses: hostAddresses, routes: routes),
            process: 1, members: members)
        return Topology(
            places: [own] + places, cables: cables, elements: elements, networks: networks, policies: policies,
            redirections: redirections, masquerades: masquerades)
    }
}

extension TopologySketch {
    /// A little of everything.
    static var lab: TopologySketch {
        var sketch = TopologySketch()
        sketch.bridge("minirun0", "172.17.0.1/16", network: "bridge")
        sketch.bridge("br-lab", "10.5.0.1/24", network: "lab", isInternal: true)
        sketch.bridge("docker0", "172.18.0.1/16")
        sketch.bridge("br-hand")
        sketch.interface("vxlan7", kind: "vxlan", into: "br-lab", vni: 7)
        sketch.macvlan(network: "lan", on: "ens33")
        sketch.container("web", .bridge("minirun0", "172.17.0.2/16"), gateway: "172.17.0.1", members: ["side"])
        sketch.container(
            "api", .bridge("minirun0", "172.17.0.3/16"), .bridge("br-lab", "10.5.0.2/24"), gateway: "172.17.0.1")
        sketch.container("教育", .bridge("br-lab", "10.5.0.3/24"))
        sketch.container("www", .macvlan("ens33", "192.168.66.192/24"), gateway: "192.168.66.1")
        sketch.container("still")
        sketch.add(.named("red"), [.cable("10.9.0.2/24")], gateway: "10.9.0.1")
        sketch.add(.named("blue"), [.bridge("br-hand", "10.8.0.2/24")])
        sketch.add(.process(pid: 77, command: "nginx"), [.bridge("docker0", "172.18.0.2/16")], gateway: "172.18.0.1")
        sketch.publish(8080, to: "172.17.0.2", 80)
        sketch.publish(9000, on: "127.0.0.1", to: "172.17.0.3", 9000)
        sketch.publish(7000, to: "172.17.0.9", 7000)
        sketch.members = ["open"]
        return sketch
    }

    /// So many containers in three networks, each with a published port.
    static func many(_ count: Int) -> TopologySketch {
        var sketch = TopologySketch()
        for network in 0..<3 { sketch.bridge("br\(network)", "10.\(network).0.1/16", network: "net\(network)") }
        for number in 0..<count {
            let network = number % 7 < 4 ? 0 : number % 7 < 6 ? 1 : 2
            let address = "10.\(network).1.\(number + 1)"
            sketch.container("c\(number)", .bridge("br\(network)", address + "/16"), gateway: "10.\(network).0.1")
            sketch.publish(UInt16(8000 + number), to: address, 80)
        }
        sketch.add(.named("red"), [.cable("10.9.0.2/24")])
        sketch.container("still")
        return sketch
    }
}
