/// What a picture of a topology has to show, sorted and in words: a router, what hangs on it, and who is in which. How it is
/// drawn, and where, is the business of whoever draws it.
///
/// The host's IP stack is the router. A bridge is a switch and no router: the address that people take for the bridge's own
/// is the router's, which has an interface there.
struct Scene: Sendable, Hashable {
    /// The language of its words.
    let language: Language
    /// The host.
    var router = Router()
    /// Bridges, and cards that others stand on, in the order of the host's interfaces.
    var segments: [Segment] = []
    /// All namespaces but the host's, by inode.
    var machines: [UInt64: Machine] = [:]
    /// Those with a cable that leads to no segment: to the router itself, or from one to the other.
    var beside: [UInt64] = []
    /// Those without any cable.
    var alone: [UInt64] = []
    /// The cables of those beside.
    var cables: [Cable] = []

    /// An empty one.
    init(language: Language = .current) {
        self.language = language
    }

    /// An interface.
    struct Interface: Sendable, Hashable {
        /// Its name.
        var name: String
        /// `veth`, `vxlan`; nil for a card.
        var kind: String?
        /// With the lengths of their prefixes.
        var addresses: [String] = []
        /// Its link-layer address.
        var mac: String?
        /// In bytes.
        var mtu = 1500
        /// Whether it is set up.
        var isUp = true
        /// What its cable leads to, when that is no segment: `gw port1`.
        var peer: String?
        /// What else is worth saying.
        var note: String?
    }

    /// The host's own IP stack.
    struct Router: Sendable, Hashable {
        /// What has an address, and cards.
        var interfaces: [Interface] = []
        /// Where it sends what is not on its own wires.
        var routes: [Route] = []
        /// Which networks leave under its address.
        var masquerades: [Masquerade] = []
        /// The published ports.
        var ports: [Port] = []
        /// Containers that are in the host's own network.
        var members: [String] = []
    }

    /// A way.
    struct Route: Sendable, Hashable {
        /// `default`, or a subnet.
        var destination: String
        /// The next hop.
        var gateway: String?
        /// The interface.
        var interface: String?
    }

    /// A network whose packets leave under the host's address.
    struct Masquerade: Sendable, Hashable {
        /// The network.
        var subnet: String
        /// The address; nil when the host has no way out.
        var address: String?
        /// Whether another firewall does it.
        var isForeign = false
    }

    /// A published port.
    struct Port: Sendable, Hashable {
        /// `0.0.0.0:8080/tcp`.
        var host: String
        /// Who answers; nil when nobody has the address.
        var machine: UInt64?
        /// `172.17.0.2:80`.
        var target: String
        /// Whether another firewall does it.
        var isForeign = false
    }

    /// The same as its machine has it.
    struct Opening: Sendable, Hashable {
        /// `8080/tcp → 80`.
        var words: String
        /// Whether another firewall does it.
        var isForeign: Bool
    }

    /// What several machines are connected by.
    struct Segment: Sendable, Hashable {
        /// A switch, or the wire of a card that macvlans stand on.
        enum Kind: Sendable, Hashable { case bridge, wire }

        /// Which.
        var kind: Kind
        /// The interface's name.
        var name: String
        /// The networks of minirun's that it carries.
        var networks: [String] = []
        /// Whether the router has an address in it.
        var isRouted = true
        /// Whether there is no way out of it.
        var isInternal = false
        /// Whether it is up.
        var isUp = true
        /// Ports that lead to no namespace: cards, tunnels, loose ends.
        var further: [Interface] = []
        /// Who is in it.
        var attachments: [Attachment] = []
        /// Whether a network of minirun's is.
        var isOwn = false
    }

    /// A machine's place in a segment.
    struct Attachment: Sendable, Hashable {
        /// Who.
        var machine: UInt64
        /// By which of its interfaces.
        var interfaces: [Interface]
        /// Whether this is where the machine is drawn; else it is only mentioned.
        var isMain: Bool
    }

    /// A network namespace.
    struct Machine: Sendable, Hashable {
        /// Whose it is.
        enum Kind: Sendable, Hashable { case container, named, process }

        /// What tells it from others.
        var inode: UInt64
        /// Whose it is.
        var kind: Kind
        /// What people call it.
        var title: String
        /// The first process in it.
        var process: Int32?
        /// Its interfaces.
        var interfaces: [Interface] = []
        /// Where it sends what is for elsewhere.
        var gateways: [String] = []
        /// Its ports that are published.
        var published: [Opening] = []
        /// Containers that share it.
        var members: [String] = []
        /// Its names for `ip netns`.
        var names: [String] = []
        /// The segments that it is in.
        var segments: [String] = []
    }

    /// A cable of a machine that is drawn beside.
    struct Cable: Sendable, Hashable {
        /// One end.
        var machine: UInt64
        /// Its interface.
        var interface: String
        /// The other end; nil is the router.
        var other: UInt64?
        /// The interface there.
        var otherInterface: String
    }
}
