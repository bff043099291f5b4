import NetSetup

/// A host to which a VXLAN port sends frames, and the way there.
struct TunnelEnd {
    /// The port's name.
    let port: String
    /// The host's address.
    let address: IPAddress
    /// Nil where there is none.
    let way: Way?
    /// Who has to answer on the way; nil where nobody need: by IPv6, on a link without ARP, and where it is written down.
    let hop: NextHops.Hop?

    /// Where the kernel sends what comes to these ports; that of a multicast tunnel is nobody's. What was learned from others is
    /// left out: it may be that of a host which is gone. Throws `NetlinkError`.
    static func all(of ports: [String], _ host: InspectedHost) throws -> [TunnelEnd] {
        let entries = try host.route.forwardingEntries()
        let written = try host.route.neighbours().filter(\.isPermanent)
        return try ports.compactMap { host.survey.link(named: $0) }.flatMap { port in
            try entries.filter { $0.link == port.index && $0.isPermanent }
                .compactMap { entry in entry.destination.map { Target(address: $0, link: entry.lowerLink) } }
                .filter { !$0.address.isMulticast }.unique
                .map { try TunnelEnd(port.name, $0, host, written) }
        }
    }

    private struct Target: Hashable {
        let address: IPAddress
        let link: CInt?
    }

    private init(_ port: String, _ target: Target, _ host: InspectedHost, _ written: [Neighbour]) throws {
        self.port = port
        address = target.address
        let way = try host.route.way(to: target.address, by: target.link)
        self.way = way
        let next = way?.gateway ?? target.address
        guard let way, next.family == .v4, let source = way.source, let link = host.survey.link(way.link),
            link.usesARP, !link.isLoopback, let mac = link.mac,
            !written.contains(where: { $0.link == link.index && $0.address == next })
        else {
            hop = nil
            return
        }
        hop = NextHops.Hop(link: link.index, mac: mac, source: source, address: next)
    }
}
