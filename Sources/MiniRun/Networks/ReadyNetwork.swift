import CShim
import Namespaces
import NetSetup
import SystemPackage

/// A network as a start finds it: what is written of it, what its driver is told, and what is missing in the kernel.
struct ReadyNetwork {
    /// What is written down; of the default network, what the kernel says.
    let record: NetworkRecord
    /// The host's bridge, or the parent of a macvlan.
    let link: String
    /// The packet size of its containers, in bytes.
    let mtu: Int
    /// Whether its containers may talk to each other.
    var interContainer = true
    /// Whether packets that leave take the host's address.
    var masquerades = true
    /// The host address of ports that are published without one.
    var hostBinding: IPAddress?
    /// How the interfaces inside are called: `eth`.
    var interfacePrefix = "eth"
    /// What has to be done before a container can be connected; little when all is there.
    var steps: [any Step] = []
    /// Held while the network is made; left on the stage, where the step that makes it lets go of it.
    var lock: NetworkLock?

    /// The default network's name, and that of its leases.
    static let defaultName = "bridge"
    /// The default network's bridge.
    static let defaultBridge = "minirun0"

    /// The directory of its leases.
    func leases(_ paths: StatePaths) -> FilePath { paths.leases(of: record.id) }

    /// Whether ports can be published to its containers, and packets leave it through the host.
    var isRouted: Bool { !record.isInternal && (record.driver == .bridge || record.driver == .overlay) }
}

extension ReadyNetwork {
    /// Makes sure that the network stays as long as the stage is not unwound: `network rm` needs the lock for itself. Throws
    /// ``NoSuchNetwork`` when somebody has just removed it.
    func join(_ paths: StatePaths, on stage: Stage) throws {
        if let lock { stage.leave(lock) }
        let leases = leases(paths)
        try Files.makeDirectory(leases)
        guard let membership = try FileLock.share(leases.appending(".members")) else {
            throw NoSuchNetwork(reference: record.name)
        }
        let connections = stage.resource(HeldConnections.self) { HeldConnections() }
        connections.hold(leases) { membership.unlock() }
        stage.undo.push("leave network \(record.name)") { membership.unlock() }
        guard record.id == Self.defaultName || access(NetworkStore(paths).directory(record.id).string, F_OK) == 0 else {
            throw NoSuchNetwork(reference: record.name)
        }
    }

    /// Looks a network up for a start, and plans what is missing of it. Throws ``NoSuchNetwork``, `BridgeNetwork.Unusable`,
    /// `AddressPools.Exhausted`, `NetlinkError`, `KernelError`.
    static func find(_ reference: String, _ paths: StatePaths, isPreview: Bool = false, _ socket: NetlinkSocket) throws
        -> ReadyNetwork
    {
        if reference == defaultName { return try findDefault(paths, isPreview: isPreview, socket) }
        let record = try NetworkStore(paths).find(reference)
        return try ReadyNetwork(record, paths, socket)
    }

    private static func findDefault(_ paths: StatePaths, isPreview: Bool, _ socket: NetlinkSocket) throws
        -> ReadyNetwork
    {
        let leases = paths.leases(of: defaultName)
        let bridge: BridgeNetwork
        var lock: NetworkLock?
        if isPreview {
            bridge = try BridgeNetwork.existing(defaultBridge, socket) ?? .new(defaultBridge, socket)
        } else {
            try Files.makeDirectory(leases)
            (bridge, lock) = try BridgeNetwork.find(defaultBridge, lockFile: leases.appending("bridge.lock"), socket)
        }
        let subnets = [bridge.gateway, bridge.gateway6].compactMap(\.self)
            .map { NetworkSubnet($0.network, gateway: $0.address) }
        let record = NetworkRecord(
            id: defaultName, name: defaultName, subnets: subnets, hasIPv6: bridge.hasIPv6)
        return ReadyNetwork(
            record: record, link: bridge.name, mtu: bridge.mtu,
            steps: [MakeDirectory(paths.networks)] + bridge.steps(record: paths.networks)
                + [EnsureFirewall(), AdmitNetwork(bridge: bridge.name)],
            lock: lock)
    }

    /// A network that the user made.
    init(_ record: NetworkRecord, _ paths: StatePaths, _ socket: NetlinkSocket) throws {
        self.init(record: record, link: record.bridgeName, mtu: 1500)
    }
}
