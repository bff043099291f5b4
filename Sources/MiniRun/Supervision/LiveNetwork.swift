import Namespaces
import NetSetup
import SystemPackage

/// Changes how a running container is connected, in its supervisor: with the same steps that a start takes, on the same
/// stage, so that the container's end takes everything back.
final class LiveNetwork {
    let id: String
    let store: ContainerStore
    private let configuration: ContainerConfiguration
    private let stage: Stage
    /// What the container holds now; a restart goes on with it.
    private(set) var claims: Claims

    /// Looks after a container that runs.
    init(_ life: ContainerStart.Life, _ start: ContainerStart, stage: Stage) {
        id = life.plan.record.id
        configuration = start.configuration
        store = start.store
        claims = life.claims
        self.stage = stage
    }

    /// Does what was asked for, or throws with everything as it was: `ContainerConflict`, or what stood in the way.
    func carryOut(_ task: LiveTask) throws {
        guard configuration.network.isPrivate else { throw ContainerConflict.sharedNetwork }
        let (mark, before) = (stage.undo.mark, claims)
        do {
            switch task {
            case .connect(let attachment): try connect(attachment)
            case .disconnect(let network): try disconnect(network)
            case .publish(let text): try publish(text)
            case .unpublish(let text): try unpublish(text)
            }
        } catch {
            report(stage.undo.unwind(to: mark))
            claims = before
            throw error
        }
        stage.undo.commitSetup()
    }

    private func report(_ failures: [String]) {
        for failure in failures { StandardError.write("minirun: undo: \(failure)\n") }
    }

    private var endpoints: [Endpoint] { claims.connections.endpoints }

    /// For a container that is to start anew: makes bridges again that somebody has deleted under it, and puts its cables
    /// back into them. Throws what a start would throw.
    func plugCables() throws {
        let socket = try HostNetlink.of(stage).socket
        let loose = try claims.connections.filter { try $0.plug?.isNeeded(socket) ?? false }
        guard !loose.isEmpty else { return }
        let finder = try ReadyNetwork.Finder(store.paths, socket)
        for connection in loose {
            let network = try finder.find(connection.attachment.network)
            if let lock = network.lock { stage.leave(lock) }
            for step in network.steps + [connection.plug].compactMap(\.self) { try step.apply(on: stage) }
        }
        stage.undo.commitSetup()
    }

    // MARK: Networks

    private func connect(_ attachment: NetworkAttachment) throws {
        let record = try store.container(id).record
        let network = try ReadyNetwork.Finder(store.paths, HostNetlink.of(stage).socket)
            .find(attachment.network)
        guard record.network.endpoint(in: network.record.id) == nil else {
            throw ContainerConflict("\(record.name) is already attached to network \(network.record.name)")
        }
        try network.join(store.paths, on: stage)
        var planner = ConnectionPlanner(
            id: id, name: record.name, configuration, .holding(id, on: stage), store.paths)
        // What was plugged in has a name as well.
        planner.interfaces = Set(try ContainerNetlink.of(stage).socket().links().map(\.name))
        let connection = try planner.plan(attachment, network, beside: endpoints, before: nil)
        let after = (claims.connections + [connection]).choosingPublisher()
        // The interface without a default route: whether it gets that depends on the others, and is said in the end.
        let inside = connection.inside(among: [])
        let preparation: [any Step] = endpoints.isEmpty ? [PrepareInside()] : []
        for step in network.steps + preparation + [connection.cable(of: record.name)] { try step.apply(on: stage) }
        takeBack(connection)
        for step in [ConfigureInside([inside])] + connection.finalSteps { try step.apply(on: stage) }
        if network.shim == nil { try connection.announcement.apply(on: stage) }
        try change(to: after)
        try names(of: record).registration(connection.endpoint).apply(on: stage)
        try serveNames(of: record)
        try store.update(id) { record in
            record.network.attachments.append(attachment)
            record.network.take(endpoints)
        }
        store.tellNetwork(.connect(container: id), connection.endpoint)
    }

    /// While the namespace lives, the cable does not go by itself.
    private func takeBack(_ connection: Connection) {
        stage.undo.push("remove \(connection.endpoint.interface)", scope: .setup) { [stage] in
            try connection.endpoint.removeInterface(on: stage)
        }
    }

