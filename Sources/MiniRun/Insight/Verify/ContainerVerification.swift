import CShim
import Namespaces
import NetSetup
import SystemPackage

/// A running container: its cables on the host, its interfaces inside, its addresses, names and ports.
struct ContainerVerification {
    let host: InspectedHost
    let record: ContainerRecord

    init(_ host: InspectedHost, _ container: Container) {
        self.host = host
        record = container.record
    }

    private var place: Deviation.Place { .container(record.name) }

    /// None for a container that ends meanwhile.
    func deviations() throws -> [Deviation] {
        guard let process = record.process, record.network.isPrivate,
            let handle = try? NamespaceHandle(.network, of: process.pid), let inside = try? NamespaceSurvey(handle),
            process.isAlive
        else { return [] }
        let loopback = Self.loopback.differences(from: inside).map { Deviation(place, "lo", $0, inside: process) }
        return try loopback
            + record.network.endpoints.flatMap { endpoint -> [Deviation] in
                let cable = cable(endpoint, inside)
                return interface(endpoint, inside, process) + (cable.isEmpty ? shim(endpoint, process) : cable)
                    + leases(endpoint) + names(endpoint)
            } + plugs(inside, process) + ports()
    }

    /// Every network namespace has one, and the start has set it up; what else it has is the container's affair.
    private static let loopback = {
        var link = ExpectedLink("lo")
        link.allowsOthers = true
        return link
    }()

    /// In what its interfaces differ from its record, in sentences; cheap enough for `inspect`: one look inside.
    static func drift(of container: Container) -> [String] {
        let record = container.record
        guard container.isRunning, let process = record.process, !record.network.endpoints.isEmpty,
            let handle = try? NamespaceHandle(.network, of: process.pid), let inside = try? NamespaceSurvey(handle),
            process.isAlive
        else { return [] }
        return record.network.endpoints.flatMap { endpoint in
            expected(endpoint, of: record).differences(from: inside).map { difference in
                let deviation = Deviation(.container(record.name), endpoint.interface, difference)
                return deviation.statement.english
            }
        }
    }

    // MARK: Interfaces

    /// What the container's end should be; `all` are its connections.
    static func expected(_ endpoint: Endpoint, of record: ContainerRecord) -> ExpectedLink {
        var link = ExpectedLink(endpoint.interface)
        link.kind = endpoint.driver == .macvlan ? "macvlan" : "veth"
        link.mac = endpoint.hasParentsMAC ? nil : endpoint.macAddress
        link.mtu = endpoint.mtu
        link.addresses = endpoint.addresses
        // What was plugged in may lead elsewhere.
        let plugged = Set(record.plugs.compactMap { $0.gateway?.family })
        link.gateways = [IPAddress.Family.v4, .v6].compactMap { family in
            guard !plugged.contains(family), let leader = record.network.endpoints.leading(family),
                leader.networkID == endpoint.networkID
            else { return nil }
            return leader.gateway(family)
        }
        return link
    }

    /// What the host's end of its cable should be; nil where there is none.
    static func expectedCable(_ endpoint: Endpoint, _ host: InspectedHost) throws -> ExpectedLink? {
        guard endpoint.isBridged, let name = endpoint.hostInterface else { return nil }
        var link = ExpectedLink(name)
        link.kind = "veth"
        link.mtu = endpoint.mtu
        link.allowsOthers = true
        link.bridge = endpoint.link
        link.port = BridgePort(hairpin: true, isolated: try isIsolated(endpoint, host))
        return link
    }

    private static func isIsolated(_ endpoint: Endpoint, _ host: InspectedHost) throws -> Bool {
        guard endpoint.network != DefaultNetwork.name else { return host.settings.icc == false }
        guard let network = try host.networks.record(endpoint.networkID) else { return false }
        return ((try? BridgeOptions(network))?.interContainer ?? true) == false
    }

    /// What a plugged interface should be; the LAN may have given it further addresses. The default route is the last one's
    /// that was given a gateway.
    static func expected(_ plug: Plug, of record: ContainerRecord) -> ExpectedLink {
        var link = ExpectedLink(plug.interface)
        link.kind = plug.hostInterface == nil ? "macvlan" : "veth"
        link.mac = plug.mac
        link.addresses = plug.addresses
        link.allowsOthers = true
        let leader = record.plugs.last { $0.gateway?.family == plug.gateway?.family }
        if let gateway = plug.gateway, leader == plug { link.gateways = [gateway] }
        return link
    }

