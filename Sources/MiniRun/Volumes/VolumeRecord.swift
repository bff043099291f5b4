import Namespaces

/// A volume as it is written down: what it is, not who uses it, which the containers' records say.
public struct VolumeRecord: Sendable, Equatable {
    /// The label by which Docker marks a volume that nobody gave a name to.
    static let anonymousLabel = "com.docker.volume.anonymous"

    /// The name; of one that nobody named, 64 hexadecimal digits.
    public var name: String
    /// When it was made.
    public var created: Timestamp
    /// Labels.
    public var labels: [String: String]
    /// `-o`: `type`, `device`, `o`.
    public var options: [String: String]

    /// A volume that is about to be made.
    init(
        _ name: String, isAnonymous: Bool = false, labels: [String: String] = [:], options: [String: String] = [:],
        created: Timestamp = .now
    ) {
        self.name = name
        self.created = created
        self.labels = labels
        self.options = options
        if isAnonymous { self.labels[Self.anonymousLabel] = "" }
    }

    /// Whether nobody named it: `volume prune` takes only such ones without `-a`.
    public var isAnonymous: Bool { labels[Self.anonymousLabel] != nil }
    /// The only driver there is.
    public var driver: String { "local" }
}

extension VolumeRecord: RecordJSON {
    var json: JSONValue {
        [
            "name": .string(name), "created": created.json, "driver": .string(driver),
            "labels": .map(labels.mapValues { .string($0) }), "options": .map(options.mapValues { .string($0) }),
        ]
    }

    init(json: JSONValue) throws(JSONError) {
        self.init(
            try json.string("name"), labels: try json.stringMap("labels"), options: try json.stringMap("options"),
            created: Timestamp(nanoseconds: try json.integer("created")))
    }
}
