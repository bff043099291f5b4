import NetSetup

/// A container as lists and filters see it: what of its record `ps` can say or ask.
public struct ContainerListing: Sendable {
    /// Something of the host's in the container.
    public struct Mount: Sendable, Hashable {
        /// The name of a volume; empty for a directory of the host.
        public var name = ""
        /// The directory of the host.
        public var source: String
        /// Where it is inside.
        public var destination: String

        /// A directory, or a volume with a name.
        public init(name: String = "", source: String, destination: String) {
            self.name = name
            self.source = source
            self.destination = destination
        }
    }

    /// A network that it is connected to.
    public struct Network: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The id, whose beginning is enough in a filter; empty when it has none.
        public var id = ""

        /// A network by its name, and its id where it has one.
        public init(name: String, id: String = "") {
            self.name = name
            self.id = id
        }
    }

    /// What it takes on disk.
    public struct Size: Sendable, Hashable {
        /// Its own layer.
        public var own: Int64
        /// The layer and the image below it; 0 when that is not known.
        public var whole: Int64

        /// Both numbers of bytes.
        public init(own: Int64, whole: Int64) {
            self.own = own
            self.whole = whole
        }
    }

    /// 64 hexadecimal digits.
    public var id: String
    /// The name.
    public var name: String
    /// What it was made from, in the user's words.
    public var image: String
    /// The image's id, `sha256:` and 64 digits; nil for a directory.
    public var imageID: String?
    /// Program and arguments, blanks between.
    public var command: String
    /// When it was made.
    public var created: Timestamp
    /// How it stands.
    public var status: ContainerStatus
    /// What is published.
    public var ports: [PublishedPort] = []
    /// What is exposed, published or not.
    public var exposed: [ContainerPort] = []
    /// Labels.
    public var labels: [String: String] = [:]
    /// Volumes and directories of the host.
    public var mounts: [Mount] = []
    /// Where it is connected.
    public var networks: [Network] = []
    /// `linux/amd64`; nil when it is not known.
    public var platform: String?
    /// Asked for only when it is to be shown.
    public var size: Size?

    /// A container with what every one has.
    public init(
        id: String, name: String, image: String, command: String, created: Timestamp, status: ContainerStatus
    ) {
        self.id = id
        self.name = name
        self.image = image
        self.command = command
        self.created = created
        self.status = status
    }

    /// Docker's way to write a command: arguments with a blank in quotes.
    public static func command(_ words: [String]) -> String {
        let arguments = words.dropFirst().map { $0.utf8.contains(UInt8(ascii: " ")) ? "'\($0)'" : $0 }
        return (words.prefix(1) + arguments).joined(separator: " ")
    }
}