    /// What the host's end of its cable should be; nil on a card's wire.
    static func expectedCable(_ plug: Plug) -> ExpectedLink? {
        guard let name = plug.hostInterface else { return nil }
        var link = ExpectedLink(name)
        link.kind = "veth"
        link.bridge = plug.bridge
        link.allowsOthers = true
        return link
    }

    /// How one that has gone is put in again.
    static func renewal(of plug: Plug, in record: ContainerRecord) -> String {
        let (name, interface) = (record.name.shellQuoted, plug.interface.shellQuoted)
        let address = plug.addresses.first.map { "\($0)" + (plug.gateway.map { "@\($0)" } ?? "") } ?? "0/0"
        return
            "minirun unplug \(name) \(interface); minirun plug -i \(interface) \(plug.bridge.shellQuoted) \(name) \(address)"
            + (plug.mac.map { " \($0)" } ?? "")
    }

    private func plugs(_ inside: NamespaceSurvey, _ process: ProcessIdentity) -> [Deviation] {
        record.plugs.flatMap { plug in
            let interface = Self.expected(plug, of: record).differences(from: inside).map { difference in
                var deviation = Deviation(place, plug.interface, difference, inside: process)
                if difference.property == .interface { deviation.mend = [Self.renewal(of: plug, in: record)] }
                return deviation
            }
            // An end that has gone goes with the other.
            let isGone = interface.contains { $0.what == VerifyWords.property(.interface, of: plug.interface) }
            let cable = isGone ? nil : Self.expectedCable(plug)
            return interface
                + (cable?.differences(from: host.survey).map { Deviation(place, cable?.name ?? "", $0) } ?? [])
        }
    }

    private func interface(
        _ endpoint: Endpoint, _ inside: NamespaceSurvey, _ process: ProcessIdentity
    ) -> [Deviation] {
        var expected = Self.expected(endpoint, of: record)
        if let name = endpoint.hostInterface { expected.index = host.survey.link(named: name)?.parent }
        return expected.differences(from: inside).map { difference in
            var deviation = Deviation(place, endpoint.interface, difference, inside: process)
            if difference.property == .interface, let steps = renewal(of: endpoint, expected) {
                deviation.remedy = .both(process, steps)
                deviation.mend = steps.flatMap(\.explanation.shell).map {
                    $0.replacing("$PID", with: "\(process.pid)")
                }
            }
            return deviation
        }
    }

    /// The steps of a start that make an interface which is gone.
    private func renewal(of endpoint: Endpoint, _ expected: ExpectedLink) -> [any Step]? {
        let hasIPv6 = IPv6.isPresent(mtu: endpoint.mtu)
        let configuration = ConfigureInside([
            .init(
                name: endpoint.interface, addresses: endpoint.addresses, gateways: expected.gateways, hasIPv6: hasIPv6)
        ])
        if endpoint.driver == .macvlan {
            guard let network = try? host.networks.record(endpoint.networkID),
                let options = try? MacvlanOptions(network)
            else { return nil }
            let creation = CreateMacvlan(
                parent: options.parent, kind: options.mode, interface: endpoint.interface,
                mac: expected.mac, mtu: endpoint.mtu)
            return [creation, configuration] + shimSteps(endpoint)
        }
        guard let name = endpoint.hostInterface, let port = (try? Self.expectedCable(endpoint, host))?.port else {
            return nil
        }
        let creation = CreateVeth(
            hostName: name,
            alternativeName: BridgeMode.alternativeName(container: record.name, interface: endpoint.interface),
            bridge: endpoint.link, mtu: endpoint.mtu, interface: endpoint.interface, mac: endpoint.macAddress,
            port: port, hasIPv6: hasIPv6, isRenewed: true)
        return [creation, configuration]
    }

    /// The host's end; one that has gone goes with the container's.
    private func cable(_ endpoint: Endpoint, _ inside: NamespaceSurvey) -> [Deviation] {
        guard var expected = try? Self.expectedCable(endpoint, host) else { return [] }
        expected.index = inside.link(named: endpoint.interface).flatMap { $0.kind == "veth" ? $0.parent : nil }
        // Its bridge's own deviation puts it back too.
        if host.survey.link(named: endpoint.link) == nil { expected.bridge = nil }
        return expected.differences(from: host.survey).filter { $0.property != .interface }
            .map { Deviation(place, expected.name, $0) }
    }

