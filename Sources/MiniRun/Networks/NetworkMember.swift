import Namespaces
import NetSetup

/// A container that is connected to a network, and how.
struct NetworkMember {
    /// The container.
    let container: ContainerRecord
    /// Its end of the network.
    let endpoint: Endpoint

    /// The connection's own id, which Docker shows.
    var endpointID: String { endpoint.id(of: container.id) }
}

extension Networks {
    /// The containers that are connected to a network, by their records, in the order of their names. One that starts anew
    /// keeps its connections meanwhile.
    func members(of network: NetworkRecord, among containers: [Container]) -> [NetworkMember] {
        containers.filter(\.isWatched)
            .compactMap { container in
                container.record.network.endpoint(in: network.id)
                    .map { NetworkMember(container: container.record, endpoint: $0) }
            }
            .sorted { $0.container.name.utf8.lexicographicallyPrecedes($1.container.name.utf8) }
    }

    /// All containers that somebody cares for, after a sweep.
    func heldContainers() throws -> [Container] {
        let containers = try Containers(paths)
        return try containers.store.containers(all: false, held: containers.held)
    }

    /// Docker's refusal to remove a network that is in use.
    static func isInUse(_ network: NetworkRecord, by members: [NetworkMember]) -> NetworkConflict {
        let list = members.map {
            "name:\($0.container.name.goQuoted) id:\(ContainerID.short($0.container.id).goQuoted)"
        }.joined(separator: ", ")
        return NetworkConflict(
            "error while removing network: network \(network.name) has active endpoints"
                + (list.isEmpty
                    ? ": a container is just being connected to it, or shares the network of one that was"
                    : " (\(list))"))
    }
}
