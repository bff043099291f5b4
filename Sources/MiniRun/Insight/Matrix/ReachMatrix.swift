import Namespaces
import NetSetup

/// Who reaches whom: what the configuration lets expect, beside what real connections show.
public struct ReachMatrix: Sendable {
    /// The host, or a running container.
    public struct Node: Sendable {
        /// `host`, or the container's name.
        public var name: String
        /// What tells its network namespace from others.
        public var inode: UInt64
    }

    /// What is expected of a cell.
    public enum Expectation: String, Sendable {
        /// It is reached.
        case reached
        /// It is not.
        case kept
        /// Both have the same network namespace.
        case same
        /// It depends on what is outside of this host.
        case open
    }

    /// One row's way to one column.
    public struct Cell: Sendable {
        /// The index of who asks.
        public var from: Int
        /// The index of who is asked.
        public var to: Int
        /// What the configuration says.
        public var expectation: Expectation
        /// Where it was tried; nil when there is no address to try.
        public var address: IPAddress?
        /// Whether the connection was established; nil when nothing was tried.
        public var isReached: Bool?

        /// Whether it is as the configuration says.
        public var isAsExpected: Bool {
            switch expectation {
            case .reached: isReached == true
            case .kept: isReached != true
            case .same, .open: true
            }
        }
    }

    /// Rows and columns.
    public let nodes: [Node]
    /// Row by row, without the diagonal.
    public let cells: [Cell]

    /// The cells that are not as expected.
    public var surprises: [Cell] { cells.filter { !$0.isAsExpected } }

    /// Looks at the running containers, all of them or those in one of these networks, and tries every way. Throws
    /// ``NoSuchNetwork``, `KernelError`.
    public init(_ paths: StatePaths, networks: [String] = [], transport: ConnectionProbe.Transport = .tcp) throws {
        try Privilege.check("net matrix needs root, to enter network namespaces")
        let members = try MatrixMember.all(paths, in: networks)
        let rules = try MatrixRules(NetworkStore(paths))
        var cells: [Cell] = []
        for (from, asker) in members.enumerated() {
            for (to, asked) in members.enumerated() where from != to {
                let (expectation, address) = rules.expectation(from: asker, to: asked)
                cells.append(Cell(from: from, to: to, expectation: expectation, address: address))
            }
        }
        let tried = cells.indices.filter { cells[$0].address != nil && cells[$0].expectation != .same }
        let probe = ConnectionProbe(members.map(\.namespace), transport: transport)
        let answers = try probe.ask(
            tried.map { index in
                ConnectionProbe.Question(
                    from: cells[index].from, to: cells[index].to, address: cells[index].address ?? .unspecified(.v4))
            })
        for (index, answer) in zip(tried, answers) { cells[index].isReached = answer }
        nodes = members.map { Node(name: $0.name, inode: $0.inode) }
        self.cells = cells
    }

    /// From plain values, for tests.
    init(nodes: [Node], cells: [Cell]) {
        self.nodes = nodes
        self.cells = cells
    }
}

/// A row of the matrix, with its network namespace held open.
struct MatrixMember {
    /// `host`, or the container's name.
    let name: String
    let namespace: NamespaceHandle
    let inode: UInt64
    /// Where it is connected; nothing for the host, and for who joined another's network what that one has.
    let endpoints: [Endpoint]
    /// Whether it is the host.
    let isHost: Bool

    /// The host, and the running containers by name. Throws ``NoSuchNetwork``, `KernelError`.
    static func all(_ paths: StatePaths, in networks: [String]) throws -> [MatrixMember] {
        let store = ContainerStore(paths)
        let wanted = try Set(
            networks.map { name in
                DefaultNetwork.isMeant(by: name)
                    ? PredefinedNetwork.id(DefaultNetwork.name) : try NetworkStore(paths).find(name).id
            })
        let own = try NamespaceHandle(.network)
        let host = MatrixMember(name: "host", namespace: own, inode: try own.inode(), endpoints: [], isHost: true)
        let containers = try store.containers(all: false, held: Sweep(store).run()).filter(\.isRunning)
        var members: [MatrixMember] = []
        for container in containers.sorted(by: { $0.record.name < $1.record.name }) {
            // It may end while we look.
            guard let process = container.record.process,
                let namespace = try? NamespaceHandle(.network, of: process.pid), let inode = try? namespace.inode(),
                process.isAlive
            else { continue }
            let owner = containers.first { other in
                !other.record.network.endpoints.isEmpty && container.record.network.endpoints.isEmpty
                    && other.record.process.flatMap { try? NamespaceHandle(.network, of: $0.pid).inode() } == inode
            }
            let endpoints = (owner ?? container).record.network.endpoints
            guard wanted.isEmpty || endpoints.contains(where: { wanted.contains($0.networkID) }) else { continue }
            members.append(
                MatrixMember(
                    name: container.record.name, namespace: namespace, inode: inode, endpoints: endpoints, isHost: false
                ))
        }
        return [host] + members
    }
}
