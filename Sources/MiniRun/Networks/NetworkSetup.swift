import Namespaces
import NetSetup
import SystemPackage

/// The kernel's part of a bridge network, as steps: made when the network is, and made again by a start that misses some of
/// it (after a reboot, or when somebody deleted the bridge).
///
/// When all is there it costs two questions to plan, and the steps look at little more: whether the host forwards, and
/// whether the firewall knows the bridge.
public struct NetworkSetup: Sendable {
    /// What its options say.
    public let options: BridgeOptions
    /// The packet size of the bridge and of the containers' interfaces, in bytes.
    public let mtu: Int
    /// What is to be done, in order.
    public let steps: [any Step]

    /// Who sees to it that nobody makes the same bridge at the same time.
    public enum Locking: Sendable {
        /// The step that makes it takes the lock.
        case step
        /// The caller is in the store's section, as `network create` is, or does nothing, as a preview.
        case caller
    }

    /// Looks at the bridge and plans what is missing. Throws `UsageError` for options, `UnusableBridge`, `NetlinkError`.
    public init(_ record: NetworkRecord, paths: StatePaths, locking: Locking = .step, _ socket: NetlinkSocket) throws {
        let options = try BridgeOptions(record)
        let overlay = record.driver == .overlay ? try OverlayOptions(record) : nil
        var bridge: Bridge
        if let link = try socket.link(named: record.bridgeName) {
            bridge = try Self.changes(to: link, record, options, paths, socket)
        } else {
            bridge = try Self.creation(record, options, overlay, paths, locking, socket)
            bridge.steps += try Self.looseCables(of: record, ContainerStore(paths), socket).map {
                PlugCable($0, into: record.bridgeName, port: BridgePort(isolated: !options.interContainer))
            }
        }
        self.options = options
        mtu = bridge.mtu
        let port: [any Step] = if let overlay { [overlay.port(of: record, mtu: mtu)] } else { [] }
        steps =
            [MakeDirectory(paths.networks)] + bridge.settings + bridge.steps + [
                EnsureFirewall(), AdmitNetwork(try record.policy(options, socket)),
            ] + port
    }

    // MARK: The bridge

    /// The bridge and what goes before it.
    private struct Bridge {
        /// In bytes.
        var mtu: Int
        /// Of the host.
        var settings: [any Step]
        var steps: [any Step]
    }

    /// What a bridge that is there lacks, or has too much of.
    private static func changes(
        to link: Link, _ record: NetworkRecord, _ options: BridgeOptions, _ paths: StatePaths, _ socket: NetlinkSocket
    ) throws -> Bridge {
        let name = record.bridgeName
        guard link.kind == "bridge" else {
            throw UnusableBridge(
                description:
                    "network \(record.name.goQuoted): interface \(name) exists and is not a bridge (rename it)")
        }
        let wanted = record.bridgeAddresses(options)
        let all = try socket.addresses(of: link.index).map(\.prefix)
        let found = all.filter { !$0.address.isLinkLocal }
        var missing = wanted.filter { !found.contains($0) }
        if let linkLocal = CreateBridge.linkLocal, wanted.contains(where: { $0.address.family == .v6 }),
            !all.contains(where: { $0.address.family == .v6 && $0.address.isLinkLocal })
        {
            missing.append(linkLocal)
        }
        // Only the default network's address is ever another one than before.
        let isDefault = record.isPredefined && record.addedToBridge == nil
        let surplus = isDefault ? found.filter { !wanted.contains($0) } : []
        let newMTU = isDefault ? options.mtu.flatMap { $0 == link.mtu ? nil : $0 } : nil
        // A bridge of the user's own stays as it is: its containers' packets may be smaller all the same.
        let mtu = newMTU ?? min(options.mtu ?? link.mtu, link.mtu)
        let settings = forwarding(record, recordedIn: paths.networks)
        guard !missing.isEmpty || !surplus.isEmpty || newMTU != nil else {
            return Bridge(mtu: mtu, settings: settings, steps: link.isUp ? [] : [SetLinkUp(name)])
        }
        let mac = isDefault && !missing.isEmpty ? record.bridgeMAC : link.mac ?? record.bridgeMAC
        let change = ChangeBridge(
            name, removed: surplus, added: missing, mtu: newMTU, formerMTU: link.mtu, mac: mac == link.mac ? nil : mac)
        let ipv6: [any Step] = isDefault && IPv6.isPresent(mtu: mtu) ? [ipv6(of: name, isOn: record.hasIPv6)] : []
        return Bridge(mtu: mtu, settings: settings, steps: ipv6 + [change])
    }

