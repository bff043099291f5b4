import Namespaces
import SystemPackage

/// Leads reserved host ports to the container: elements of the maps, one transaction for all of them.
///
/// In a family that is routed, nothing is translated: there the elements let neighbours pass to the container's own address
/// and port. The reservations have to outlive the elements: close them after `stage.undo.unwind()`.
public struct PublishPorts: Step, Equatable {
    /// What was reserved.
    public let publications: [Publication]
    /// The container's IPv4 address.
    public let address4: IPAddress?
    /// The container's IPv6 address.
    public let address6: IPAddress?
    /// How IPv4 packets pass to the container's network.
    public let mode4: GatewayMode
    /// How IPv6 packets pass to it.
    public let mode6: GatewayMode

    /// Publishes to a container with these addresses, in a network with these modes.
    public init(
        _ publications: [Publication], to address4: IPAddress?, _ address6: IPAddress?,
        modes: (v4: GatewayMode, v6: GatewayMode) = (.nat, .nat)
    ) {
        self.publications = publications
        self.address4 = address4
        self.address6 = address6
        mode4 = modes.v4
        mode6 = modes.v6
    }

    var elements: [FirewallElement] { mapped + direct(address4) + direct(address6) }

    /// Those of the maps, in the families that translate.
    var mapped: [FirewallElement] {
        publications.flatMap { publication in
            (mode4.translates ? elements(publication, publication.guardAddress4, address4) : [])
                + (mode6.translates ? elements(publication, publication.guardAddress6, address6) : [])
        }
    }

    /// Those that open the ports of one address of the container, when its family is routed.
    ///
    /// The host port plays no part: two of them may lead to one port inside.
    func direct(_ target: IPAddress?) -> [FirewallElement] {
        guard let target, (target.family == .v4 ? mode4 : mode6) == .routed else { return [] }
        return
            publications
            .filter { $0.hostAddress.map { $0.family == target.family } ?? true }
            .map { .direct($0.container.transport, $0.container.number, of: target) }.unique
    }

    private func elements(
        _ publication: Publication, _ guardAddress: IPAddress?, _ target: IPAddress?
    ) -> [FirewallElement] {
        guard let guardAddress, let target else { return [] }
        let transport = publication.container.transport
        let port = publication.hostPort
        func to(_ address: IPAddress?) -> FirewallElement {
            .port(transport, port, on: address, leadsTo: target, publication.container.number)
        }
        let single = publication.hostAddress.flatMap { $0.isUnspecified ? nil : $0 }
        let detour = FirewallElement.port(transport, port, on: single, leadsTo: guardAddress, nil)
        // Under a guard address arrives what host processes sent to the single address.
        return single == nil ? [to(nil), detour] : [to(single), to(guardAddress), detour]
    }

    /// What was sent to the host ports: by their number on the host, whatever the port inside is.
    private var forgetting: [ConnectionTracking.Selection] {
        publications.filter { $0.container.transport != .tcp && $0.isReserved }.flatMap { publication in
            let (transport, port) = (publication.container.transport, publication.hostPort)
            let first = ConnectionTracking.Selection.toHost(transport, port, publication.hostAddress)
            guard let address = publication.hostAddress, !address.isUnspecified else { return [first] }
            // A host process's conversation has a second entry, under the guard address.
            let guardAddress = address.family == .v4 ? publication.guardAddress4 : publication.guardAddress6
            return [first] + [guardAddress].compactMap(\.self).map { .toHost(transport, port, $0) }
        }
    }

    private var leaving: [ConnectionTracking.Selection] {
        let transports = Set(publications.map(\.container.transport)).subtracting([.tcp])
        return transports.sorted { $0.rawValue < $1.rawValue }.flatMap { transport in
            [address4, address6].compactMap(\.self).map { .answeredBy(transport, $0) }
        }
    }

    /// Adds the elements, then makes the kernel forget where packets to these ports went before.
    ///
    /// Throws `NetlinkError`. The undo takes out what has not been withdrawn before, and forgets likewise: a new container
    /// must not get what is left of an old one's conversations.
    public func apply(on stage: Stage) throws {
        let elements = elements
        guard !elements.isEmpty else { return }
        let netfilter = try HostNetfilter.of(stage).socket
        try netfilter.add(elements)
        let published = stage.resource(PublishedPorts.self) { PublishedPorts() }
        published.inForce.formUnion(publications)
        stage.undo.push("withdraw published ports") { try withdraw(published, by: netfilter) }
        for selection in forgetting { try ConnectionTracking.forget(selection, by: netfilter) }
    }

    /// Takes these ports back before the stage is unwound; those that are not published by it stay. Throws `NetlinkError`.
    public func withdraw(on stage: Stage) throws {
        guard let published = stage.resource(PublishedPorts.self) else { return }
        try withdraw(published, by: HostNetfilter.of(stage).socket)
    }

    private func withdraw(_ published: PublishedPorts, by netfilter: NetlinkSocket) throws {
        let gone = with(publications.filter(published.inForce.contains))
        guard !gone.publications.isEmpty else { return }
        published.inForce.subtract(gone.publications)
        try gone.withdraw(by: netfilter, except: Set(with(Array(published.inForce)).elements))
    }

    /// The same way for other ports.
    private func with(_ publications: [Publication]) -> PublishPorts {
        PublishPorts(publications, to: address4, address6, modes: (mode4, mode6))
    }

    /// Takes the elements out, except what other ports need still, and makes the kernel forget which conversations the
    /// container had.
    func withdraw(by netfilter: NetlinkSocket, except kept: Set<FirewallElement> = []) throws {
        try netfilter.delete(elements.filter { !kept.contains($0) })
        for selection in leaving + forgetting { try ConnectionTracking.forget(selection, by: netfilter) }
    }

    /// The elements by `nft`, the forgotten connections by `conntrack`.
    public var explanation: Explanation {
        let lines = elements.map { $0.command("add") }
        return Explanation(
            shell: lines.isEmpty
                ? []
                : ["nft -f - <<'EOF'"] + lines + ["EOF"] + forgetting.map { "{ \($0.shell); } >/dev/null 2>&1 || :" },
            systemCalls: elements.map { "NFT_MSG_NEWSETELEM table=\(FirewallTable.name) set=\($0.set) { \($0.text) }" }
                + forgetting.map(\.systemCall),
            why:
                "A published port is an element of a map: no rule is added, so a packet's way stays as short as it was."
        )
    }
}

/// What the steps of one stage have published and not withdrawn. A key that is given back may be another container's at
/// once, and must not be deleted a second time.
final class PublishedPorts {
    var inForce: Set<Publication> = []
}
