import Namespaces

/// A container on the host's own wire: an interface beside the host's, an address of the LAN, no NAT and no router here.
public struct MacvlanMode: Sendable, Equatable {
    /// The host's interface.
    public var parent: String
    /// How the containers on the parent get on with each other.
    public var kind: MacvlanKind
    /// The container's addresses with their subnets' lengths, at most one of each family.
    public var addresses: [IPPrefix]
    /// The LAN's routers, at most one of each family; none when the container needs no way out.
    public var gateways: [IPAddress]
    /// The interface inside.
    public var interface: String
    /// The container's link-layer address; 02:42 and the IPv4 address when none is given.
    public var mac: MACAddress?
    /// In bytes; the parent's when none is given.
    public var mtu: Int?
    /// The host's own macvlan, by which it and the container reach each other; nil leaves them apart.
    public var shim: HostShim?

    /// Describes an attachment.
    public init(
        parent: String, kind: MacvlanKind = .bridge, addresses: [IPPrefix], gateways: [IPAddress] = [],
        interface: String = "eth0", mac: MACAddress? = nil, mtu: Int? = nil, shim: HostShim? = nil
    ) {
        self.parent = parent
        self.kind = kind
        self.addresses = addresses
        self.gateways = gateways
        self.interface = interface
        self.mac = mac
        self.mtu = mtu
        self.shim = shim
    }

    /// The mode that `text` names, `bridge` for an empty text. Throws Docker's sentence.
    public static func kind(parsing text: String) throws(UsageError) -> MacvlanKind {
        if text.isEmpty { return .bridge }
        guard let kind = MacvlanKind(rawValue: text) else {
            throw UsageError(
                "requested macvlan mode '\(text)' is not valid, 'bridge' mode is the macvlan driver default")
        }
        return kind
    }

    /// The interface that is to be a parent. A macvlan may be one: the kernel takes the interface below it.
    /// Throws Docker's sentences as `UsageError`, and `NetlinkError`.
    public static func parent(named name: String, _ socket: NetlinkSocket) throws -> Link {
        guard let link = try socket.link(named: name) else {
            throw UsageError("the requested parent interface \(name) was not found on the Docker host")
        }
        if name == LoopPair.outward || name == LoopPair.inward {
            throw UsageError("interface \(name) is minirun's own way to published ports, and leads to no LAN")
        }
        if link.isLoopback { throw UsageError("loopback interface is not a valid macvlan parent link") }
        return link
    }

    /// Checks what can be checked before anything is touched. Throws `UsageError`, `NetlinkError`.
    public func check(_ socket: NetlinkSocket) throws {
        _ = try Self.parent(named: parent, socket)
        if shim != nil, kind != .bridge {
            throw UsageError("host_shim needs macvlan mode 'bridge': in mode '\(kind.rawValue)' siblings do not meet")
        }
    }

    /// The container's link-layer address. With `passthru` it is the parent's: any other would change the parent's own.
    public var effectiveMAC: MACAddress? {
        if let mac { return mac }
        if kind == .passthru { return nil }
        return addresses.lazy.compactMap { MACAddress(forContainerAt: $0.address) }.first
    }

    /// Before the container exists: the host's own macvlan, if it is to have one.
    public var networkSteps: [any Step] { shim.map { [$0] } ?? [] }

    /// Once the container's first process exists: its interface, the inside, and the way between it and the host.
    public var attachSteps: [any Step] {
        var steps: [any Step] = [
            CreateMacvlan(parent: parent, kind: kind, interface: interface, mac: effectiveMAC, mtu: mtu),
            ConfigureInside([
                .init(
                    name: interface, addresses: addresses, gateways: gateways,
                    hasIPv6: IPv6.isPresent(mtu: mtu ?? IPv6.minimumMTU))
            ]),
        ]
        if let shim {
            steps.append(ConnectShim(shim, to: addresses.map(\.address), interface: interface))
        }
        return steps
    }
}
