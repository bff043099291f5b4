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
        try join(network.id, network.name, leases: network.leaseName, isPredefined: network.isPredefined, store)
    }

    /// Joins the network of another container's connection. Throws ``NoSuchNetwork``.
    static func join(_ endpoint: Endpoint, _ store: NetworkStore) throws -> NetworkMembership {
        try join(
            endpoint.networkID, endpoint.network, leases: endpoint.leaseName,
            isPredefined: endpoint.network == DefaultNetwork.name, store)
    }

    private static func join(
        _ id: String, _ name: String, leases: String, isPredefined: Bool, _ store: NetworkStore
    ) throws -> NetworkMembership {
        let directory = store.paths.leases(of: leases)
        try Files.makeDirectory(directory)
        // The remover's lock goes with the file, so this one may be on a file that has no name any more: then there is no
        // record either.
        guard let lock = try taken(store.paths.membership(of: leases)),
            try isPredefined || store.record(id) != nil
        else {
            // What was made for nobody here; no other network ever has this id.
            if !isPredefined, try store.record(id) == nil { try? Files.removeTree(directory) }
            throw NoSuchNetwork(reference: name)
        }
        return NetworkMembership(lock)
    }

    /// The lock, shared; nil while somebody has it alone, or has just removed it with its directory.
    private static func taken(_ file: FilePath) throws(KernelError) -> FileLock? {
        do { return try FileLock.take(file: file, shared: true) } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return nil
        }
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
