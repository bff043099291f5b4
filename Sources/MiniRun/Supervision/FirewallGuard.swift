import CShim
import Namespaces
import NetSetup

/// Puts the table, the networks and the container's published ports back when another firewall has wiped them away.
final class FirewallGuard: PollParticipant {
    private let monitor: FirewallMonitor
    private let id: String
    private let store: ContainerStore
    /// When to look: a little after the last deletion, for a firewall that is being loaded deletes many things. And once
    /// a little after the start: what was wiped away, or decided anew, while that was on its way, nobody has heard of.
    private var look: Moment? = .after(seconds: FirewallGuard.delay)
    private static let delay = 0.1

    /// Nil for a container that is in no bridge network, and where nftables does not tell of changes.
    init?(_ id: String, _ store: ContainerStore) {
        guard let record = try? store.record(id), record.network.endpoints.contains(where: \.isBridged),
            let monitor = try? FirewallMonitor()
        else { return nil }
        self.monitor = monitor
        self.id = id
        self.store = store
    }

    var interest: [pollfd] { [pollfd(fd: monitor.descriptor, events: Int16(POLLIN), revents: 0)] }
    var deadline: Moment? { look }

    func serve(_ polled: ArraySlice<pollfd>) throws {
        if polled.first?.revents != 0 {
            monitor.drain()
            look = .after(seconds: FirewallGuard.delay)
        }
        guard let look, look.hasCome else { return }
        self.look = nil
        // What cannot be mended now (the kernel is out of memory) will be looked at again.
        do { try mend() } catch { self.look = .after(seconds: 1) }
    }

    /// Does again only what is not there: making the kernel forget conversations is no harmless thing. Another supervisor
    /// may do the same for its container at the same time, and every step bears that.
    private func mend() throws {
        guard let record = try store.record(id) else { return }
        // What the default network's containers may do is changed within the section, in the kernel and in the settings.
        let isInDefault = record.network.endpoints.contains { $0.network == DefaultNetwork.name }
        let section = isInDefault ? try NetworkStore(store.paths).section() : nil
        defer { withExtendedLifetime(section) {} }
        let stage = Stage()
        let netfilter = try HostNetfilter.of(stage).socket
        let route = try HostNetlink.of(stage).socket
        var networks: [NetworkPolicy] = []
        for endpoint in record.network.endpoints.filter(\.isBridged) {
            guard let policy = try policy(of: endpoint, route) else { continue }
            try setPort(endpoint, policy, route)
            networks.append(policy)
        }
        let own: [any FirewallStep] =
            networks.map { AdmitNetwork($0) } + [PublishPorts(record.publications, to: record.network.publisher)]
        // Rules too: a table that was flushed still has its sets, and keeps nobody apart.
        let isFlushed = try EnsureFirewall.removeFlushed(netfilter)
        guard try isFlushed || own.contains(where: { try !$0.isInForce(by: netfilter) }) else { return }
        try EnsureFirewall().apply(on: stage)
        // Of a network without a container that runs nobody else looks after what was wiped away.
        let others = try NetworkStore(store.paths).policies(route).filter { !networks.contains($0) }.map {
            AdmitNetwork($0)
        }
        for step in own + others where try !step.isInForce(by: netfilter) { try step.apply(on: stage) }
    }

    /// Whether its cable hears its siblings may have been decided anew while the start was on its way.
    private func setPort(_ endpoint: Endpoint, _ policy: NetworkPolicy, _ route: NetlinkSocket) throws {
        guard endpoint.network == DefaultNetwork.name, let cable = endpoint.hostInterface else { return }
        try PlugCable(cable, into: endpoint.link, port: BridgePort(isolated: !policy.interContainer)).setPort(route)
    }

    /// What the table knew of a network: by its record, or for the default one by the administrator's settings, which may
    /// have changed since the start was planned.
    private func policy(of endpoint: Endpoint, _ route: NetlinkSocket) throws -> NetworkPolicy? {
        guard endpoint.network == DefaultNetwork.name else {
            return try NetworkStore(store.paths).record(endpoint.networkID)?.policy(route)
        }
        let settings = try NetworkSettings.read(store.paths.configuration)
        return try DefaultNetwork.record(settings, bridge: endpoint.link, subnets: []).policy(route)
    }
}
