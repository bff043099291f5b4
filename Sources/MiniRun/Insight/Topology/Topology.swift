import Namespaces
import NetSetup

/// What is there, as the kernel has it: network namespaces, their interfaces, the cables between them, addresses, routes,
/// published ports. Whatever minirun did not make is in it as well, and marked.
public struct Topology: Sendable {
    /// Whose a namespace is.
    public enum Role: Sendable, Hashable {
        /// The one that we are in.
        case host
        /// A container's of minirun's.
        case container(id: String, name: String)
        /// One that has a name for `ip netns`.
        case named(String)
        /// Any other, by the first process in it: Docker's containers are such.
        case process(pid: Int32, command: String)
    }

    /// A network namespace.
    public struct Place: Sendable {
        /// Whose it is.
        public var role: Role
        /// What the kernel says.
        public var survey: NamespaceSurvey
        /// The first process in it.
        public var process: Int32?
        /// Its names for `ip netns`.
        public var names: [String] = []
        /// Containers that share it.
        public var members: [String] = []

        /// What tells it from others.
        public var inode: UInt64 { survey.inode }
        /// What people call it.
        public var title: String {
            switch role {
            case .host: "host"
            case .container(_, let name), .named(let name): name
            case .process(let pid, let command): "\(command) (\(pid))"
            }
        }
        /// Whether minirun made it.
        public var isOwn: Bool { if case .container = role { true } else { false } }
    }

    /// A published port.
    public struct Port: Sendable, Hashable {
        /// Where it leads, as the kernel has it.
        public var element: PublishedElement
        /// The place that has the address.
        public var place: UInt64?
        /// The interface by which one has to come in; nil for any.
        public var interface: String?
        /// Where somebody else's rule says so; nil for minirun's own.
        public var chain: ForeignRuleset.Chain?
    }

    /// A network of minirun's, and its interface on the host.
    public struct Network: Sendable, Hashable {
        /// The name.
        public var name: String
        /// `bridge`, `macvlan`, `overlay`.
        public var driver: NetworkDriver
        /// The bridge, or the parent.
        public var link: String
    }

    /// The namespaces, the host's first.
    public let places: [Place]
    /// What hangs on what.
    public let cables: [NetworkSurvey.Cable]
    /// The ports that are published.
    public let ports: [Port]
    /// The networks.
    public let networks: [Network]
    /// What the firewall does to bridges.
    public let policies: BridgePolicies
    /// What other firewalls masquerade.
    public let masquerades: [ForeignRuleset.Masquerade]

    private let index: [UInt64: Int]
    private let others: [NetworkSurvey.End: NetworkSurvey.End]

    /// Gathers the parts, of a host that may be nowhere.
    init(
        places: [Place], cables: [NetworkSurvey.Cable], elements: [PublishedElement] = [], networks: [Network] = [],
        policies: BridgePolicies = BridgePolicies(), redirections: [ForeignRuleset.Redirection] = [],
        masquerades: [ForeignRuleset.Masquerade] = []
    ) {
        self.places = places
        self.cables = cables
        self.networks = networks
        self.policies = policies
        self.masquerades = masquerades
        ports = Self.ports(elements, redirections, places)
        let index = Dictionary(places.enumerated().map { ($1.inode, $0) }) { first, _ in first }
        self.index = index
        var others: [NetworkSurvey.End: NetworkSurvey.End] = [:]
        for cable in cables { others[cable.end] = cable.other }
        for cable in cables where others[cable.other] == nil {
            // Many stand on one parent, so only a veth's other end has a single one at this end.
            let link = index[cable.other.namespace].flatMap { places[$0].survey.link(cable.other.link) }
            if link?.kind == "veth" { others[cable.other] = cable.end }
        }
        self.others = others
    }

    /// Looks at everything. Throws `KernelError`, `NetlinkError`, and what is wrong with the settings.
    public init(_ paths: StatePaths) throws {
        let found = try NamespaceFinder(store: ContainerStore(paths)).find()
        let survey = NetworkSurvey(found.map(\.handle))
        let byInode = Dictionary(found.map { ($0.inode, $0) }) { first, _ in first }
        let places = survey.namespaces.compactMap { namespace in
            byInode[namespace.inode].map {
                Place(role: $0.role, survey: namespace, process: $0.process, names: $0.names, members: $0.members)
            }
        }
        var elements: [PublishedElement] = []
        var policies = BridgePolicies()
        var ruleset: ForeignRuleset?
        // Without nftables nothing is published, and a look needs no other right to it.
        do throws(NetlinkError) {
            let socket = try NetlinkSocket(.netfilter)
            elements = try socket.publishedElements() + socket.openedElements()
            policies = try socket.bridgePolicies()
            ruleset = try ForeignRuleset(by: socket)
        } catch {}
        self.init(
            places: places, cables: survey.cables, elements: elements, networks: try Self.networks(NetworkStore(paths)),
            policies: policies, redirections: ruleset?.redirections ?? [], masquerades: ruleset?.masquerades ?? [])
    }

    private static func ports(
        _ elements: [PublishedElement], _ redirections: [ForeignRuleset.Redirection], _ places: [Place]
    ) -> [Port] {
        var owners: [IPAddress: UInt64] = [:]
        for place in places where place.role != .host {
            for address in place.survey.addresses { owners[address.prefix.address] = place.inode }
        }
        // Two networks may have the same addresses: a container's is meant.
        for place in places where place.isOwn {
            for address in place.survey.addresses { owners[address.prefix.address] = place.inode }
        }
        return elements.map { Port(element: $0, place: owners[$0.address]) }
            + redirections.map {
                Port(
                    element: $0.element, place: owners[$0.element.address], interface: $0.interface, chain: $0.chain)
            }
    }

    private static func networks(_ store: NetworkStore) throws -> [Network] {
        let settings = try NetworkSettings.read(store.paths.configuration)
        let usual = DefaultNetwork.bridgeName(settings).map {
            Network(name: DefaultNetwork.name, driver: .bridge, link: $0)
        }
        return try [usual].compactMap(\.self)
            + store.all().map { record in
                let parent = record.driver == .macvlan ? try? MacvlanOptions(record).parent : nil
                return Network(name: record.name, driver: record.driver, link: parent ?? record.bridgeName)
            }
    }
}

extension Topology {
    /// The host's own place.
    public var host: Place? { places.first { $0.role == .host } }

    /// The place of this inode.
    public func place(_ inode: UInt64) -> Place? { index[inode].map { places[$0] } }

    /// The interface at an end of a cable.
    public func link(_ end: NetworkSurvey.End) -> Link? { place(end.namespace)?.survey.link(end.link) }

    /// What an interface's cable leads to; of a macvlan its parent.
    public func other(of link: Link, in place: Place) -> NetworkSurvey.End? {
        others[NetworkSurvey.End(namespace: place.inode, link: link.index)]
    }
}
