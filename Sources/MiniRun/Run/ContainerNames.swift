import Namespaces
import NetSetup

/// How a container and those in its networks find each other by name.
struct ContainerNames {
    /// The container's id.
    let id: String
    /// Its name.
    let name: String
    /// What `--dns` and the administrator say.
    let resolver: ResolverOverrides
    let store: ContainerStore

    private var directory: NameDirectory { NameDirectory(store.paths.names) }

    /// Makes its names known in one of its networks.
    func registration(_ endpoint: Endpoint) -> RegisterNames {
        RegisterNames(entry(endpoint), network: endpoint.leaseName, in: directory)
    }

    /// Takes them back. Throws `KernelError`.
    func withdraw(_ endpoint: Endpoint) throws { try directory.withdraw(entry(endpoint), in: endpoint.leaseName) }

    private func entry(_ endpoint: Endpoint) -> NameDirectory.Entry {
        .init(names: endpoint.names, canonical: name, addresses: endpoint.publicAddresses, holder: id)
    }

    /// Its own name server, which answers for these connections.
    func service(_ connections: [Connection]) -> ServeNames {
        let store = store
        return ServeNames(directory: directory, settings: settings(connections)) { holder in
            (try? store.isHeld(holder)) ?? false
        }
    }

    /// What that server knows. Of a container that is in internal networks only, nothing leaves the host.
    func settings(_ connections: [Connection]) -> NameService.Settings {
        NameService.Settings(
            zones: connections.map { connection in
                NameZone(
                    network: connection.endpoint.leaseName, suffix: connection.endpoint.network,
                    subnets: connection.network.record.subnets.map(\.subnet))
            },
            upstream: ContainerResolver.upstream(host: HostFiles.resolver, overrides: resolver),
            forwards: connections.contains { !$0.network.record.isInternal })
    }

    /// What sweeps do: forgets the names of containers that are gone. Throws `KernelError`.
    static func sweep(_ store: ContainerStore) throws {
        try NameDirectory(store.paths.names).sweep { (try? store.isHeld($0)) ?? false }
    }
}

/// Files of the host that containers' own are made from.
enum HostFiles {
    /// /etc/resolv.conf; nil when it cannot be read.
    static var resolver: String? { try? Files.text(.init(ContainerResolver.hostPath)) }
}

extension ContainerConfiguration {
    /// Whether it hears and is heard by name: everywhere but in the default network as Docker has it.
    var servesNames: Bool { !(request.strictDocker && network == .bridge) }

    /// `--dns` and its companions, and what the administrator says where they are not given.
    func resolver(_ settings: NetworkSettings) throws(UsageError) -> ResolverOverrides {
        try ResolverOverrides(
            dns: request.dns.isEmpty ? settings.dns : request.dns,
            search: request.dnsSearch.isEmpty ? settings.dnsSearch : request.dnsSearch,
            options: request.dnsOptions.isEmpty ? settings.dnsOptions : request.dnsOptions)
    }
}
