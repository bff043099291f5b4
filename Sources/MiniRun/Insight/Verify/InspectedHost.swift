import CShim
import Namespaces
import NetSetup

/// What is looked at by `verify` and `doctor`: the records of what should be, and the kernel's word on what is.
struct InspectedHost {
    let paths: StatePaths
    let store: ContainerStore
    let networks: NetworkStore
    let settings: NetworkSettings
    /// The host's network namespace.
    let survey: NamespaceSurvey
    let route: NetlinkSocket
    /// Nil where the kernel has no nftables, or we no right to it.
    let netfilter: NetlinkSocket?
    /// The names of `ip netns`, read once for all containers.
    let names: Result<[NamespaceName], any Error>
    /// All containers, by name.
    let containers: [Container]

    /// Who answers on the host's own links.
    let nextHops = NextHops()

    /// Looks. Throws `KernelError`, `NetlinkError`, `CorruptFile`.
    init(_ paths: StatePaths) throws {
        self.paths = paths
        store = ContainerStore(paths)
        networks = NetworkStore(paths)
        settings = try NetworkSettings.read(paths.configuration)
        survey = try NamespaceSurvey(NamespaceHandle(.network))
        route = try NetlinkSocket(.route)
        netfilter = try? NetlinkSocket(.netfilter)
        names = Result { try NamespaceName.all() }
        containers = try store.containers(all: true, held: Sweep(store).run()).sorted {
            $0.record.name < $1.record.name
        }
        try Self.checkNetwork(of: containers, paths)
    }

    /// `ip netns exec` gives a command another network and the same files: what is written down there is none of this
    /// network's. Throws `UsageError`.
    private static func checkNetwork(of containers: [Container], _ paths: StatePaths) throws {
        guard let supervisor = containers.first(where: \.isRunning)?.record.supervisor,
            let its = try? NamespaceHandle(.network, of: supervisor.pid), supervisor.isAlive,
            try !its.isSame(as: NamespaceHandle(.network))
        else { return }
        throw UsageError(
            "the containers that are written down in \(paths.state) belong to another network namespace, "
                + "that of process \(supervisor.pid) (name other places with --state and --root)")
    }

    /// Those that run.
    var running: [Container] { containers.filter(\.isRunning) }

    /// Ports in the firewall's table that no container has published. Throws `NetlinkError`, `KernelError`.
    func strayPorts() throws -> [StrayPort] {
        guard let netfilter else { return [] }
        func find(besides records: [ContainerRecord]) throws -> [StrayPort] {
            try StrayPort.find(
                besides: records.map { PublishPorts($0.publications, to: $0.network.publisher) }, netfilter)
        }
        let suspects = try find(besides: containers.map(\.record))
        guard !suspects.isEmpty else { return [] }
        // Whoever was just publishing one has written it down by then.
        usleep(100_000)
        return try find(besides: store.ids().compactMap(store.record)).filter(suspects.contains)
    }

    /// The connections to a network of containers that run.
    func endpoints(in network: String) -> [Endpoint] { running.compactMap { $0.record.network.endpoint(in: network) } }

    /// All networks: the user's, and the default one when its bridge is there or somebody is connected to it.
    func allNetworks() throws -> [NetworkRecord] { try [defaultNetwork()].compactMap(\.self) + networks.all() }

    /// The default network as those who are connected know it; what nobody has decided (see ``DefaultNetwork``) is as it is.
    private func defaultNetwork() throws -> NetworkRecord? {
        guard let bridge = DefaultNetwork.bridgeName(settings) else { return nil }
        let members = endpoints(in: PredefinedNetwork.id(DefaultNetwork.name))
        guard let first = members.first else {
            return survey.link(named: bridge) == nil ? nil : try DefaultNetwork.look(settings, networks, route)
        }
        let addresses = [IPAddress.Family.v4, .v6].compactMap { bridgeAddress($0, first.link, members) }
        guard !addresses.isEmpty else { return try DefaultNetwork.look(settings, networks, route) }
        return DefaultNetwork.record(settings, bridge: first.link, subnets: addresses)
    }

    /// The address of the default network's bridge: the settings', else the one by which its members leave, for that is the
    /// bridge's unless the settings name another router, now or when they were started; then the one that it has among them.
    private func bridgeAddress(_ family: IPAddress.Family, _ bridge: String, _ members: [Endpoint]) -> IPPrefix? {
        if let fixed = family == .v4 ? settings.bip : settings.bip6 { return fixed }
        let own = members.compactMap { family == .v4 ? $0.address : $0.address6 }
        guard let subnet = own.first else { return nil }
        let present = survey.link(named: bridge).map { survey.addresses(of: $0) } ?? []
        let among = present.first { $0.length == subnet.length && $0.contains(subnet.address) }
        let gateways = Set(members.compactMap { $0.gateway(family) })
        let router = family == .v4 ? settings.defaultGateway : settings.defaultGateway6
        if let among, gateways.contains(among.address) || router != nil || gateways.count > 1 { return among }
        return gateways.subtracting([router].compactMap(\.self)).first.flatMap { IPPrefix($0, length: subnet.length) }
    }
}
