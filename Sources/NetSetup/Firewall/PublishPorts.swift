import Namespaces
import SystemPackage

/// Leads reserved host ports to the container: elements of the maps, one transaction for all of them.
///
/// The reservations have to outlive the elements: close them after `stage.undo.unwind()`.
public struct PublishPorts: Step, Equatable {
    /// What was reserved.
    public let publications: [Publication]
    /// The container's IPv4 address.
    public let address4: IPAddress?
    /// The container's IPv6 address.
    public let address6: IPAddress?

    /// Publishes to a container with these addresses.
    public init(_ publications: [Publication], to address4: IPAddress?, _ address6: IPAddress?) {
        self.publications = publications
        self.address4 = address4
        self.address6 = address6
    }

    var elements: [FirewallElement] {
        publications.flatMap { publication in
            elements(publication, publication.guardAddress4, address4)
                + elements(publication, publication.guardAddress6, address6)
        }
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

    private var forgetting: [ConnectionTracking.Selection] {
        publications.compactMap { publication in
            publication.container.transport == .tcp
                ? nil
                : .toHost(publication.container.transport, publication.hostPort, publication.hostAddress)
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
    /// Throws `NetlinkError`. The undo takes the elements out again, and forgets likewise: a new container must not get
    /// what is left of an old one's conversations.
    public func apply(on stage: Stage) throws {
        let elements = elements
        guard !elements.isEmpty else { return }
        let netfilter = try HostNetfilter.of(stage).socket
        try netfilter.add(elements)
        stage.undo.push("withdraw published ports") { try withdraw(by: netfilter) }
        for selection in forgetting { try ConnectionTracking.forget(selection, by: netfilter) }
    }

    /// The same with a socket of its own. Throws `NetlinkError`.
    public func withdraw() throws { try withdraw(by: HostNetfilter().socket) }

    /// Takes the elements out, and makes the kernel forget which conversations the container had.
    func withdraw(by netfilter: NetlinkSocket) throws {
        try netfilter.delete(elements)
        for selection in leaving { try ConnectionTracking.forget(selection, by: netfilter) }
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
