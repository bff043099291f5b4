import Namespaces
import NetSetup
import SystemPackage

/// Where addresses come from.
struct AddressSource {
    /// The wanted address of a subnet, or a free one; the directory is that of the network's leases.
    let take: (_ leases: FilePath, _ subnet: NetworkSubnet, _ wanted: IPAddress?) throws -> IPAddress

    /// Addresses that are only looked at.
    static var preview: AddressSource {
        AddressSource { try AddressLease.peek(in: $0, from: $1, wanted: $2) }
    }

    /// Addresses that are held until the stage is unwound, or the group of the network's leases.
    static func holding(_ holder: String, on stage: Stage) -> AddressSource {
        AddressSource { leases, subnet, wanted in
            let lease = try AddressLease.take(in: leases, from: subnet, wanted: wanted, holder: holder)
            stage.undo.push("give back the address \(lease.address)", of: leases.string) { try lease.release() }
            return lease.address
        }
    }

    /// Addresses that somebody holds already: of a network that is joined, or that was kept.
    static func sharing(on stage: Stage) -> AddressSource {
        AddressSource { leases, _, wanted in
            guard let wanted else { throw AddressLease.Refusal.exhausted }
            let lease = try AddressLease.share(wanted, in: leases)
            stage.undo.push("give back the address \(wanted)", of: leases.string) { try lease.release() }
            return wanted
        }
    }

    /// The addresses of a connection that is there.
    func take(_ endpoint: Endpoint, _ paths: StatePaths) throws {
        let leases = paths.leases(of: endpoint.leaseName)
        for address in [endpoint.address, endpoint.address6].compactMap(\.self) {
            _ = try take(leases, NetworkSubnet(address), address.address)
        }
    }
}
