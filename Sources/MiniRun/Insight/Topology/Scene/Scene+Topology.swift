import CShim
import Namespaces
import NetSetup

extension Scene {
    /// Sorts a topology. With `all` also what is there on every host: loopback, link-local addresses, minirun's own pair of
    /// interfaces, the routes that come with addresses, and ports twice where both families have them.
    init(_ topology: Topology, all: Bool = false, language: Language = .current) {
        self.init(language: language)
        guard let host = topology.host else { return }
        var sorter = SceneSorter(topology: topology, host: host, all: all, scene: self)
        sorter.sort()
        self = sorter.scene
    }
}

/// The work of sorting, and what is known on the way.
private struct SceneSorter {
    let topology: Topology
    let host: Topology.Place
    let all: Bool
    var scene: Scene

    private typealias End = NetworkSurvey.End

    mutating func sort() {
        for place in topology.places where place.inode != host.inode { scene.machines[place.inode] = machine(place) }
        sortSegments()
        sortMachines()
        scene.router.interfaces = host.survey.links.filter(isRouters).map { interface($0, in: host) }
        scene.router.routes = routes()
        scene.router.masquerades = masquerades()
        scene.router.members = host.members.map(\.printable)
        sortPorts()
    }

    // MARK: Machines

    private func machine(_ place: Topology.Place) -> Scene.Machine {
        let kind: Scene.Machine.Kind =
            switch place.role {
            case .container: .container
            case .named: .named
            case .process, .host: .process
            }
        let links = place.survey.links.filter { all || !$0.isLoopback }.filter { all || !isIdle($0, in: place) }
        let found = place.survey.mainRoutes.filter(\.isDefault).compactMap(\.gateway)
        let hasIPv4 = found.contains { $0.family == .v4 }
        let gateways = found.filter { all || !hasIPv4 || $0.family == .v4 }.map(\.description)
        return Scene.Machine(
            inode: place.inode, kind: kind, title: place.title.printable, process: place.process,
            interfaces: links.map { interface($0, in: place) }, gateways: gateways.unique,
            members: place.members.map(\.printable), names: place.names.map(\.printable))
    }

    private func interface(_ link: Link, in place: Topology.Place) -> Scene.Interface {
        let addresses = place.survey.addresses(of: link).filter {
            all || !($0.address.family == .v6 && $0.address.isLinkLocal)
        }
        let other = topology.other(of: link, in: place)
        var peer: String?
        if let other, let end = topology.link(other), let there = topology.place(other.namespace) {
            let isSeen = link.kind == "veth" && end.master != nil && there.inode == host.inode
            if link.kind == "veth", !isSeen {
                peer = (there.inode == host.inode ? scene.say(SceneWords.host) : there.title.printable) + " " + end.name
            }
        }
        return Scene.Interface(
            name: link.name.printable, kind: link.isLoopback ? "loopback" : link.kind,
            addresses: addresses.map(\.description), mac: link.mac?.description, mtu: link.mtu, isUp: link.isUp,
            peer: peer, note: note(link, in: place))
    }

    private func note(_ link: Link, in place: Topology.Place) -> String? {
        if let vni = link.vni { return "VNI \(vni)" }
        if let kind = link.kind, kind != "veth", let parent = topology.other(of: link, in: place),
            parent.namespace == place.inode, let name = topology.link(parent)?.name
        {
            return "\(kind) \(scene.say(SceneWords.macvlan(on: name)))"
        }
        if let master = link.master.flatMap(place.survey.link) { return "→ \(master.name.printable)" }
        return nil
    }

    /// What modules of the kernel put into every namespace: `sit0`, `tunl0`.
    private func isIdle(_ link: Link, in place: Topology.Place) -> Bool {
        !link.isUp && link.kind != nil && link.kind != "veth" && link.master == nil
            && place.survey.addresses(of: link).isEmpty
    }

    // MARK: Segments

