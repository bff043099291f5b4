import NetSetup

/// What is known of a container, as `container.json` in its directory. It is written before anything is changed that the
/// kernel would not take away by itself, so that a later command can sweep up after a supervisor that was killed.
public struct ContainerRecord: Sendable {
    /// The container's end of its network.
    public struct Network: Sendable {
        /// `bridge`, `none`, `host`, `container:ID`, `ns:PATH`.
        public var mode: String
        /// The bridge, when there is one.
        public var bridge: String?
        /// The host's end of the veth pair.
        public var hostInterface: String?
        /// IPv4 address inside.
        public var address: IPPrefix?
        /// IPv4 gateway.
        public var gateway: IPAddress?
        /// IPv6 address inside.
        public var address6: IPPrefix?
        /// IPv6 gateway.
        public var gateway6: IPAddress?
        /// Link-layer address inside.
        public var macAddress: String?

        /// A network with nothing but its mode.
        public init(mode: String) { self.mode = mode }
    }

    /// 64 hexadecimal digits.
    public var id: String
    /// The name.
    public var name: String
    /// When it was made.
    public var created: Timestamp
    /// Its UTS name.
    public var hostname: String
    /// The container's first process, as the host sees it; nil when there is none.
    public var process: ProcessIdentity?
    /// The minirun that watches it.
    public var supervisor: ProcessIdentity?
    /// Whether its streams are those of the minirun that was asked to run it.
    public var isForeground = false
    /// Whether it has, or may have, a control group.
    public var hasControlGroup = false
    /// What has happened to it.
    public var state = ContainerState()
    /// The user's words.
    public var request: RunRequest
    /// Program and arguments.
    public var args: [String]
    /// Where it is connected.
    public var network: Network
    /// What is published, as the firewall knows it.
    public var publications: [Publication] = []
    /// What is exposed: `80/tcp`.
    public var exposed: [String] = []
    /// Labels.
    public var labels: [String: String] = [:]
    /// The directory of its own layer, when it has one.
    public var layer: String?
    /// The names under which `ip netns` knows its network namespace.
    public var exposures: [Exposure] = []
    /// What was plugged into it while it ran.
    public var plugs: [Plug] = []

    /// A container that is about to be made.
    init(id: String, name: String, hostname: String, request: RunRequest, args: [String], network: Network) {
        created = .now
        self.id = id
        self.name = name
        self.hostname = hostname
        self.request = request
        self.args = args
        self.network = network
    }

    /// What is published, as people read it.
    public var ports: [PublishedPort] { publications.flatMap(\.publishedPorts) }
}
