import Namespaces

/// An image as the store knows it: which layers it is made of, and what it says about the process.
public struct ImageRecord: Sendable {
    /// The digest of its configuration, by which Docker names images.
    public var id: Digest
    /// The digest of its manifest in the layout.
    public var manifest: Digest
    /// The layers' uncompressed digests, the lowest first.
    public var layers: [Digest]
    /// The bytes that its layers take, unpacked.
    public var size: Int64
    /// The blobs that the layout has for it, but for the manifest: the configuration and the layers as they came.
    public var blobs: [Digest]
    /// The configuration, as the registry has it (image-spec, config.md).
    public var document: JSONValue

    /// The layers as overlayfs stacks them, the uppermost first, each once: what a lower one of two that are the same says is
    /// said again above, and the kernel takes no directory twice.
    static func stack(_ layers: [Digest]) -> [Digest] {
        var seen: Set<Digest> = []
        return layers.reversed().filter { seen.insert($0).inserted }
    }

    /// What it says about the process.
    public var configuration: ImageConfiguration { ImageConfiguration(document["config"] ?? [:]) }

    /// When it was built; the beginning of time when it does not say.
    public var created: Timestamp {
        let text = Array(document.text("created").utf8)
        return text.withUnsafeBufferPointer { Timestamp(rfc3339: $0) } ?? Timestamp(nanoseconds: 0)
    }

    /// What its maker says of it, or of its last layer, as with Docker.
    var comment: String {
        let own = document.text("comment")
        guard own.isEmpty, case .array(let history) = document["history"], let last = history.last else { return own }
        return last.text("comment")
    }

    /// `amd64`, `arm64`; empty when it does not say.
    public var architecture: String { document.text("architecture") }
    /// `linux`.
    public var system: String { document.text("os") }
}

extension ImageRecord: RecordJSON {
    var json: JSONValue {
        [
            "id": .string("\(id)"), "manifest": .string("\(manifest)"), "layers": .strings(layers.map(\.description)),
            "size": .integer(size), "blobs": .strings(blobs.map(\.description)), "document": document,
        ]
    }

    init(json: JSONValue) throws(JSONError) {
        func digests(_ key: String) throws(JSONError) -> [Digest] { try json.list(key, of: Digest.init(json:)) }
        id = try json.member("id", Digest.init(json:))
        manifest = try json.member("manifest", Digest.init(json:))
        layers = try digests("layers")
        size = try json.integer("size")
        blobs = try digests("blobs")
        document = json["document"] ?? [:]
    }
}

extension Digest {
    /// A digest in a document.
    init(json: JSONValue) throws(JSONError) {
        let text = try JSONValue.string(of: json)
        do { try self.init(parsing: text) } catch { throw JSONError("is no digest: \(text.goQuoted)") }
    }
}

extension JSONValue {
    /// The text of a member; empty when there is none.
    func text(_ key: String) -> String {
        guard case .string(let text) = self[key] else { return "" }
        return text
    }
}
