import NetSetup

/// Looks after the network of a container that runs: makes the changes that are asked for, and puts the firewall back.
final class NetworkWatch {
    /// What can be changed.
    let network: LiveNetwork
    private let loop: PollLoop
    private var guardian: FirewallGuard?
    private var service: NameService?

    /// Takes part in a supervisor's loop, and answers what its server hears.
    init(_ network: LiveNetwork, _ loop: PollLoop, _ server: ControlServer) {
        self.network = network
        self.loop = loop
        service = network.nameService
        server.handlers.task = { [self] task in
            try network.carryOut(task)
            look()
        }
        look()
    }

    /// A container that was in no network may be in one now.
    private func look() {
        if let service = network.nameService, service !== self.service {
            // One whose connection failed in the end serves nobody any more.
            if let former = self.service { loop.remove(former) }
            self.service = service
            loop.add(service)
        }
        guard guardian == nil, let guardian = FirewallGuard(network.id, network.store) else { return }
        self.guardian = guardian
        loop.add(guardian)
    }
}