    private func disconnect(_ network: String) throws {
        let record = try store.container(id).record
        guard let endpoint = record.network.endpoint(in: network) else {
            throw ContainerConflict("container \(record.name) is not connected to network \(network)")
        }
        let rest = claims.connections.filter { $0.endpoint.networkID != network }
        try change(to: rest.choosingPublisher())
        try serveNames(of: record)
        let names = try names(of: record)
        stage.undo.push("register the names in network \(endpoint.network) again", scope: .setup) { [stage] in
            try names.registration(endpoint).apply(on: stage)
        }
        try names.withdraw(endpoint)
        stage.undo.push("write the connection down again", scope: .setup) { [store, id] in
            try store.update(id) { $0.network = record.network }
        }
        try store.update(id) { record in
            record.network.attachments.removeAll { $0.means(id: network, name: endpoint.network) }
            record.network.take(endpoints)
        }
        // Last, for this alone cannot be taken back.
        try endpoint.removeInterface(on: stage)
        // Somebody else may have its address at once: the way over a shim goes, and only then the address.
        let shim = HostShim(networkID: endpoint.networkID, parent: endpoint.link)
        report(stage.undo.unwind(of: store.paths.leases(of: endpoint.leaseName).string, shim.name))
        store.tellNetwork(.disconnect(container: id), endpoint)
    }

    private func names(of record: ContainerRecord) throws -> ContainerNames {
        let settings = try NetworkSettings.read(store.paths.configuration)
        return ContainerNames(id: id, name: record.name, resolver: try configuration.resolver(settings), store: store)
    }

    /// The container's name server knows of its networks; one that had no network gets a server now, and a resolv.conf that
    /// leads to it.
    private func serveNames(of record: ContainerRecord) throws {
        let names = try names(of: record)
        if let service = nameService {
            let former = service.settings
            stage.undo.push("serve the former names", scope: .setup) { service.settings = former }
            service.settings = names.settings(claims.connections)
            return
        }
        try names.service(claims.connections).apply(on: stage)
        let file = ContainerResolver(
            host: HostFiles.resolver, resolved: { nil }, overrides: names.resolver, reach: .embedded)
        let resolver = ResolverFile(in: store.directory(of: id))
        guard try resolver.edited == nil else { return }
        try rewrite("resolv.conf", file.text)
        if try Files.text(ifPresent: resolver.original) != nil { try Files.write(file.text, to: resolver.original) }
    }

    /// What serves the container's names; nil as long as it is in no network. One that a failed connection has set up and
    /// stopped again is none.
    var nameService: NameService? { stage.resource(NameService.self).flatMap { $0.isStopped ? nil : $0 } }

    /// Makes default routes and published ports those of other connections.
    private func change(to connections: [Connection]) throws {
        let before = endpoints
        let after = connections.endpoints
        for family in [IPAddress.Family.v4, .v6] {
            guard let leader = after.leading(family), let gateway = leader.gateway(family),
                leader.networkID != before.leading(family)?.networkID
            else { continue }
            if let former = before.leading(family), let way = former.gateway(family) {
                stage.undo.push("set the default route back to \(way)", scope: .setup) { [stage] in
                    try SetDefaultRoute(via: way, on: former.interface).apply(on: stage)
                }
            }
            try SetDefaultRoute(via: gateway, on: leader.interface).apply(on: stage)
        }
        try writeHosts(from: before, to: after)
        let (old, new) = (before.first(where: \.publishes), after.first(where: \.publishes))
        if old?.networkID != new?.networkID, !claims.publications.isEmpty {
            try withdraw(claims.publications, from: old)
            if let publisher = connections.publisher { try reserveAnew(for: publisher) }
            try PublishPorts(claims.publications, to: new).apply(on: stage)
        }
        claims.connections = connections
    }

    /// No longer publishes ports; whatever fails afterwards has them published again.
    private func withdraw(_ publications: [Publication], from publisher: Endpoint?) throws {
        let ports = PublishPorts(publications, to: publisher)
        stage.undo.push("publish the ports again", scope: .setup) { [stage] in try ports.apply(on: stage) }
        try ports.withdraw(on: stage)
    }

