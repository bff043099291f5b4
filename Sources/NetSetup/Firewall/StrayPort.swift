import Namespaces

/// A port that is in the table's maps, or in its sets of open ports, and that no container has published: somebody has added
/// it by hand, past every record.
public struct StrayPort: Sendable, Equatable {
    let element: FirewallElement
    let transport: TransportProtocol
    /// The host's port; nil for one of the container's own address.
    let hostPort: UInt16?
    let hostAddress: IPAddress?
    /// The container's address.
    let target: IPAddress

    /// The set or map that it is in.
    public var set: String { element.set }
    /// As nft writes it: `tcp . 9999 : 172.17.0.2 . 80`.
    public var text: String { element.text }
    /// The command that takes it out.
    public var shell: String { "nft \(element.command("delete").shellQuoted)" }

    /// Those beside what is `published` by the records. Throws `NetlinkError`.
    public static func find(
        besides published: [PublishPorts], _ netfilter: NetlinkSocket
    ) throws(NetlinkError) -> [StrayPort] {
        let keys = Set(published.flatMap(\.elements).map { Key($0) })
        let unknown = try (netfilter.publishedElements() + netfilter.openedElements()).map(StrayPort.init)
            .filter { !keys.contains(Key($0.element)) }
        guard !unknown.isEmpty else { return [] }
        let targets = Set(published.flatMap { [$0.address4, $0.address6] }.compactMap(\.self))
        let holders = try Holders(NetlinkSocket(.socketDiagnostics))
        return unknown.filter { $0.isStray(among: targets, holders) }
    }

    /// What no record has may yet be another user's. A port of the host's he holds; of SCTP's sockets, which not every kernel
    /// shows, and of the addresses of routed networks nothing tells, so they are judged where they lead to a container of ours.
    private func isStray(among targets: Set<IPAddress>, _ holders: Holders) -> Bool {
        guard let hostPort, transport != .sctp else { return targets.contains(target) }
        return !holders.hold(transport, hostPort, hostAddress, target.family)
    }

    private init(_ port: PublishedElement) {
        element =
            port.isDirect
            ? .direct(port.transport, port.port, of: port.address)
            : .port(port.transport, port.hostPort, on: port.hostAddress, leadsTo: port.address, port.port)
        transport = port.transport
        (hostPort, hostAddress) = port.isDirect ? (nil, nil) : (port.hostPort, port.hostAddress)
        target = port.address
    }

    /// Where an element stands, wherever it leads.
    private struct Key: Hashable {
        let set: String
        let key: [UInt8]

        init(_ element: FirewallElement) { (set, key) = (element.set, element.key) }
    }
}

/// Who holds ports of the host for containers, of whatever user.
struct Holders {
    private let sockets: [BoundSocket]

    init(_ socket: NetlinkSocket) throws(NetlinkError) {
        sockets = try (socket.boundSockets(.tcp) + socket.boundSockets(.udp)).filter {
            $0.isReservation || $0.mark == nil
        }
    }

    /// Whether somebody does at exactly this address; nil stands for all of the family. Under a guard address arrives what host
    /// processes sent to a single one.
    func hold(_ transport: TransportProtocol, _ port: UInt16, _ address: IPAddress?, _ family: IPAddress.Family) -> Bool
    {
        sockets.contains { socket in
            guard socket.transport == transport, socket.port == port else { return false }
            if let address { return socket.address == address || LoopPair.isGuard(address) }
            return socket.address.isUnspecified
                && (socket.address.family == family || family == .v4 && !socket.isVersion6Only)
        }
    }
}

/// Takes a port out of the table that nobody has published.
public struct RemoveStrayPort: Step, Equatable {
    /// The port.
    public let port: StrayPort

    /// One that was found.
    public init(_ port: StrayPort) { self.port = port }

    /// An element may be deleted only by who holds its key: meanwhile a container may have published the port. So it is
    /// reserved for that moment; where that cannot be done, nobody else can publish it either, unless he just has. One that is
    /// gone already is no error. Throws `NetlinkError`.
    public func apply(on stage: Stage) throws {
        let netfilter = try HostNetfilter.of(stage).socket
        guard let number = port.hostPort, port.transport != .sctp else { return try netfilter.delete([port.element]) }
        let mapping = PortMapping(
            hostAddress: port.hostAddress, hostPort: .fixed(number), container: ContainerPort(number, port.transport))
        let held = try? PortReservation(mapping, families: [port.target.family])
        let holders = try Holders(NetlinkSocket(.socketDiagnostics))
        guard held != nil || !holders.hold(port.transport, number, port.hostAddress, port.target.family) else { return }
        try withExtendedLifetime(held) { try netfilter.delete([port.element]) }
    }

    /// `nft delete element`.
    public var explanation: Explanation {
        Explanation(
            shell: [port.shell],
            systemCalls: ["NFT_MSG_DELSETELEM table=\(FirewallTable.name) set=\(port.set) { \(port.text) }"],
            why: "A port that is in no record would lead into a container without anybody's having published it.")
    }
}
