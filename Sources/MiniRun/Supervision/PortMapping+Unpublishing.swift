import NetSetup

extension PortMapping {
    /// Whether a published port is (one of) those that this names; without a host port, whatever host port it has.
    func means(_ publication: Publication) -> Bool {
        guard container == publication.container else { return false }
        if let hostAddress, hostAddress != publication.hostAddress { return false }
        return switch hostPort {
        case .dynamic: true
        case .fixed(let port): port == publication.hostPort
        case .range(let ports): ports.contains(publication.hostPort)
        }
    }
}

extension [PortMapping] {
    /// The wishes that are left when some published ports are gone, which several wishes may have meant: each port that is
    /// left keeps one, the one that says most of it, so that the next start publishes just these.
    func without(_ gone: [Publication], left: [Publication]) -> [PortMapping] {
        var left = left
        var kept = Set(indices.filter { index in !gone.contains { self[index].means($0) } })
        let (safe, doubtful) = (kept.sorted(), indices.filter { !kept.contains($0) })
        for index in (safe + doubtful).sorted(by: { self[$0].rank < self[$1].rank }) {
            guard let port = left.firstIndex(where: { self[index].means($0) }) else { continue }
            left.remove(at: port)
            kept.insert(index)
        }
        return kept.sorted().map { self[$0] }
    }
}

extension PortMapping {
    /// The more a wish says, the fewer ports it may have led to.
    fileprivate var rank: Int {
        switch hostPort {
        case .fixed: 0
        case .range: 1
        case .dynamic: 2
        }
    }
}