    private mutating func sortSegments() {
        var standing: [CInt: [End]] = [:]
        for cable in topology.cables
        where cable.other.namespace == host.inode && cable.end.namespace != host.inode
            && topology.link(cable.end)?.kind != "veth"
        {
            standing[cable.other.link, default: []].append(cable.end)
        }
        let networks = Dictionary(grouping: topology.networks, by: \.link)
        let ports = Dictionary(grouping: host.survey.links.filter { $0.master != nil }) { $0.master ?? 0 }
        for link in host.survey.links {
            let names = (networks[link.name] ?? [])
            if link.kind == "bridge" {
                let own = names.filter { $0.driver != .macvlan }
                scene.segments.append(segment(.bridge, link, own, ports: ports[link.index] ?? []))
            }
            if let ends = standing[link.index] {
                let own = names.filter { $0.driver == .macvlan }
                var segment = segment(.wire, link, own, ports: [])
                segment.attachments = attachments(ends)
                scene.segments.append(segment)
            }
        }
    }

    private func segment(
        _ kind: Scene.Segment.Kind, _ link: Link, _ networks: [Topology.Network], ports: [Link]
    ) -> Scene.Segment {
        var segment = Scene.Segment(kind: kind, name: link.name.printable, networks: networks.map(\.name.printable))
        segment.isUp = link.isUp
        segment.isOwn = !networks.isEmpty
        segment.isInternal = topology.policies.isolated.contains(link.name)
        segment.isRouted = !host.survey.addresses(of: link).filter { !$0.address.isLinkLocal }.isEmpty
        var ends: [End] = []
        for port in ports {
            if port.kind == "veth", let other = topology.other(of: port, in: host), other.namespace != host.inode {
                ends.append(other)
            } else {
                var further = interface(port, in: host)
                if further.note?.hasPrefix("→") == true { further.note = nil }
                segment.further.append(further)
            }
        }
        segment.attachments = attachments(ends)
        return segment
    }

    private func attachments(_ ends: [End]) -> [Scene.Attachment] {
        let byPlace = Dictionary(grouping: ends, by: \.namespace)
        let found = byPlace.compactMap { inode, ends -> (title: String, attachment: Scene.Attachment)? in
            guard let place = topology.place(inode) else { return nil }
            let interfaces = ends.sorted { $0.link < $1.link }.compactMap(topology.link).map {
                interface($0, in: place)
            }
            return (place.title, Scene.Attachment(machine: inode, interfaces: interfaces, isMain: false))
        }
        return found.sorted {
            $0.title == $1.title
                ? $0.attachment.machine < $1.attachment.machine : NaturalOrder.precedes($0.title, $1.title)
        }.map(\.attachment)
    }

    private mutating func sortMachines() {
        // A machine is drawn where its default route leads; who has none there, where it is found first.
        var main: [UInt64: Int] = [:]
        for (index, segment) in scene.segments.enumerated() {
            for attachment in segment.attachments {
                guard let place = topology.place(attachment.machine) else { continue }
                scene.machines[attachment.machine]?.segments.append(segment.name)
                let leading = place.survey.routes.uplink?.link.flatMap(place.survey.link)?.name.printable
                if main[place.inode] == nil || attachment.interfaces.contains(where: { $0.name == leading }) {
                    main[place.inode] = index
                }
            }
        }
        for index in scene.segments.indices {
            for position in scene.segments[index].attachments.indices {
                let machine = scene.segments[index].attachments[position].machine
                scene.segments[index].attachments[position].isMain = main[machine] == index
            }
        }
        for place in topology.places where place.inode != host.inode && main[place.inode] == nil {
            let isConnected = place.survey.links.contains { !$0.isLoopback && !isIdle($0, in: place) }
            if isConnected { scene.beside.append(place.inode) } else { scene.alone.append(place.inode) }
        }
        let beside = Set(scene.beside)
        defer {
            // Those on the router's own cables come first: the others hang on them.
            let near = Set(scene.cables.filter { $0.other == nil }.map(\.machine))
            scene.beside = scene.beside.filter(near.contains) + scene.beside.filter { !near.contains($0) }
        }
        for cable in topology.cables {
            // From the machine that comes first, so that each is there once; one end may be in a segment's machine.
            for (end, other) in [(cable.end, cable.other), (cable.other, cable.end)]
            where beside.contains(end.namespace) && end.namespace != other.namespace {
                if beside.contains(other.namespace), end == cable.other { continue }
                guard let link = topology.link(end), let there = topology.link(other) else { continue }
                scene.cables.append(
                    Scene.Cable(
                        machine: end.namespace, interface: link.name.printable,
                        other: other.namespace == host.inode ? nil : other.namespace,
                        otherInterface: there.name.printable))
            }
        }
    }

    // MARK: The router