    /// A bridge that is not there (any more).
    private static func creation(
        _ record: NetworkRecord, _ options: BridgeOptions, _ overlay: OverlayOptions?, _ paths: StatePaths,
        _ locking: Locking, _ socket: NetlinkSocket
    ) throws -> Bridge {
        let name = record.bridgeName
        guard record.addedToBridge == nil else {
            throw UnusableBridge(
                description:
                    "network \(record.name.goQuoted): its bridge \(name), which minirun did not make, is gone "
                    + "(make it again: ip link add \(name.shellQuoted) type bridge)")
        }
        let host = try HostNetwork(socket)
        let mtu = try options.mtu ?? overlay.map { try $0.underlayMTU(host, socket) } ?? host.uplinkMTU
        let hasIPv6 = IPv6.isPresent(mtu: mtu)
        // Before the host forwards: it loses its routes at that moment.
        let learnt =
            record.hasIPv6 && !record.isInternal
            ? advertisements(host.advertisedUplinks, for: name, recordedIn: paths.networks) : []
        let creation = CreateBridge(
            name: name, mac: record.bridgeMAC, mtu: mtu, addresses: record.bridgeAddresses(options), hasIPv6: hasIPv6)
        let making = MakeBridge(creation, lockFile: locking == .step ? paths.networkLock : nil)
        return Bridge(
            mtu: mtu, settings: learnt + forwarding(record, recordedIn: paths.networks),
            steps: [making] + (hasIPv6 && !record.hasIPv6 ? [ipv6(of: name, isOn: false)] : []))
    }

    /// The cables of containers that run: who deleted the bridge has pulled them out. Throws `NetlinkError`,
    /// `KernelError`.
    private static func looseCables(
        of network: NetworkRecord, _ store: ContainerStore, _ socket: NetlinkSocket
    ) throws -> [String] {
        let cables = try store.ids().compactMap { id in
            try? store.record(id)?.network.endpoint(in: network.id)?.hostInterface
        }
        return try cables.filter { try socket.link(named: $0).map { $0.master == nil } ?? false }
    }

    // MARK: Settings of the host

    private static func forwarding(_ record: NetworkRecord, recordedIn directory: FilePath) -> [any Step] {
        guard !record.isInternal else { return [] }
        var steps: [any Step] = [
            HostSetting.forwarding4.step(
                "Only a host that forwards packets is a router for its containers.", for: record.bridgeName,
                recordedIn: directory)
        ]
        if record.hasIPv6 {
            steps.append(
                HostSetting.forwarding6.step(
                    "IPv6 has a switch of its own for forwarding.", for: record.bridgeName, recordedIn: directory))
        }
        return steps
    }

    private static func advertisements(
        _ uplinks: [String], for bridge: String, recordedIn directory: FilePath
    ) -> [any Step] {
        uplinks.map { uplink in
            HostSetting.advertisements(uplink).step(
                "A host that forwards ignores router advertisements, and \(uplink) has its route from them.",
                for: bridge,
                recordedIn: directory)
        }
    }

    /// A network without IPv6 has none: otherwise a container could tell the host, by a router advertisement, to send its
    /// IPv6 packets to the container.
    private static func ipv6(of bridge: String, isOn: Bool) -> SetSysctl {
        SetSysctl(
            "net/ipv6/conf/\(bridge)/disable_ipv6", isOn ? "0" : "1",
            why: isOn
                ? "The network has IPv6 now, and its bridge was made without."
                : "A network without IPv6 has none on the host's side either.", isOptional: true)
    }
}

extension NetworkRecord {
    /// The addresses that the bridge gets from minirun.
    func bridgeAddresses(_ options: BridgeOptions) -> [IPPrefix] {
        subnets.filter { subnet in
            guard options.gatewayMode(subnet.family) != .isolated else { return false }
            return subnet.family == .v4 ? !options.inhibitsIPv4 : hasIPv6
        }.compactMap(\.gatewayPrefix)
    }

    /// 02:42 and the gateway's IPv4 address, so that it is the same after a reboot.
    var bridgeMAC: MACAddress {
        // A bridge without an address must not have the link-layer address of the container that gets it.
        let hasAddress = (try? BridgeOptions(self)).map { !bridgeAddresses($0).isEmpty } ?? true
        guard hasAddress, let gateway = subnet(.v4)?.gateway else { return MACAddress(stableFor: id) }
        return MACAddress(forContainerAt: gateway) ?? MACAddress(stableFor: id)
    }
}
