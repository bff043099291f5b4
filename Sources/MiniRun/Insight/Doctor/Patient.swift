import CShim
import Namespaces
import NetSetup
import SystemPackage

/// A container that is looked at, and what the kernel says about it; asked for once, when it is needed.
final class Patient {
    let host: InspectedHost
    let container: Container
    /// The container whose network it has joined, as far as that can be read.
    let donor: Result<Container, any Error>?
    /// The record whose connections it has: its own, or the donor's of a joined network.
    let network: ContainerRecord
    /// The published ports in question: all, or those of one host port.
    let publications: [Publication]
    /// Its network namespace; nil when it does not run.
    let namespace: NamespaceHandle?
    /// What is in there.
    let inside: NamespaceSurvey?

    /// Looks into the container. With a port, of what it publishes only that is looked at.
    init(_ host: InspectedHost, _ container: Container, port: ContainerPort? = nil) {
        self.host = host
        self.container = container
        let (kind, id) = container.record.network.mode.cut(":")
        donor = kind == "container" ? id.map { id in Result { try host.store.find(id) } } : nil
        network = (try? donor?.get())?.record ?? container.record
        publications = (network.publications + (container.record.id == network.id ? [] : container.record.publications))
            .filter { publication in
                port.map { $0.number == publication.hostPort && $0.transport == publication.container.transport }
                    ?? true
            }
        let process = container.isRunning ? container.record.process : nil
        namespace = process.flatMap { process in
            guard let handle = try? NamespaceHandle(.network, of: process.pid), process.isAlive else { return nil }
            return handle
        }
        inside = namespace.flatMap { try? NamespaceSurvey($0) }
    }

    var record: ContainerRecord { container.record }
    var name: String { record.name }
    var endpoints: [Endpoint] { network.network.endpoints }
    /// Those whose router is the host.
    var bridged: [Endpoint] { endpoints.filter(\.isBridged) }
    /// That through which ports are published.
    var publisher: Endpoint? { network.network.publisher }

    /// The published ports that the host passes on.
    var reserved: [Publication] { publisher == nil ? [] : publications.filter(\.isReserved) }

    /// Those ports of the host, for a sentence.
    var hostPorts: String { reserved.map { "\($0.hostPort)" }.joined(separator: ", ") }

    /// What shows why its server does not do what it should.
    var logs: Phrase { .verbatim("minirun logs \(name.shellQuoted)") }

    /// What writes its files and makes its name server anew.
    var restart: Phrase { .verbatim("minirun restart \(name.shellQuoted)") }

    /// The words to put before a command that is meant for the inside.
    var enter: String { "nsenter --net=/proc/\(record.process?.pid ?? 0)/ns/net" }

    /// The record of an endpoint's network, the default one's as its members know it.
    func networkRecord(_ endpoint: Endpoint) -> NetworkRecord? {
        (try? host.allNetworks())?.first { $0.id == endpoint.networkID }
            ?? (try? host.networks.record(endpoint.networkID))
    }

    /// Whether packets leave the endpoint's network.
    func isInternal(_ endpoint: Endpoint) -> Bool { networkRecord(endpoint)?.isInternal ?? false }

    /// The host's end of an endpoint's cable.
    func cable(_ endpoint: Endpoint) -> Link? { endpoint.hostInterface.flatMap { host.survey.link(named: $0) } }

    /// In what the interface inside is not as the record says, IPv4 only: IPv6 has a check of its own, routes too.
    func differences(_ endpoint: Endpoint) -> [LinkDifference] {
        guard let inside else { return [] }
        var expected = ContainerVerification.expected(endpoint, of: network)
        expected.gateways = []
        let isDown = inside.link(named: endpoint.interface)?.isUp == false
        let actual = inside.link(named: endpoint.interface).map { inside.addresses(of: $0) } ?? []
        // What is missing of IPv6 is told elsewhere.
        expected.addresses = expected.addresses.filter { $0.address.family == .v4 || actual.contains($0) }
        return expected.differences(from: inside).filter { $0.property != .mtu || !isDown }
    }