    private func isRouters(_ link: Link) -> Bool {
        if all { return true }
        if link.isLoopback || link.name == LoopPair.outward || link.name == LoopPair.inward { return false }
        if link.kind == "bridge" { return !interface(link, in: host).addresses.isEmpty }
        return link.master == nil && !isIdle(link, in: host)
    }

    private func routes() -> [Scene.Route] {
        let found = host.survey.mainRoutes.filter { all || $0.isDefault || $0.origin != UInt8(RTPROT_KERNEL) }
        let sorted = found.sorted {
            ($0.isDefault ? 0 : 1, $0.metric, $0.destination.address)
                < ($1.isDefault ? 0 : 1, $1.metric, $1.destination.address)
        }
        return sorted.map { route in
            Scene.Route(
                destination: route.isDefault ? "default" : "\(route.destination)",
                gateway: route.gateway?.description,
                interface: route.link.flatMap(host.survey.link)?.name.printable)
        }.filter { all || ($0.interface != LoopPair.outward && $0.interface != LoopPair.inward) }
    }

    private func masquerades() -> [Scene.Masquerade] {
        var found: [Scene.Masquerade] = []
        func add(_ subnet: IPPrefix, _ card: Link?, isForeign: Bool) {
            let address = card.flatMap { ownAddress(of: $0, subnet.address.family) }
            guard all || address != nil || subnet.address.family == .v4,
                !found.contains(where: { $0.subnet == "\(subnet)" })
            else { return }
            found.append(Scene.Masquerade(subnet: "\(subnet)", address: address?.description, isForeign: isForeign))
        }
        for (family, bridges) in [(IPAddress.Family.v4, topology.policies.masked4), (.v6, topology.policies.masked6)] {
            for link in host.survey.links
            where bridges.contains(link.name) && !topology.policies.isolated.contains(link.name) {
                for prefix in host.survey.addresses(of: link)
                where prefix.address.family == family && !prefix.address.isLinkLocal {
                    add(prefix.network, uplink(family), isForeign: false)
                }
            }
        }
        for masquerade in topology.masquerades {
            let card = masquerade.interface.map { name in host.survey.links.first { $0.name == name } }
            add(masquerade.subnet, card ?? uplink(masquerade.subnet.address.family), isForeign: true)
        }
        return found
    }

    /// The interface by which the host reaches others.
    private func uplink(_ family: IPAddress.Family) -> Link? {
        host.survey.routes.filter { $0.isDefault && $0.destination.address.family == family }.uplink?.link
            .flatMap(host.survey.link)
    }

    private func ownAddress(of link: Link, _ family: IPAddress.Family) -> IPAddress? {
        host.survey.addresses(of: link).map(\.address).first { $0.family == family && !$0.isLinkLocal }
    }

    private mutating func sortPorts() {
        let sorted = topology.ports.sorted { left, right in
            (left.element.hostPort, left.element.transport.rawValue, left.element.address)
                < (right.element.hostPort, right.element.transport.rawValue, right.element.address)
        }
        var seen: Set<String> = []
        for port in sorted {
            let element = port.element
            if !all, element.hostAddress.map(LoopPair.isGuard) == true { continue }
            let wildcard = IPAddress.unspecified(element.address.family)
            let address = element.hostAddress ?? wildcard
            let words = "\(element.hostPort)/\(element.transport.rawValue)"
            let inner = element.port == element.hostPort ? "" : " → \(element.port)"
            let isForeign = port.chain != nil
            // As ss(8) writes an interface that a socket is bound to.
            let interface = port.interface.map { "%\($0.printable)" } ?? ""
            let host = "\(address.bracketed)\(interface):\(words)"
            let own = (element.hostAddress == nil && interface.isEmpty ? words : host) + inner
            if let inode = port.place, scene.machines[inode]?.published.contains(where: { $0.words == own }) == false {
                scene.machines[inode]?.published.append(Scene.Opening(words: own, isForeign: isForeign))
            }
            // That is no port of the router's: it passes on what comes for the machine itself.
            if element.isDirect { continue }
            // The other family's port on all addresses is the same port to people.
            let key = "\(element.hostAddress == nil ? interface : host) \(words) \(port.place ?? 0) \(element.port)"
            guard seen.insert(key).inserted || all else { continue }
            scene.router.ports.append(
                Scene.Port(
                    host: host, machine: port.place, target: "\(element.address.bracketed):\(element.port)",
                    isForeign: isForeign))
        }
    }
}
