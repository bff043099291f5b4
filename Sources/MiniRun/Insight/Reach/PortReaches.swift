import Namespaces
import NetSetup

/// `minirun exposure`: all published ports, and who can get at them.
public struct PortReaches {
    private let paths: StatePaths
    private let containers: Containers

    /// Those of this store's containers. Throws `KernelError`.
    public init(_ paths: StatePaths) throws {
        self.paths = paths
        containers = try Containers(paths)
    }

    /// Those of the containers that run, by port; of one only when a reference is given. What the kernel's table does not have
    /// (any more) is open to nobody, and left out. Throws `NoSuchContainer`, `NetlinkError`.
    public func all(of reference: String? = nil) throws -> [PortReach] {
        let store = containers.store
        let chosen = try reference.map { [try store.find($0)] } ?? store.containers(all: false, held: containers.held)
        let published = chosen.filter { $0.isRunning && !$0.record.publications.isEmpty }
        guard !published.isEmpty else { return [] }
        let doors = try HostDoors(paths)
        let netfilter = try NetlinkSocket(.netfilter)
        let present = Set(try (netfilter.publishedElements() + netfilter.openedElements()).map(Key.init))
        return published.flatMap { container in
            let record = container.record
            return doors.reach(record.publications, of: record.name, through: record.network.publisher)
                .filter { reach in reach.targets.contains { present.contains(Key(reach, $0)) } }
        }.sorted {
            ($0.hostPort ?? $0.port.number, $0.port.description, $0.container)
                < ($1.hostPort ?? $1.port.number, $1.port.description, $1.container)
        }
    }

    /// Sentences about other firewalls that drop what they do not know: they stand before all of these ports.
    public func obstacles() throws -> [String] {
        try ForeignFirewall.findings(by: NetlinkSocket(.netfilter)).map {
            Phrase(
                "\($0) drops forwarded packets that it does not know: neighbours may be kept out",
                "\($0.phrase.chinese) 会丢弃它不认识的转发报文：邻居可能被挡在外面"
            ).description
        }
    }

    /// What tells where an element leads.
    private struct Key: Hashable {
        var transport: TransportProtocol
        /// Nil for a port of the address itself.
        var hostPort: UInt16?
        var address: IPAddress
        var port: UInt16

        init(_ element: PublishedElement) {
            (transport, hostPort) = (element.transport, element.isDirect ? nil : element.hostPort)
            (address, port) = (element.address, element.port)
        }

        init(_ reach: PortReach, _ address: IPAddress) {
            (transport, hostPort) = (reach.port.transport, reach.hostPort)
            (self.address, port) = (address, reach.port.number)
        }
    }

    /// The table of `exposure`.
    public static func text(_ reaches: [PortReach], _ options: ListingOptions) throws(UsageError) -> String {
        try listing.text(reaches, options)
    }

    private static let listing = Listing<PortReach>(
        typeName: "*formatter.exposureContext",
        fields: [
            .init("Audience", "AUDIENCE") { reach, _ in
                (reach.audience?.phrase ?? Phrase("nobody", "无人")).description
            },
            .init("Container", "CONTAINER") { reach, _ in reach.container },
            .init("Exposure", "EXPOSURE") { reach, _ in reach.sentence() },
            .init("HostPort", "HOST PORT") { reach, _ in
                reach.hostPort.map { "\($0)/\(reach.port.transport.rawValue)" } ?? "-"
            },
            .init("Target", "LEADS TO") { reach, _ in
                reach.targets.map { "\($0.bracketed):\(reach.port.number)" }.joined(separator: ", ")
            },
        ],
        columns: "{{.HostPort}}\t{{.Container}}\t{{.Target}}\t{{.Audience}}\t{{.Exposure}}")
}
