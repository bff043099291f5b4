import NetSetup

/// What is known of a container, as `container.json` in its directory. It is written before anything is changed that the
/// kernel would not take away by itself, so that a later command can sweep up after a supervisor that was killed.
public struct ContainerRecord: Sendable {
    /// How the container is connected.
    public struct Network: Sendable, Equatable {
        /// What kind of network namespace it has: `bridge`, `none`, `host`, `container:ID`, `ns:PATH`, or the first network.
        public var mode: String
        /// The networks that it is to be connected to whenever it starts; `network connect` and `disconnect` change them.
        public var attachments: [NetworkAttachment]
        /// What it has, or had when it last ran, in each of them.
        public var endpoints: [Endpoint] = []

        /// Connected to nothing yet.
        public init(mode: String, attachments: [NetworkAttachment] = []) {
            self.mode = mode
            self.attachments = attachments
        }

        /// Whether its namespace was made for it, and is nobody else's.
        var isPrivate: Bool { (try? NetworkMode(parsing: mode))?.isPrivate ?? false }
        /// The connection through which its ports are published.
        public var publisher: Endpoint? { endpoints.first(where: \.publishes) }
        /// The connection to one network.
        func endpoint(in network: String) -> Endpoint? { endpoints.first { $0.networkID == network } }
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
    /// What it is given, every volume by its name: the same at every start.
    public var mounts: [MountSpecification] = []
    /// The id of the image that it was made from; nil for a directory.
    public var image: String?
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

    /// What is published, as people read it; nothing as long as no network leads to the container.
    public var ports: [PublishedPort] { network.publisher == nil ? [] : publications.flatMap(\.publishedPorts) }
}
