import Namespaces
import NetSetup
import SystemPackage

/// `network set-default`.
extension Networks {
    /// What the file of settings says about the default network, as the file has it.
    public func defaultSettings() throws -> String {
        let settings = try NetworkSettings.read(paths.configuration)
        let members = settings.members.compactMap { key, value in value.map { JSONValue.Member(key, $0) } }
        return JSONValue.object(members).pretty + "\n"
    }

    /// Changes the settings, or with `reset` begins anew, and writes them. An unused bridge minirun0 is changed at once (or
    /// taken away, when another one or none is wanted, or its subnet is no longer said); while containers use it, another
    /// bridge or subnet is refused.
    public func setDefault(
        reset: Bool, forcesSubnet: Bool, _ change: (inout NetworkSettings) throws -> Void
    ) throws {
        try Privilege.check()
        let containers = try heldContainers()
        let section = try store.section()
        defer { withExtendedLifetime(section) {} }
        let before = try NetworkSettings.read(paths.configuration)
        var after = reset ? NetworkSettings() : before
        try change(&after)
        try after.check()
        let socket = try NetlinkSocket(.route)
        try check(after, before, forcesSubnet, socket)

        let network = DefaultNetwork.record(before, bridge: DefaultNetwork.ownBridge, subnets: [])
        let users = members(of: network, among: containers)
        let membership = try NetworkMembership.takeAlone(network, paths)
        guard users.isEmpty, let membership else {
            guard Self.keepsBridge(before, after) else { throw Self.cannotChange(users) }
            try changePolicy(from: before, to: after, of: users, socket)
            do { try after.write(to: paths.configuration) } catch {
                try changePolicy(from: after, to: before, of: users, socket)
                throw error
            }
            return
        }
        defer { withExtendedLifetime(membership) {} }
        let stage = Stage()
        stage.leave(HostNetlink(socket))
        do {
            try changeBridge(from: before, to: after, socket, stage)
            if let former = before.bridge, former != after.bridge, before.hasDefaultNetwork {
                try AdmitNetwork.withdraw(bridge: former, NetlinkSocket(.netfilter))
            }
            try after.write(to: paths.configuration)
        } catch {
            stage.unwindTellingFailures()
            throw error
        }
        stage.undo.commitSetup()
    }

    /// The settings in view of the host.
    private func check(
        _ after: NetworkSettings, _ before: NetworkSettings, _ forcesSubnet: Bool, _ socket: NetlinkSocket
    ) throws {
        if let bridge = after.bridge, after.hasDefaultNetwork, bridge != before.bridge {
            guard let link = try socket.link(named: bridge), link.kind == "bridge" else {
                throw NetworkConflict(
                    "bridge \(bridge.goQuoted) does not exist (make it: ip link add \(bridge.shellQuoted) type bridge)")
            }
        }
        var surroundings = try NetworkSurroundings(try store.all(), before, socket)
        surroundings.defaultSubnets = []
        let choice = surroundings.choice(bridge: DefaultNetwork.ownBridge, isForced: forcesSubnet)
        for (new, old) in [(after.bip, before.bip), (after.bip6, before.bip6)] {
            guard let new, new != old else { continue }
            if let warning = try choice.check(new.network) { tell(["WARNING: \(warning)"]) }
        }
        guard !Self.hasSamePlaces(after, before) else { return }
        try after.check(in: DefaultNetwork.look(after, store, socket).subnets.map(\.subnet))
    }

    /// Whether the network's addresses, and those that have to lie in it, are the same.
    private static func hasSamePlaces(_ one: NetworkSettings, _ other: NetworkSettings) -> Bool {
        one.bridge == other.bridge && one.bip == other.bip && one.bip6 == other.bip6 && one.fixedCIDR == other.fixedCIDR
            && one.fixedCIDR6 == other.fixedCIDR6
            && one.defaultGateway == other.defaultGateway && one.defaultGateway6 == other.defaultGateway6
    }

    /// Whether the containers that are there can stay as they are.
    private static func keepsBridge(_ before: NetworkSettings, _ after: NetworkSettings) -> Bool {
        before.bridge == after.bridge && before.bip == after.bip && before.bip6 == after.bip6
            && before.ipv6 == after.ipv6 && before.fixedCIDR6 == after.fixedCIDR6
    }

    private static func cannotChange(_ users: [NetworkMember]) -> NetworkConflict {
        let list = users.map { "\($0.container.name) (\(ContainerID.short($0.container.id)))" }.joined(separator: ", ")
        return NetworkConflict(
            "the default network's bridge and subnets cannot change while containers use it: "
                + (list.isEmpty ? "one is just starting" : list))
    }

    /// What containers may do changes at once, for those too that are connected: nobody shall believe that they are kept
    /// apart who are not.
    private func changePolicy(
        from before: NetworkSettings, to after: NetworkSettings, of users: [NetworkMember], _ socket: NetlinkSocket
    ) throws {
        guard let bridge = DefaultNetwork.bridgeName(after) else { return }
        func policy(_ settings: NetworkSettings) throws -> NetworkPolicy {
            try DefaultNetwork.record(settings, bridge: bridge, subnets: []).policy(socket)
        }
        let (old, new) = (try policy(before), try policy(after))
        let netfilter = try NetlinkSocket(.netfilter)
        guard old != new, try AdmitNetwork.isAdmitted(bridge, netfilter) else { return }
        try AdmitNetwork(new).replace(old, by: netfilter)
        guard old.interContainer != new.interContainer else { return }
        for cable in users.compactMap(\.endpoint.hostInterface) {
            try PlugCable(cable, into: bridge, port: BridgePort(isolated: !new.interContainer)).setPort(socket)
        }
    }

    /// Makes the bridge what the settings say, if it is there.
    private func changeBridge(
        from before: NetworkSettings, to after: NetworkSettings, _ socket: NetlinkSocket, _ stage: Stage
    ) throws {
        guard let link = try socket.link(named: DefaultNetwork.ownBridge), link.kind == "bridge" else { return }
        // What is no longer said is chosen anew by the next start.
        let isUnsaid =
            before.bip != nil && after.bip == nil || before.bip6 != nil && after.bip6 == nil
            || before.mtu != nil && after.mtu == nil || before.fixedCIDR != nil && after.fixedCIDR == nil
            || before.fixedCIDR6 != nil && after.fixedCIDR6 == nil
        if after.bridge != nil || isUnsaid {
            // Gone for good only once the settings are written; nothing is connected, so nobody misses it meanwhile.
            try AdmitNetwork.withdraw(bridge: link.name, NetlinkSocket(.netfilter))
            return try socket.request(.deleteLink(link.name))
        }
        let found = try DefaultNetwork.find(after, store, locking: .caller, isUnused: true, socket)
        tell(found.notices)
        let setup = try NetworkSetup(found.record, paths: paths, locking: .caller, socket)
        // What its containers may do is in the table's sets, which the steps only add to.
        try AdmitNetwork.withdraw(bridge: link.name, NetlinkSocket(.netfilter))
        try apply(setup.steps, on: stage, id: found.record.id)
    }
}