    /// A routed network took no ports of the host; the one through which they are published from now on may need them.
    private func reserveAnew(for publisher: Connection) throws {
        let bare = claims.publications.filter { !$0.isReserved }
        guard !bare.isEmpty else { return }
        let ports = HeldPorts(
            try bare.map { publication in
                try publisher.reserve(
                    PortMapping(
                        hostAddress: publication.hostAddress,
                        hostPort: publication.hostPort == 0 ? .dynamic : .fixed(publication.hostPort),
                        container: publication.container))
            })
        let (former, new) = (claims.publications, ports.publications)
        claims.publications = claims.publications.filter(\.isReserved) + new
        let held = stage.resource(HeldPorts.self) { HeldPorts([]) }
        held.adopt(ports)
        stage.undo.push("give back the host ports", scope: .setup) { [store, id] in
            held.release(new)
            try store.update(id) { $0.publications = former }
        }
        try store.update(id) { $0.publications = claims.publications }
    }

    /// The container's own name leads to its addresses, also in /etc/hosts, which is asked first.
    private func writeHosts(from before: [Endpoint], to after: [Endpoint]) throws {
        guard let record = try store.record(id) else { return }
        var hosts = HostsFile(text: try Files.text(store.directory(of: id).appending("hosts")))
        hosts.move(
            hostname: record.hostname, domainname: configuration.request.domainname,
            from: before.flatMap(\.publicAddresses), to: after.flatMap(\.publicAddresses))
        try rewrite("hosts", hosts.text)
    }

    /// Into the file itself, which is bound into the container.
    private func rewrite(_ name: String, _ text: String) throws {
        let path = store.directory(of: id).appending(name)
        let former = try Files.text(path)
        stage.undo.push("write \(name) as it was", scope: .setup) { try Files.rewrite(former, in: path) }
        try Files.rewrite(text, in: path)
    }

    // MARK: Ports

    private func publish(_ text: String) throws {
        guard let publisher = claims.connections.publisher else {
            throw ContainerConflict("container \(id.prefix(12)) is in no network that ports could be published to")
        }
        let mappings = try PortSpecification.parse(text)
        let ports = HeldPorts(try mappings.map(publisher.reserve))
        stage.undo.push("give back the host ports") { ports.release() }
        try PublishPorts(ports.publications, to: publisher.endpoint).apply(on: stage)
        let held = stage.resource(HeldPorts.self) { HeldPorts([]) }
        claims.publications += ports.publications
        try store.update(id) { record in
            record.publications = claims.publications
            record.request.publish.append(text)
        }
        held.adopt(ports)
    }

    private func unpublish(_ text: String) throws {
        let mappings = try PortSpecification.parse(text)
        let gone = claims.publications.filter { publication in mappings.contains { $0.means(publication) } }
        guard !gone.isEmpty else {
            throw NoSuchPort(
                description: "no public port '\(text)' published for \(try store.container(id).record.name)")
        }
        try withdraw(gone, from: endpoints.first(where: \.publishes))
        claims.publications.removeAll(where: gone.contains)
        try store.update(id) { record in
            record.publications = claims.publications
            record.request.publish = try PortSpecification.parse(record.request.publish)
                .without(gone, left: claims.publications).map(\.description)
        }
        stage.resource(HeldPorts.self)?.release(gone)
    }
}

extension Endpoint {
    /// Takes the interface out of a living container. Throws `NetlinkError`.
    fileprivate func removeInterface(on stage: Stage) throws {
        let socket = try hostInterface == nil ? ContainerNetlink.of(stage).socket() : HostNetlink.of(stage).socket
        try socket.request(.deleteLink(hostInterface ?? interface).tolerating(.noSuchDevice))
    }
}

extension ContainerRecord.Network {
    /// The connections are these now; what is known already keeps its names, for somebody may have renamed the container.
    fileprivate mutating func take(_ new: [Endpoint]) {
        endpoints = new.map { endpoint in
            var endpoint = endpoint
            endpoint.names = self.endpoint(in: endpoint.networkID)?.names ?? endpoint.names
            return endpoint
        }
    }
}

extension ContainerConflict {
    /// Docker's sentence for a container without a network namespace of its own.
    static var sharedNetwork: ContainerConflict {
        ContainerConflict(
            "container sharing network namespace with another container or host cannot be connected to any other network"
        )
    }
}
