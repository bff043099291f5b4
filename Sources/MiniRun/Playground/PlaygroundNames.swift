import Namespaces
import NetSetup
import SystemPackage

/// What the router of a playground says to those who ask it for names. Nobody else is in reach, and a question that nobody
/// answers keeps `route` or `iptables -L` waiting for ten seconds.
enum PlaygroundNames {
    /// Where the names are filed.
    private static let directory = NameDirectory("/run/playground/names")
    private static let network = "lan"

    /// The line of resolv.conf that leads to it.
    static let resolver = "nameserver \(router)\n"

    private static let router = PlaygroundNetwork.gatewayAddresses[0].prefix { $0 != "/" }

    /// Its server, in the router's network namespace. Throws `KernelError`, `UsageError`.
    static func serve(in gateway: NamespaceHandle) throws -> NameService {
        let machines = [
            ("gw", PlaygroundNetwork.gatewayAddresses), ("playground", PlaygroundNetwork.host.addresses),
            ("ext", PlaygroundNetwork.neighbour.addresses),
        ]
        for (name, addresses) in machines {
            let entry = NameDirectory.Entry(
                names: [name], canonical: name, addresses: addresses.compactMap { IPPrefix($0)?.address }, holder: name)
            try directory.register(entry, in: network)
        }
        let sockets = try NameSockets(in: gateway.descriptor)
        if let address = IPAddress(String(router)) { try sockets.bind(to: address, port: NameService.port) }
        let subnets = PlaygroundNetwork.gatewayAddresses.compactMap { IPPrefix($0)?.network }
        let zone = NameZone(network: network, suffix: network, subnets: subnets)
        let settings = NameService.Settings(zones: [zone], upstream: [])
        return NameService(sockets, directory: directory, settings: settings) { _ in true }
    }
}
