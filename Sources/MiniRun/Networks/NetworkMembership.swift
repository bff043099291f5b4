import CShim
import Namespaces
import SystemPackage

/// Holds a network for one of its containers, so that nobody removes it meanwhile. The kernel lets go of it with the process.
public final class NetworkMembership: Sendable {
    private let lock: FileLock

    private init(_ lock: FileLock) { self.lock = lock }

    /// Lets go of the network before this object does.
    public func release() { lock.unlock() }

    /// Joins a network. Throws ``NoSuchNetwork`` when it is just being removed, or is gone since it was looked up.
    public static func join(_ network: NetworkRecord, _ store: NetworkStore) throws -> NetworkMembership {
        let file = store.paths.membership(of: network.leaseName)
        try Files.makeDirectory(store.paths.leases(of: network.leaseName))
        // The remover's lock goes with the file, so this one may be on a file that has no name any more: then there is no
        // record either.
        guard let lock = try FileLock.take(file: file, shared: true),
            try network.isPredefined || store.record(network.id) != nil
        else {
            // What was made for nobody here; no other network ever has this id.
            if !network.isPredefined, try store.record(network.id) == nil {
                try? Files.removeTree(store.paths.leases(of: network.leaseName))
            }
            throw NoSuchNetwork(reference: network.name)
        }
        return NetworkMembership(lock)
    }

    /// Whether a container is connected, or is just being connected; asked without a trace.
    static func isHeld(_ network: String, _ paths: StatePaths) throws -> Bool {
        let file = paths.membership(of: network)
        guard access(file.string, F_OK) == 0 else { return false }
        return try FileLock.take(file: file, shared: false) == nil
    }

    /// Takes the network for its remover alone; nil when a container is connected, or is just being connected.
    static func takeAlone(_ network: NetworkRecord, _ paths: StatePaths) throws -> FileLock? {
        try Files.makeDirectory(paths.leases(of: network.leaseName))
        return try FileLock.take(file: paths.membership(of: network.leaseName), shared: false)
    }
}