    /// The way between the host and a macvlan container.
    private func shim(_ endpoint: Endpoint, _ process: ProcessIdentity) -> [Deviation] {
        let steps = shimSteps(endpoint)
        guard let shim = steps.compactMap({ $0 as? ConnectShim }).first?.shim else { return [] }
        let link = host.survey.link(named: shim.name)
        let isWhole = endpoint.publicAddresses.filter { $0.family == .v4 }.allSatisfy { address in
            host.survey.routes.contains { $0.destination == IPPrefix(address, length: 32) && $0.link == link?.index }
        }
        guard link?.isUp != true || !isWhole else { return [] }
        let found =
            link == nil ? VerifyWords.missing : link?.isUp == true ? VerifyWords.withoutRoute : .verbatim("down")
        return [
            Deviation(
                place: place, what: VerifyWords.way(over: shim.name), expected: VerifyWords.there, found: found,
                mend: ["minirun verify --repair"], remedy: .both(process, steps))
        ]
    }

    /// What makes the way between the host and a macvlan container; nothing where there is none.
    private func shimSteps(_ endpoint: Endpoint) -> [any Step] {
        guard endpoint.driver == .macvlan,
            let network = try? ReadyNetwork.Finder(host.paths, host.route).find(endpoint.networkID),
            let shim = network.shim
        else { return [] }
        let connection = ConnectShim(shim, to: endpoint.publicAddresses, interface: endpoint.interface)
        return network.steps + [connection]
    }

    // MARK: Files

    private func leases(_ endpoint: Endpoint) -> [Deviation] {
        endpoint.publicAddresses.compactMap { address in
            let file = host.paths.leases(of: endpoint.leaseName).appending(address.description)
            let isThere = access(file.string, F_OK) == 0
            if isThere, Self.isHeld(file) { return nil }
            return Deviation(
                place: place, what: VerifyWords.lease(file), expected: VerifyWords.held,
                found: isThere ? VerifyWords.heldByNobody : VerifyWords.missing,
                mend: [Self.renewal(of: record)], remedy: nil)
        }
    }

    /// Whether somebody has the file locked. One that we may not lock is not for us to judge.
    private static func isHeld(_ file: FilePath) -> Bool {
        do { return try FileLock.take(file: file, shared: false) == nil } catch { return true }
    }

    /// What is the supervisor's own, only another supervisor makes anew.
    private static func renewal(of record: ContainerRecord) -> String {
        let name = record.name.shellQuoted
        return "minirun stop \(name) && minirun start \(name)"
    }

    private func names(_ endpoint: Endpoint) -> [Deviation] {
        // Docker's default network has none.
        guard !(record.request.strictDocker && endpoint.network == DefaultNetwork.name) else { return [] }
        let directory = NameDirectory(host.paths.names)
        let wanted = Set(endpoint.publicAddresses)
        return endpoint.names.compactMap { name in
            let key = name.lowercased()
            let found = Set(
                directory.addresses(of: key, in: endpoint.leaseName) { holder in holder == record.id })
            guard found != wanted else { return nil }
            func list(_ addresses: Set<IPAddress>) -> Phrase {
                addresses.isEmpty
                    ? VerifyWords.nobodys : .verbatim(addresses.sorted().map(\.description).joined(separator: ", "))
            }
            let names = ContainerNames(
                id: record.id, name: record.name, resolver: ResolverOverrides(), store: host.store)
            return Deviation(
                place: place, what: VerifyWords.name(name, in: endpoint.network), expected: list(wanted),
                found: list(found), mend: ["minirun verify --repair"], remedy: .host([names.registration(endpoint)]))
        }
    }

    // MARK: Ports

    private func ports() throws -> [Deviation] {
        guard let publisher = record.network.publisher, !record.publications.isEmpty else { return [] }
        var found: [Deviation] = []
        if let netfilter = host.netfilter, try EnsureFirewall.condition(netfilter) != .missing {
            found += try Deviation.of(PublishPorts(record.publications, to: publisher), place, netfilter)
        }
        guard let sockets = try? NetlinkSocket(.socketDiagnostics) else { return found }
        for publication in record.publications where publication.isReserved && !publication.isHeld(by: sockets) {
            let port = "\(publication.hostPort)/\(publication.container.transport.rawValue)"
            found.append(
                Deviation(
                    place: place, what: VerifyWords.hostPort(port), expected: VerifyWords.heldBySupervisor,
                    found: VerifyWords.heldByNobody,
                    mend: [Self.renewal(of: record)], remedy: nil))
        }
        return found
    }
}

extension Publication {
    /// Whether the socket is there that holds its host port. SCTP's are not shown by every kernel.
    func isHeld(by sockets: NetlinkSocket) -> Bool {
        guard container.transport != .sctp else { return true }
        let found = (try? sockets.boundSockets(container.transport)) ?? []
        return found.contains { ($0.isReservation || $0.mark == nil) && $0.port == hostPort && $0.takes(hostAddress) }
    }
}
