import Namespaces
import NetSetup

/// One container's end of a network.
struct NetworkEndpoint: Sendable, Equatable {
    /// The container's id.
    var containerID: String
    /// The container's name.
    var containerName: String
    /// What it has there.
    var endpoint: Endpoint
}

extension Endpoint {
    /// The endpoint's own id, which Docker shows: always the same for one container in one network.
    func id(of container: String) -> String {
        (0..<4).map { part in
            let number = StableHash.of("\(networkID)/\(container)/\(part)")
            return ContainerID.hexadecimal((0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
        }.joined()
    }
}

extension Networks {
    /// The running containers that are connected to a network, by their records, in the order of their names.
    func activeEndpoints(of network: NetworkRecord, among containers: [Container]) -> [NetworkEndpoint] {
        containers.filter(\.isRunning).compactMap { endpoint(of: $0.record, in: network) }
            .sorted { $0.containerName.utf8.lexicographicallyPrecedes($1.containerName.utf8) }
    }

    /// What a container's record says about this network; nil when it is not connected to it.
    private func endpoint(of record: ContainerRecord, in network: NetworkRecord) -> NetworkEndpoint? {
        record.network.endpoint(in: network.id).map {
            NetworkEndpoint(containerID: record.id, containerName: record.name, endpoint: $0)
        }
    }

    /// All containers that somebody cares for, after a sweep.
    func heldContainers() throws -> [Container] {
        let containers = try Containers(paths)
        return try containers.store.containers(all: false, held: containers.held)
    }

    /// Docker's refusal to remove a network that is in use.
    static func isInUse(_ network: NetworkRecord, by endpoints: [NetworkEndpoint]) -> NetworkConflict {
        let list = endpoints.map {
            "name:\($0.containerName.goQuoted) id:\(ContainerID.short($0.containerID).goQuoted)"
        }.joined(separator: ", ")
        return NetworkConflict(
            "error while removing network: network \(network.name) has active endpoints"
                + (list.isEmpty ? ": a container is just being connected to it" : " (\(list))"))
    }
}
