import CShim
import Namespaces
import NetSetup

/// Puts the table, the container's network and its published ports back when another firewall has wiped them away.
final class FirewallGuard: PollParticipant {
    private let monitor: FirewallMonitor
    private let id: String
    private let store: ContainerStore
    /// When to look: a little after the last deletion, for a firewall that is being loaded deletes many things.
    private var look: Moment?

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
            look = .after(seconds: 0.1)
        }
        guard let look, look.hasCome else { return }
        self.look = nil
        // What cannot be mended now (the kernel is out of memory) will be looked at again.
        do { try mend() } catch { self.look = .after(seconds: 1) }
    }

    /// What the table knew of a network: by its record, or for the default one by the administrator's settings.
    private func policy(of endpoint: Endpoint) throws -> NetworkPolicy {
        let network: NetworkRecord?
        if endpoint.network == DefaultNetwork.name {
            let settings = try NetworkSettings.read(store.paths.configuration)
            network = DefaultNetwork.record(settings, bridge: endpoint.link, subnets: [])
        } else {
            network = try NetworkStore(store.paths).record(endpoint.networkID)
        }
        let options = try network.map { try BridgeOptions($0) } ?? BridgeOptions()
        return options.policy(bridge: endpoint.link, isInternal: network?.isInternal ?? false)
    }

    /// Does again only what is not there: making the kernel forget conversations is no harmless thing. Another supervisor
    /// may do the same for its container at the same time, and every step bears that.
    private func mend() throws {
        guard let record = try store.record(id) else { return }
        let steps: [any FirewallStep] =
            try record.network.endpoints.filter(\.isBridged).map { AdmitNetwork(try policy(of: $0)) } + [
                PublishPorts(record.publications, to: record.network.publisher)
            ]
        let stage = Stage()
        let socket = try HostNetfilter.of(stage).socket
        // Rules too: a table that was flushed still has its sets, and keeps nobody apart.
        let isDamaged = try EnsureFirewall.removeDamaged(socket)
        let missing = try isDamaged ? steps : steps.filter { try !$0.isInForce(by: socket) }
        guard !missing.isEmpty else { return }
        try EnsureFirewall().apply(on: stage)
        for step in missing { try step.apply(on: stage) }
    }
}
