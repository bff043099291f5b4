import CShim
import Namespaces

/// What several network namespaces have, and how they hang together.
public struct NetworkSurvey: Sendable {
    /// The namespaces, in the order in which they were named.
    public let namespaces: [NamespaceSurvey]
    /// The cables between and within them.
    public let cables: [Cable]

    /// A veth pair, or an interface on top of another: a macvlan and its parent.
    public struct Cable: Sendable, Hashable {
        /// One end; of a macvlan the macvlan.
        public let end: End
        /// The other end; of a macvlan its parent.
        public let other: End

        /// A cable between two ends.
        public init(_ end: End, _ other: End) {
            self.end = end
            self.other = other
        }
    }

    /// An interface of one of the namespaces.
    public struct End: Sendable, Hashable {
        /// The namespace's inode.
        public let namespace: UInt64
        /// The interface's number there.
        public let link: CInt

        /// The interface of this number in the namespace of this inode.
        public init(namespace: UInt64, link: CInt) {
            self.namespace = namespace
            self.link = link
        }
    }

    /// Looks into each namespace once; one that cannot be looked into is left out. Namespaces that are given twice count
    /// once.
    public init(_ handles: [NamespaceHandle]) {
        var seen: Set<UInt64> = []
        let known = handles.compactMap { handle -> (handle: NamespaceHandle, inode: UInt64)? in
            guard let inode = try? handle.inode(), seen.insert(inode).inserted else { return nil }
            return (handle, inode)
        }
        let own = try? NamespaceHandle(.network).inode()
        var visits: [(socket: NetlinkSocket, handle: NamespaceHandle, survey: NamespaceSurvey)] = []
        for (place, socket) in zip(known, NetlinkSocket.open(.route, in: known.map(\.handle.descriptor))) {
            // Into our own anybody may look; entering it anew needs a right.
            guard let socket = socket ?? (place.inode == own ? try? NetlinkSocket(.route) : nil),
                let survey = try? NamespaceSurvey(socket, inode: place.inode)
            else { continue }
            visits.append((socket, place.handle, survey))
        }
        namespaces = visits.map(\.survey)
        cables = Self.cables(visits)
    }

    /// Each interface that names another one by its number, and in which namespace that is. Where the kernel names the
    /// namespace by a number of its own (RTM_GETNSID), only namespaces in which the numbers fit are asked for theirs.
    private static func cables(
        _ visits: [(socket: NetlinkSocket, handle: NamespaceHandle, survey: NamespaceSurvey)]
    ) -> [Cable] {
        var pairs: [Pair: [Int]] = [:]
        for (index, visit) in visits.enumerated() {
            for link in visit.survey.links where link.kind == "veth" {
                guard let parent = link.parent else { continue }
                pairs[Pair(own: link.index, other: parent), default: []].append(index)
            }
        }
        var found: Set<Cable> = []
        var cables: [Cable] = []
        func add(_ end: End, _ other: End) {
            guard found.insert(Cable(end, other)).inserted,
                !found.contains(Cable(other, end))
            else { return }
            cables.append(Cable(end, other))
        }
        for (index, visit) in visits.enumerated() {
            for link in visit.survey.links {
                // In another namespace the parent may well have the same number.
                guard let parent = link.parent, parent != link.index || link.parentNamespace != nil else { continue }
                let end = End(namespace: visit.survey.inode, link: link.index)
                guard let number = link.parentNamespace else {
                    add(end, End(namespace: visit.survey.inode, link: parent))
                    continue
                }
                let candidates =
                    link.kind == "veth"
                    ? (pairs[Pair(own: parent, other: link.index)] ?? []).filter { $0 != index }
                    : visits.indices.filter { other in
                        other != index && visits[other].survey.links.contains { $0.index == parent }
                    }
                let other = candidates.first { (try? visit.socket.number(of: visits[$0].handle)) == number }
                if let other { add(end, End(namespace: visits[other].survey.inode, link: parent)) }
            }
        }
        return cables
    }

    /// The numbers of two ends of a cable, each in its namespace.
    private struct Pair: Hashable {
        var own: CInt
        var other: CInt
    }
}

extension NetlinkSocket {
    /// `ip netns list-id`: the number by which this socket's namespace knows another one; nil when it has none yet. Throws
    /// `NetlinkError`.
    func number(of namespace: NamespaceHandle) throws(NetlinkError) -> CInt? {
        let message = NetlinkMessage("ask for a namespace's number", type: RTM_GETNSID) { message in
            message.putHeader(rtgenmsg())
            message.put(NETNSA_FD, UInt32(namespace.descriptor))
        }
        let number = try get(message) { $0.attributes(after: rtgenmsg.self)[NETNSA_NSID]?.value(as: CInt.self) }
        return number.flatMap { $0 < 0 ? nil : $0 }
    }
}
