import Namespaces
import NetSetup
import SystemPackage

extension Networks {
    /// `network rm`: each on its own. With `force`, one that is not there is no failure, and false. Throws `KernelError`
    /// about the lock.
    public func remove(_ references: [String], force: Bool = false) throws -> [Result<Bool, any Error>] {
        try Privilege.check()
        let containers = try heldContainers()
        let predefined = try predefined()
        return references.map { reference in
            Result {
                do {
                    let network = try find(reference, predefined)
                    guard !network.isPredefined else {
                        throw NetworkConflict("\(network.name) is a pre-defined network and cannot be removed")
                    }
                    try remove(network, containers)
                    return true
                } catch let missing as NoSuchNetwork {
                    if !force { throw missing }
                    return false
                }
            }
        }
    }

    /// Removes a network that nothing is connected to. What the kernel has goes first, then the record, so that a removal
    /// that was cut short can be asked for again.
    private func remove(_ network: NetworkRecord, _ containers: [Container]) throws {
        let section = try store.section()
        defer { withExtendedLifetime(section) {} }
        // Somebody else may have been quicker.
        guard try store.record(network.id) != nil else { throw NoSuchNetwork(reference: network.name) }
        let members = members(of: network, among: containers)
        guard members.isEmpty, let lock = try NetworkMembership.takeAlone(network, paths) else {
            throw Self.isInUse(network, by: members)
        }
        defer { withExtendedLifetime(lock) {} }
        let socket = try NetlinkSocket(.route)
        if network.hasBridge { try removeBridge(of: network, socket) }
        if network.driver == .macvlan {
            let parent = (try? MacvlanOptions(network))?.parent ?? ""
            try HostShim.remove(HostShim(networkID: network.id, parent: parent).name, socket)
        }
        try NameDirectory(paths.names).remove(network: network.leaseName)
        try store.remove(network)
        // With the lock that says that nobody may join: as long as there is a record, there has to be that.
        try Files.removeTree(paths.leases(of: network.leaseName))
        EventLog(paths).append(Event(.destroy, network.eventNetwork))
        try restoreHostIfUnused(socket)
    }

    /// A bridge that minirun made goes; of one that was there before, what was added to it.
    private func removeBridge(of network: NetworkRecord, _ socket: NetlinkSocket) throws {
        let name = network.bridgeName
        let options = try? BridgeOptions(network)
        let netfilter = try NetlinkSocket(.netfilter)
        try AdmitNetwork.withdraw(bridge: name, trusting: options?.trustedInterfaces ?? [], netfilter)
        if let tunnel = options?.tunnel {
            try socket.request(.deleteLink(OverlayOptions.portName(network)).tolerating(.noSuchDevice))
            let (networks, isWhole) = try store.survey()
            let others = networks.filter { $0.id != network.id }.compactMap { try? BridgeOptions($0).tunnel }
            if isWhole { try AdmitNetwork.withdraw(tunnel, keeping: others, netfilter) }
        }
        guard let link = try socket.link(named: name), link.kind == "bridge" else { return }
        if let added = network.addedToBridge {
            try socket.request(added.map { .deleteAddress($0, from: link.index, named: name) })
        } else {
            try socket.request(.deleteLink(name))
        }
    }

    // MARK: What networks have in common

    /// Puts the host's settings back when no network needs them changed any more. The caller is in the section.
    private func restoreHostIfUnused(_ socket: NetlinkSocket) throws {
        let settings = try NetworkSettings.read(paths.configuration)
        let (networks, isWhole) = try store.survey()
        guard isWhole, !networks.contains(where: \.hasBridge) else { return }
        // The default network needs them as long as its bridge is there: minirun0, or one of the user's own that the
        // firewall knows.
        guard try socket.link(named: DefaultNetwork.ownBridge) == nil else { return }
        let netfilter = try NetlinkSocket(.netfilter)
        if let bridge = settings.bridge, settings.hasDefaultNetwork, try AdmitNetwork.isAdmitted(bridge, netfilter) {
            return
        }
        try HostSetting.restoreAll(recordedIn: paths.networks)
    }

    /// `network prune`: removes the user's networks that nothing is connected to; their names. Without a filter, and when
    /// nothing uses the default network either, its bridge, the firewall's table and the loop pair go as well, and the
    /// host's settings are as they were before minirun.
    public func prune(_ filter: NetworkPruneFilter) throws -> [String] {
        try Privilege.check()
        let containers = try heldContainers()
        let removed = try store.all().filter(filter.matches).compactMap { network -> String? in
            do { try remove(network, containers) } catch is NetworkConflict { return nil } catch is NoSuchNetwork {
                return nil
            }
            return network.name
        }
        if filter.isEmpty { try removeDefault(containers) }
        return removed
    }

    /// Takes away the default network's bridge, if it is minirun's and unused, and then what all networks share, if there
    /// is none left.
    func removeDefault(_ containers: [Container]) throws {
        let section = try store.section()
        defer { withExtendedLifetime(section) {} }
        let socket = try NetlinkSocket(.route)
        let settings = try NetworkSettings.read(paths.configuration)
        let network = DefaultNetwork.record(settings, bridge: DefaultNetwork.ownBridge, subnets: [])
        guard members(of: network, among: containers).isEmpty,
            let lock = try NetworkMembership.takeAlone(network, paths)
        else { return }
        defer { withExtendedLifetime(lock) {} }
        if try socket.link(named: DefaultNetwork.ownBridge) != nil { try removeBridge(of: network, socket) }
        if let own = settings.bridge, settings.hasDefaultNetwork {
            try AdmitNetwork.withdraw(bridge: own, NetlinkSocket(.netfilter))
        }
        let (networks, isWhole) = try store.survey()
        if isWhole, networks.allSatisfy({ !$0.hasBridge }) {
            try EnsureFirewall.removeIfUnused(NetlinkSocket(.netfilter), socket)
            try restoreHostIfUnused(socket)
        }
    }
}

/// `network prune --filter`: which of the networks that nothing is connected to are removed.
public struct NetworkPruneFilter: Sendable {
    private let filter: Filter
    private let until: Timestamp?
    /// Whether all are meant.
    public let isEmpty: Bool

    /// Reads the words of the option. Throws Docker's sentences.
    public init(_ words: [String] = []) throws(UsageError) {
        filter = try Filter(parsing: words, keys: ["until", "label", "label!"], flag: "--filter")
        guard filter["until"].count <= 1 else { throw UsageError("more than one until filter specified") }
        until = try filter["until"].first.map { text throws(UsageError) in try Timestamp(parsing: text) }
        isEmpty = words.allSatisfy(\.isEmpty)
    }

    /// Whether the network is meant.
    func matches(_ network: NetworkRecord) -> Bool {
        if let until, network.created > until { return false }
        return filter.allowsLabels(network.labels)
    }
}
