import CShim
import Namespaces
import NetSetup
import SystemPackage

/// The name server of a playground's router. Nobody else is in reach, and a question that nobody answers keeps `route` or
/// `iptables -L` waiting for ten seconds.
///
/// Its sockets keep the router's network namespace alive. So it looks now and then whether that one still has its name, and
/// lets go of it where somebody has taken the router away: `ip netns delete gw`.
final class PlaygroundNames: PollParticipant {
    /// What resolv.conf says.
    static let resolver = "nameserver \(PlaygroundNetwork.router)\n"

    private static let network = "lan"

    private let service: NameService
    private var look = Moment.after(seconds: 1)

    /// Serves in the router's namespace, for these machines. Throws `KernelError`, `UsageError`.
    init(in router: NamespaceHandle, _ machines: [PlaygroundNetwork.Machine]) throws {
        let directory = NameDirectory("/run/playground/names")
        for machine in machines {
            for family in [IPAddress.Family.v4, .v6] {
                // Names stand for IPv4 addresses: whoever pings one has broken or mended that way.
                let entry = NameDirectory.Entry(
                    names: family == .v4 ? [machine.name] : [], canonical: machine.name,
                    addresses: machine.addresses.map(\.address).filter { $0.family == family }, holder: machine.name)
                try directory.register(entry, in: Self.network)
            }
        }
        guard let address = IPAddress(PlaygroundNetwork.router) else {
            throw UsageError("invalid address \(PlaygroundNetwork.router)")
        }
        let sockets = try NameSockets(in: router.descriptor)
        try sockets.bind(to: address, port: NameService.port)
        let subnets = machines.flatMap(\.addresses).map(\.network).unique
        let zone = NameZone(network: Self.network, suffix: Self.network, subnets: subnets)
        service = NameService(sockets, directory: directory, settings: .init(zones: [zone], upstream: [])) { _ in true }
    }

    var interest: [pollfd] { service.interest }
    var deadline: Moment? { service.isStopped ? nil : [service.deadline, look].compactMap(\.self).min() }

    func serve(_ polled: ArraySlice<pollfd>) {
        service.serve(polled)
        guard look.hasCome else { return }
        look = .after(seconds: 1)
        if access(Exposure.directory.appending("gw").string, F_OK) != 0 { service.stop() }
    }
}
