import Namespaces

/// Takes ports out of the table's maps that nobody has published: somebody has added them by hand, past every record.
public struct RemoveStrayPorts: FirewallStep, Equatable {
    /// The ports, as the maps have them.
    public let ports: [PublishedElement]

    private var elements: [FirewallElement] { ports.map(\.element) }

    /// Looks for them beside what is `known` to be published.
    ///
    /// What a container publishes that is just being started, or is another user's, its supervisor holds by a socket from
    /// before it is in the maps until after it has left them. SCTP's sockets are not shown by every kernel, so its ports are
    /// nobody's guess. Throws `NetlinkError`.
    public static func find(
        besides known: [Publication], _ netfilter: NetlinkSocket, _ sockets: NetlinkSocket
    ) throws -> RemoveStrayPorts? {
        let published = Set(known.map { ContainerPort($0.hostPort, $0.container.transport) })
        let unknown = try netfilter.publishedElements().filter {
            $0.transport != .sctp && !published.contains(ContainerPort($0.hostPort, $0.transport))
        }
        guard !unknown.isEmpty else { return nil }
        let held = try Set(
            [TransportProtocol.tcp, .udp].flatMap { transport in
                try sockets.boundSockets(transport).filter { $0.isReservation || $0.mark == nil }
                    .map { ContainerPort($0.port, transport) }
            })
        // One whose container has ended since then is gone by now.
        let present = try Set(netfilter.publishedElements())
        let ports = unknown.filter { !held.contains(ContainerPort($0.hostPort, $0.transport)) && present.contains($0) }
        return ports.isEmpty ? nil : RemoveStrayPorts(ports: ports)
    }

    /// One transaction; those that are gone already are no error. Throws `NetlinkError`.
    public func apply(on stage: Stage) throws { try HostNetfilter.of(stage).socket.delete(elements) }

    /// Whether none of them is there. Throws `NetlinkError`.
    public func isInForce(by netfilter: NetlinkSocket) throws -> Bool { try netfilter.present(elements).isEmpty }

    /// Those that are there. Throws `NetlinkError`.
    public func faults(by netfilter: NetlinkSocket) throws -> [FirewallFault] {
        try netfilter.present(elements).map(\.presence)
    }

    /// `nft delete element` for each.
    public var explanation: Explanation {
        Explanation(
            shell: elements.map { "nft \($0.command("delete").shellQuoted)" },
            systemCalls: elements.map {
                "NFT_MSG_DELSETELEM table=\(FirewallTable.name) set=\($0.set) { \($0.text) }"
            },
            why: "A port that is in no record leads into a container without anybody's having published it.")
    }
}

extension PublishedElement {
    fileprivate var element: FirewallElement {
        .port(transport, hostPort, on: hostAddress, leadsTo: address, port)
    }
}
