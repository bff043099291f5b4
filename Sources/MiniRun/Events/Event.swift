/// Something that has happened to a container, a network or a volume, with Docker's words.
public struct Event: Sendable, Hashable {
    /// What kind of thing it happened to: `container`, `network` or `volume`.
    public var type: String
    /// What happened: `start`, `exec_create: sh -c ls`, `health_status: healthy`.
    public var action: String
    /// The id of what it happened to.
    public var id: String
    /// Its name, image, labels and whatever belongs to the action.
    public var attributes: [String: String]
    /// When.
    public var time: Timestamp

    /// Describes an event.
    public init(type: String, action: String, id: String, attributes: [String: String], time: Timestamp) {
        self.type = type
        self.action = action
        self.id = id
        self.attributes = attributes
        self.time = time
    }

    /// The action without what follows its colon: what `--filter event=` names.
    public var verb: String { action.cut(":").0 }
    /// The container's or network's name.
    public var name: String? { attributes["name"] }
    /// The container's image as the user wrote it.
    public var image: String? { type == "container" ? attributes["image"] : nil }
    /// The ids and names of the container that it is about, if it is about one: what `--filter container=` names.
    public var container: [String] {
        switch type {
        case "container": [id] + [name].compactMap { $0 }
        default: [attributes["container"]].compactMap { $0 }
        }
    }
}

/// A container as its events name it.
public struct EventContainer: Sendable, Hashable {
    /// 64 hexadecimal digits.
    public var id: String
    /// The name.
    public var name: String
    /// The image as the user wrote it.
    public var image: String
    /// The labels.
    public var labels: [String: String]

    /// Names a container.
    public init(id: String, name: String, image: String, labels: [String: String] = [:]) {
        self.id = id
        self.name = name
        self.image = image
        self.labels = labels
    }
}

/// A network as its events name it.
public struct EventNetwork: Sendable, Hashable {
    /// The id.
    public var id: String
    /// The name.
    public var name: String
    /// The driver: `bridge`.
    public var driver: String

    /// Names a network.
    public init(id: String, name: String, driver: String) {
        self.id = id
        self.name = name
        self.driver = driver
    }
}
