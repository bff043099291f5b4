import CShim

/// What an interface should be, as a plain description; where nothing is said, anything will do.
public struct ExpectedLink: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// `bridge`, `veth`, `macvlan`.
    public var kind: String?
    /// Its link-layer address.
    public var mac: MACAddress?
    /// Its packet size in bytes.
    public var mtu: Int?
    /// The least packet size that will do, in bytes.
    public var leastMTU: Int?
    /// Its addresses; link-local ones beside these are the kernel's.
    public var addresses: [IPPrefix] = []
    /// Whether it may have others as well.
    public var allowsOthers = false
    /// The bridge that it is a port of.
    public var bridge: String?
    /// What the bridge makes of it.
    public var port: BridgePort?
    /// The next hops of default routes over it.
    public var gateways: [IPAddress] = []
    /// Its number, by which it is found under another name.
    public var index: CInt?

    /// An interface of which only the name is known.
    public init(_ name: String) { self.name = name }
}

/// In what an interface is not as it should be.
public struct LinkDifference: Sendable, Equatable {
    /// What differs.
    public enum Property: String, Sendable {
        case interface, name, kind, state, mtu, port
        case mac = "link-layer address"
        case bridge
        case address
        case route = "default route"
    }

    /// What differs.
    public var property: Property
    /// What should be.
    public var expected: String
    /// What is.
    public var found: String
    /// What makes it right; nil where that takes more than a change.
    public var mend: MendLink?
}

extension ExpectedLink {
    /// Compares with what a namespace has. An interface that is not there is the only difference then.
    public func differences(from survey: NamespaceSurvey) -> [LinkDifference] {
        var found: [LinkDifference] = []
        func differ(
            _ property: LinkDifference.Property, _ expected: Any, _ actual: Any, _ change: ((inout MendLink) -> Void)?
        ) {
            var mend = change == nil ? nil : MendLink(name)
            if var step = mend, let change {
                change(&step)
                mend = step
            }
            found.append(LinkDifference(property: property, expected: "\(expected)", found: "\(actual)", mend: mend))
        }
        guard let link = survey.link(named: name) ?? survey.links.first(where: { $0.index == index }) else {
            differ(.interface, name, "none", nil)
            return found
        }
        // Another name is one further name at most: the kernel finds it under both, people do not.
        if link.name != name, !link.alternativeNames.contains(name) {
            differ(.name, name, link.name) { $0.formerName = link.name }
        }
        if let kind, link.kind != kind {
            differ(.kind, kind, link.kind ?? "a card", nil)
            return found
        }
        if let mtu, link.mtu != mtu { differ(.mtu, mtu, link.mtu) { $0.mtu = mtu } }
        if let leastMTU, link.mtu < leastMTU { differ(.mtu, leastMTU, link.mtu) { $0.mtu = leastMTU } }
        if let mac, link.mac != mac { differ(.mac, mac, link.mac?.description ?? "none") { $0.mac = mac } }
        comparePort(link, survey, differ)
        if !link.isUp { differ(.state, "up", "down") { $0.isUp = true } }
        compareAddresses(link, survey, differ)
        for gateway in gateways {
            let hops = survey.routes.filter { $0.isDefault && $0.destination.address.family == gateway.family }
            // Of several the one with the lowest metric counts.
            let used = hops.min { $0.metric < $1.metric }
            guard used?.gateway != gateway || used?.link != link.index else { continue }
            differ(.route, "via \(gateway)", used?.gateway.map { "via \($0)" } ?? "none") { $0.gateway = gateway }
        }
        return found
    }

    private typealias Differ = (LinkDifference.Property, Any, Any, ((inout MendLink) -> Void)?) -> Void

    private func comparePort(_ link: Link, _ survey: NamespaceSurvey, _ differ: Differ) {
        guard let bridge else { return }
        let master = survey.links.first { $0.index == link.master }
        guard master?.name == bridge else {
            return differ(.bridge, bridge, master?.name ?? "none") {
                $0.bridge = bridge
                $0.port = port
            }
        }
        guard let port, let actual = link.port else { return }
        let now = BridgePort(hairpin: actual.hasHairpin, isolated: actual.isIsolated)
        if now != port { differ(.port, port.fullShell, now.fullShell) { $0.port = port } }
    }

    private func compareAddresses(_ link: Link, _ survey: NamespaceSurvey, _ differ: Differ) {
        let actual = survey.addresses(of: link)
        let missing = addresses.filter { !actual.contains($0) }
        let surplus =
            allowsOthers
            ? [] : actual.filter { !addresses.contains($0) && !($0.address.family == .v6 && $0.address.isLinkLocal) }
        guard !missing.isEmpty || !surplus.isEmpty else { return }
        func list(_ prefixes: [IPPrefix]) -> String {
            prefixes.isEmpty ? "none" : prefixes.map(\.description).joined(separator: " ")
        }
        differ(.address, list(addresses), list(actual.filter { addresses.contains($0) || surplus.contains($0) })) {
            $0.removed = surplus
            $0.added = missing
        }
    }
}
