import CShim
import Namespaces
import NetSetup
import SystemPackage

/// Where a trace takes place: the network namespaces, whence the packet comes and whither it goes.
struct TraceScene {
    /// A network namespace, held open.
    struct Place {
        var title: String
        var handle: NamespaceHandle
        var survey: NamespaceSurvey

        var inode: UInt64 { survey.inode }

        func link(_ number: CInt?) -> Link? { survey.links.first { $0.index == number } }

        /// Whether what goes to the address ends here.
        func has(_ address: IPAddress) -> Bool { survey.has(address) }

        /// Whom a packet of the flow is handed to from here; nil where the kernel knows no way.
        func nextHop(of flow: Flow) -> IPAddress? {
            guard let socket = try? NetlinkSocket(.route, in: handle.descriptor),
                let way = try? socket.way(to: flow.destination)
            else { return nil }
            return way.gateway ?? flow.destination
        }

        /// Its address that somebody on a subnet of `other` reaches directly, else the one by which it reaches others.
        func address(for other: Place?, _ family: IPAddress.Family?) -> IPAddress? {
            survey.address(for: other?.survey, family)
        }
    }

    /// All places, the host first.
    let places: [Place]
    /// Where the packet is sent, or where one is waited for that is sent there; nil where that is no place of ours.
    let start: Place?
    /// The addresses that a packet may come from; nil for any.
    let sources: Set<IPAddress>?
    /// The host's interface by which it comes in.
    let entry: Link?
    /// Whether a packet of somebody else's is waited for.
    let waits: Bool
    /// Where it goes; the first is what is sent to.
    let destinations: [IPAddress]
    /// The ports there; further ones are those under which the target is published.
    let ports: [UInt16]
    /// The same, and those that they are translated to: answers come from these.
    let answeringPorts: [UInt16]

    /// Where the port leads that is asked for, if it is a published one of the host's.
    let published: Set<IPAddress>

    /// So many namespaces are listened in; with more, those that are named, or have a part in it.
    private static let limit = 64

    init(_ request: TraceRequest, _ paths: StatePaths) throws {
        let store = ContainerStore(paths)
        try store.checkOwner()
        let found = try NamespaceFinder(store: store).find()
        let all = found.compactMap { one in
            (try? NamespaceSurvey(one.handle)).map { survey in
                (found: one, place: Place(title: one.title.printable, handle: one.handle, survey: survey))
            }
        }
        func place(named name: String) throws -> Place? {
            if name == "host" { return all.first?.place }
            do {
                let target = try NetworkTarget(name, in: store)
                return all.first { $0.place.inode == target.inode }?.place
            } catch is NoSuchContainer {
                return all.first { $0.found.names.contains(name) }?.place
            }
        }
        func owner(of address: IPAddress) -> Place? {
            all.first { $0.place.survey.addresses.contains { $0.prefix.address == address } }?.place
        }
        var (start, sources, entry): (Place?, Set<IPAddress>?, Link?)
        if let address = IPAddress(request.from) {
            start = owner(of: address)
            sources = [address]
        } else {
            start = try place(named: request.from)
            sources = start.map { Set($0.survey.addresses.map(\.prefix.address)) }
            if start == nil {
                guard let link = all.first?.place.survey.link(named: request.from) else {
                    throw ContainerConflict(TraceWords.nobody(request.from))
                }
                entry = link
            }
        }
        let waits = request.waits || start == nil
        var (target, addresses): (Place?, [IPAddress])
        if let address = IPAddress(request.to) {
            (target, addresses) = (owner(of: address), [address])
        } else {
            target = try place(named: request.to)
            addresses = try Self.addresses(of: target, from: start, request)
        }
        (self.start, self.sources, self.entry, self.waits) = (start, sources, entry, waits)
        let elements = ((try? NetlinkSocket(.netfilter).publishedElements()) ?? []).filter {
            $0.transport.rawValue == request.kind.rawValue
        }
        var ports = Set(request.port.map { [$0] } ?? [])
        var answering = ports
        if waits, let target, let port = request.port, let host = all.first?.place {
            addresses = target.survey.addresses.map(\.prefix.address)
            // Others know it by the ports under which it is published.
            for element in elements where addresses.contains(element.address) && element.port == port {
                ports.insert(element.hostPort)
                addresses += host.survey.addresses.map(\.prefix.address)
            }
            answering = ports.union(elements.filter { ports.contains($0.hostPort) }.map(\.port))
        }
        let isHost = addresses.contains { all.first?.place.has($0) == true }
        published = isHost ? Set(elements.filter { $0.hostPort == request.port }.map(\.address)) : []
        self.ports = ports.sorted()
        answeringPorts = answering.sorted()
        destinations = addresses
        let concerned = Set([start?.inode, target?.inode, all.first?.place.inode].compactMap(\.self))
        places =
            all.count <= Self.limit
            ? all.map(\.place)
            : Array(
                all.filter { concerned.contains($0.place.inode) || !$0.found.names.isEmpty }.map(\.place)
                    .prefix(Self.limit))
    }

    /// Those of a name: the host itself is 127.0.0.1 to itself, else what the sender reaches best.
    private static func addresses(
        of target: Place?, from start: Place?, _ request: TraceRequest
    ) throws -> [IPAddress] {
        guard let target else { throw ContainerConflict(TraceWords.nowhere(request.to)) }
        if target.inode == start?.inode { return [IPAddress(v4: 0x7f00_0001)] }
        guard let address = target.address(for: start, .v4) ?? target.address(for: start, nil) else {
            throw ContainerConflict(TraceWords.noAddress(request.to))
        }
        return [address]
    }

    func place(_ inode: UInt64) -> Place? { places.first { $0.inode == inode } }

    /// Where nftables is asked to tell what it does: at the host, where the packet comes from, and where it goes.
    var tracedPlaces: [Place] {
        places.filter { place in
            place.inode == places.first?.inode || place.inode == start?.inode
                || destinations.contains { !$0.isLoopback && place.has($0) } || published.contains(where: place.has)
        }
    }
}

extension NamespaceFinder.Found {
    /// What people call it, as ``Topology/Place/title``.
    var title: String {
        switch role {
        case .host: "host"
        case .container(_, let name), .named(let name): name
        case .process(let pid, let command): "\(command) (\(pid))"
        }
    }
}
