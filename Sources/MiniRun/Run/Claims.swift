import Namespaces
import NetSetup
import SystemPackage

/// What a container holds against all others for as long as it lives: its name, its addresses, its host ports.
///
/// Each is a lock or a socket, so the kernel gives it back when the holder dies. They are taken first, because the rest of
/// the plan names them; `preview` chooses in the same way and holds nothing.
struct Claims {
    /// The container's id.
    let id: String
    /// Its name.
    let name: String
    /// The networks that it is connected to, with its addresses there.
    var connections: [Connection] = []
    /// Its ports on the host.
    var publications: [Publication] = []

    /// The chosen values as steps of a plan, for people to read.
    var steps: [any Step] {
        [HeldClaim.name(name, id: id)]
            + connections.flatMap { connection in
                connection.endpoint.publicAddresses.map { HeldClaim.address($0, on: connection.endpoint.link) }
            }
            + publications.map(HeldClaim.port)
    }

    // MARK: Taking

    /// Takes what a container that is held needs besides; each is left on the stage, with its reverse. `donor` is the
    /// container whose network it joins, `kept` a network that it had before.
    static func take(
        _ configuration: ContainerConfiguration, for held: HeldContainer, networkOf donor: ContainerRecord?,
        kept: KeptNetwork?, _ store: ContainerStore, on stage: Stage
    ) throws -> Claims {
        var claims = Claims(id: held.id, name: held.name)
        if let donor {
            try Members(of: donor.id, store.paths).add(held.id, store, on: stage)
            // Whoever joins a network keeps its addresses from being given away, should the donor end first.
            let source = AddressSource.sharing(on: stage)
            // ... and nobody removes its networks under it.
            for endpoint in donor.network.endpoints {
                try source.take(endpoint, store.paths)
                let membership = try NetworkMembership.join(endpoint, NetworkStore(store.paths))
                stage.undo.push("leave network \(endpoint.network)") { membership.release() }
            }
            return claims
        }
        let socket = try HostNetlink.of(stage).socket
        let finder = try ReadyNetwork.Finder(store.paths, socket)
        let source = kept == nil ? AddressSource.holding(held.id, on: stage) : .sharing(on: stage)
        claims.connections = try connections(
            configuration, held.record, id: held.id, name: held.name, source, store.paths, isKept: kept != nil
        ) { reference in
            let network = try finder.find(reference)
            for notice in network.notices { StandardError.write("\(notice)\n") }
            try network.join(store.paths, on: stage)
            return network
        }
        let ports = HeldPorts(try reservations(configuration, claims.connections.publisher))
        stage.leave(ports)
        stage.undo.push("give back the host ports") { ports.release() }
        claims.publications = ports.publications
        return claims
    }

    /// Chooses what `take` would take now, and leaves no trace.
    static func preview(_ configuration: ContainerConfiguration, _ store: ContainerStore) throws -> Claims {
        let name = configuration.name ?? GeneratedName.make()
        try store.checkFree(name: name)
        var claims = Claims(id: try ContainerID.make(), name: name)
        let finder = try ReadyNetwork.Finder(store.paths, locking: .caller, NetlinkSocket(.route))
        claims.connections = try connections(
            configuration, nil, id: claims.id, name: name, .preview, store.paths
        ) { try finder.find($0) }
        // Whoever follows a plan by hand twice finds the first cable still there for a moment.
        for index in claims.connections.indices { claims.connections[index].isRenewed = true }
        claims.publications = try reservations(configuration, claims.connections.publisher).map(\.publication)
        return claims
    }

    /// The connections of a container: those of its options, or once it exists, those that it has been given since.
    private static func connections(
        _ configuration: ContainerConfiguration, _ record: ContainerRecord?, id: String, name: String,
        _ source: AddressSource, _ paths: StatePaths, isKept: Bool = false, _ find: (String) throws -> ReadyNetwork
    ) throws -> [Connection] {
        let planner = ConnectionPlanner(id: id, name: name, configuration, source, paths)
        let before = record?.network.endpoints ?? []
        var connections: [Connection] = []
        for attachment in record?.network.attachments ?? configuration.attachments {
            let network = try find(attachment.network)
            let known = network.record
            guard !connections.contains(where: { $0.endpoint.networkID == known.id }) else {
                throw UsageError("network \(known.name.goQuoted) is specified multiple times")
            }
            let earlier = before.first { $0.networkID == known.id }
            // A kept namespace has the interfaces that it had, and no others.
            if isKept, earlier == nil {
                throw ContainerConflict(
                    "cannot connect container \(name) to network \(known.name) at its start: its network is still used by "
                        + "containers that joined it (stop them first)")
            }
            connections.append(
                try planner.plan(attachment, network, beside: connections.endpoints, before: earlier))
        }
        return connections.choosingPublisher()
    }

    // MARK: Wishes

    /// `-p`, and with `-P` each exposed port that no `-p` mentions.
    static func wishes(_ configuration: ContainerConfiguration) -> [PortMapping] {
        guard configuration.request.publishAll else { return configuration.ports }
        let mentioned = Set(configuration.ports.map(\.container))
        return configuration.ports
            + configuration.exposed.filter { !mentioned.contains($0) }.map { PortMapping(container: $0) }
    }

    /// None where nothing can be published.
    private static func reservations(
        _ configuration: ContainerConfiguration, _ publisher: Connection?
    ) throws -> [PortReservation] {
        guard let publisher else { return [] }
        return try wishes(configuration).map(publisher.reserve)
    }
}

extension Connection {
    /// Takes a port of the host for one that is published by this connection. Throws `PortReservationError`.
    func reserve(_ wish: PortMapping) throws -> PortReservation {
        let modes = endpoint.modes
        var routed: Set<IPAddress.Family> = modes.v4 == .routed ? [.v4] : []
        if modes.v6 == .routed { routed.insert(.v6) }
        return try PortReservation(
            network.bound(wish), families: Set(endpoint.publicAddresses.map(\.family)), routed: routed)
    }
}

extension ConnectionPlanner {
    /// A planner for a container as its options describe it.
    init(
        id: String, name: String, _ configuration: ContainerConfiguration, _ source: AddressSource, _ paths: StatePaths
    ) {
        let hostname = configuration.request.hostname.flatMap { $0.isEmpty ? nil : $0 }
        self.init(id: id, name: name, hostname: hostname, mtu: configuration.mtu, addresses: source, paths: paths)
    }
}

extension ReadyNetwork {
    /// A wish without an address means the network's own address for published ports, if it has one.
    func bound(_ wish: PortMapping) -> PortMapping {
        var wish = wish
        wish.hostAddress = wish.hostAddress ?? hostBinding
        return wish
    }
}