    /// Whether the interface inside does its work, so that checks of what lies behind make sense.
    func hasInterface(_ endpoint: Endpoint) -> Bool {
        !differences(endpoint).contains { $0.property != .mtu }
    }

    // MARK: Asked for once

    private var bound: [TransportProtocol: [BoundSocket]] = [:]

    /// The container's own sockets that wait. Throws `NetlinkError`.
    func sockets(_ transport: TransportProtocol) throws -> [BoundSocket] {
        if let known = bound[transport] { return known }
        guard let namespace else { return [] }
        let found = try NetlinkSocket(.socketDiagnostics, in: namespace.descriptor).boundSockets(transport)
        bound[transport] = found
        return found
    }

    private var ruleset: ForeignRuleset?

    /// The firewalls of others. Throws `NetlinkError`.
    func foreignRuleset() throws -> ForeignRuleset {
        if let ruleset { return ruleset }
        let found = try ForeignRuleset(by: NetlinkSocket(.netfilter))
        ruleset = found
        return found
    }

    private var sentAboutAddresses: [SentQuestion<ARPQuestion>]?

    /// Who else has its IPv4 addresses. Throws `KernelError`.
    func addressQuestions() throws -> [SentQuestion<ARPQuestion>] {
        if let sentAboutAddresses { return sentAboutAddresses }
        guard let namespace else { return [] }
        let sent = try endpoints.compactMap { endpoint -> SentQuestion<ARPQuestion>? in
            guard let address = endpoint.address?.address, let link = inside?.link(named: endpoint.interface),
                let mac = link.mac
            else { return nil }
            return try ARPQuestion(from: mac, about: address)
                .send(in: namespace.descriptor, on: link.index, milliseconds: 80)
        }
        sentAboutAddresses = sent
        return sent
    }

    private var sentAboutPath: (SentQuestion<PathQuestion>, Link)??

    /// What gets to the host's router in one piece, by the container's interface that leads there. Throws `KernelError`.
    func pathQuestion() throws -> (SentQuestion<PathQuestion>, Link)? {
        if let sentAboutPath { return sentAboutPath }
        guard let namespace, let leader = endpoints.leading(.v4), leader.isBridged,
            let link = inside?.link(named: leader.interface),
            let router = host.survey.routes.uplink?.gateway, router.family == .v4
        else { return nil }
        let sent = try PathQuestion(to: router, size: link.mtu).send(in: namespace.descriptor, milliseconds: 60)
            .map { ($0, link) }
        sentAboutPath = .some(sent)
        return sent
    }

    /// Sends what it takes a while to be sure about, so that the whole wait is no longer than the longest.
    func ask() {
        _ = try? addressQuestions()
        _ = try? pathQuestion()
    }

    private var outcomes: [ConnectionAttempt: ConnectionAttempt.Outcome]?

    /// What becomes of connections by TCP to the published ports, from the host: they go through the loop pair, the forward
    /// hook and the bridge as those from outside do.
    func connections() -> [ConnectionAttempt: ConnectionAttempt.Outcome] {
        if let outcomes { return outcomes }
        let attempts = reserved.filter { $0.container.transport == .tcp }.map(Self.attempt)
        let found = ConnectionAttempt.outcomes(of: attempts, milliseconds: 1000)
        outcomes = found
        return found
    }

    static func attempt(_ publication: Publication) -> ConnectionAttempt {
        let loopback = publication.guardAddress4 != nil ? IPAddress(v4: 0x7f00_0001) : IPAddress(v6: 0, 1)
        let address = publication.hostAddress.flatMap { $0.isUnspecified ? nil : $0 } ?? loopback
        return ConnectionAttempt(address, publication.hostPort)
    }
}
