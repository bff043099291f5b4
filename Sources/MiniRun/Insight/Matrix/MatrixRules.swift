import Namespaces
import NetSetup

/// What the configuration says of the ways between containers, and between them and the host.
struct MatrixRules {
    private let networks: [String: NetworkRecord]
    /// What the host's interfaces have.
    private let addresses: [String: [IPAddress]]

    /// Reads the networks' records and the host's addresses. Throws `CorruptFile`, `NetlinkError`, `UsageError` about the
    /// settings.
    init(_ store: NetworkStore) throws {
        var networks = Dictionary(try store.all().map { ($0.id, $0) }) { first, _ in first }
        let settings = try NetworkSettings.read(store.paths.configuration)
        if let bridge = DefaultNetwork.bridgeName(settings) {
            let usual = DefaultNetwork.record(settings, bridge: bridge, subnets: [])
            networks[usual.id] = usual
        }
        let host = try HostNetwork(NetlinkSocket(.route))
        self.init(
            networks: networks,
            addresses: Dictionary(host.links.map { ($0.name, host.addresses(of: $0).map(\.address)) }) { $1 })
    }

    /// From plain values, for tests.
    init(networks: [String: NetworkRecord], addresses: [String: [IPAddress]]) {
        (self.networks, self.addresses) = (networks, addresses)
    }

    /// What to expect, and the address to try; nil where there is none.
    func expectation(from asker: MatrixMember, to asked: MatrixMember) -> (ReachMatrix.Expectation, IPAddress?) {
        if asker.inode == asked.inode { return (.same, nil) }
        if asked.isHost { return toHost(asker) }
        if asker.isHost { return fromHost(asked) }
        for endpoint in asker.endpoints {
            guard let other = asked.endpoints.first(where: { $0.networkID == endpoint.networkID }) else { continue }
            return (isTalkative(endpoint) ?? .open, other.publicAddresses.first)
        }
        guard let first = asked.endpoints.first(where: { !$0.publicAddresses.isEmpty }) else { return (.kept, nil) }
        guard !asker.endpoints.isEmpty else { return (.kept, first.publicAddresses.first) }
        // Whoever is on the LAN is reached as the LAN is.
        let isKept = asked.endpoints.allSatisfy { $0.driver != .macvlan && !isFound($0) }
        return (isKept || asker.endpoints.allSatisfy(isInternal) ? .kept : .open, first.publicAddresses.first)
    }

    /// A container reaches the host at its router's address, if the host is that.
    private func toHost(_ asker: MatrixMember) -> (ReachMatrix.Expectation, IPAddress?) {
        for endpoint in asker.endpoints where endpoint.isBridged {
            guard let address = hostAddress(endpoint) else { continue }
            return (.reached, address)
        }
        return (asker.endpoints.isEmpty ? .kept : .open, nil)
    }

    private func fromHost(_ asked: MatrixMember) -> (ReachMatrix.Expectation, IPAddress?) {
        for endpoint in asked.endpoints {
            guard let address = endpoint.publicAddresses.first else { continue }
            if endpoint.isBridged { return (hostAddress(endpoint) == nil ? .kept : .reached, address) }
            return (.open, address)
        }
        return (.kept, nil)
    }

    /// The bridge's own address in the network's first subnet, which the record of an internal endpoint does not name. Where
    /// minirun has given it none, it may have one from elsewhere: a card's that was moved to it.
    private func hostAddress(_ endpoint: Endpoint) -> IPAddress? {
        let network = networks[endpoint.networkID]
        let options = network.flatMap { try? BridgeOptions($0) }
        let isInhibited = options?.inhibitsIPv4 == true
        if let gateway = endpoint.gateway ?? endpoint.gateway6, !isFound(endpoint), !isInhibited { return gateway }
        guard let network, let options else { return nil }
        let given = network.bridgeAddresses(options).first?.address
        return given
            ?? addresses[endpoint.link]?.first { address in
                endpoint.addresses.contains { $0.network.contains(address) }
            }
    }

    /// Nil where it depends on the switch outside.
    private func isTalkative(_ endpoint: Endpoint) -> ReachMatrix.Expectation? {
        guard let network = networks[endpoint.networkID] else { return nil }
        switch network.driver {
        case .macvlan:
            switch (try? MacvlanOptions(network))?.mode {
            case .bridge: return .reached
            case .private: return .kept
            default: return nil
            }
        default: return (try? BridgeOptions(network)).map { $0.interContainer ? .reached : .kept }
        }
    }

    private func isFound(_ endpoint: Endpoint) -> Bool { networks[endpoint.networkID]?.addedToBridge != nil }
    private func isInternal(_ endpoint: Endpoint) -> Bool { networks[endpoint.networkID]?.isInternal ?? false }
}
