import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

/// Networks whose servers say to everybody which address they see.
class ProbeScene {
    private var servers: [Probe] = []

    init() throws {}

    /// Lets br_netfilter show bridged packets to the firewall of a namespace (`1`) or not (`0`), where there is one.
    func filterBridged(_ value: String, in network: PrivateNetwork) throws {
        try network.shell(
            """
            for f in /proc/sys/net/bridge/bridge-nf-call-ip{,6}tables; do [ ! -e $f ] || echo \(value) >$f; done
            """)
    }

    /// Opens a server that says to everybody which address it sees; `ask` does its work.
    func serve(_ network: PrivateNetwork, _ transport: TransportProtocol, _ port: UInt16) throws {
        servers.append(
            try network.run {
                let server = Probe(transport, .v6)
                try server.bind(port)
                return server
            })
    }

    /// Checks whom the server sees when a network asks; nobody (`""`), or anybody (nil).
    func check(
        _ network: PrivateNetwork, _ transport: TransportProtocol, _ address: String, _ port: UInt16 = 8080,
        from source: UInt16? = nil, sees expected: String?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let seen = try ask(
            network, transport, address, port, from: source, patience: expected == "" ? 300 : 3000)
        if let expected {
            #expect(seen == expected, "\(transport) \(address)", sourceLocation: sourceLocation)
        } else {
            #expect(seen != "", "\(transport) \(address)", sourceLocation: sourceLocation)
        }
    }

    /// Asks from a network; the address that the server saw, or nothing when nobody answered within so many ms.
    func ask(
        _ network: PrivateNetwork, _ transport: TransportProtocol, _ address: String, _ port: UInt16 = 8080,
        from source: UInt16? = nil, patience: Int = 300
    ) throws -> String {
        let target = try #require(IPAddress(address))
        let client = try network.run {
            let client = Probe(transport, target.family)
            if let source { try client.bind(source, listens: false) }
            client.connect(target, port)
            return client
        }
        for _ in 0..<(patience / 10) {
            servers.forEach { $0.answerAll() }
            switch client.answer() {
            case .text(let text): return text
            case .refused: return ""
            case .nothing: usleep(10_000)
            }
        }
        return ""
    }

    /// Checks whether an address answers a ping.
    func ping(
        _ network: PrivateNetwork, _ address: String, answers expected: Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        // The first packet may have to wait for a neighbour's address.
        let patience = expected ? "3" : "0.3"
        let seen = try network.shell("ping -n -c 1 -W \(patience) \(address) >/dev/null 2>&1 && echo yes || echo no")
        #expect(seen == (expected ? "yes\n" : "no\n"), "ping \(address)", sourceLocation: sourceLocation)
    }
}
