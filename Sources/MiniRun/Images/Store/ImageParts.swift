import CShim
import Namespaces
import SystemPackage

/// What the documents of an image say that it is made of: read from a layout, checked against their digests, and against
/// each other.
struct ImageParts: Sendable {
    let manifest: Digest
    /// The digest of the configuration, which is the image's id.
    let configuration: Digest
    /// The layers as they are in the layout, the lowest first.
    let blobs: [Digest]
    /// The layers without their compression.
    let layers: [Digest]
    /// The configuration.
    let document: JSONValue

    /// Documents are read whole, so they have a limit (a manifest of 4 MiB is what registries take).
    static let documentLimit = 4 << 20

    /// What overlayfs takes (OVL_MAX_STACK, fs/overlayfs/params.h), but for one.
    static let layerLimit = 499

    /// Reads them; `blob` says where the layout has what. Throws ``ImageError`` for documents that do not fit together.
    init(_ digest: Digest, blob: (Digest) -> FilePath) throws {
        let list = try Self.document(digest, at: blob(digest), "manifest")
        guard let configuration = try? Digest(parsing: (list["config"] ?? [:]).text("digest")) else {
            throw ImageError("the manifest's config names no sha256 digest")
        }
        manifest = digest
        self.configuration = configuration
        document = try Self.document(configuration, at: blob(configuration), "configuration")
        do {
            blobs = try list.list("layers") { (value) throws(JSONError) in
                try value.member("digest", Digest.init(json:))
            }
            let root = try document.member("rootfs") { (value) throws(JSONError) in value }
            layers = try root.list("diff_ids", of: Digest.init(json:))
        } catch { throw ImageError("image \(configuration): \(error)") }
        guard blobs.count == layers.count else {
            throw ImageError(
                "image \(configuration): it has \(blobs.count) layers, and \(layers.count) in its configuration")
        }
        guard !layers.isEmpty else { throw ImageError("image \(configuration): it has no layers") }
        guard layers.count <= Self.layerLimit else {
            throw ImageError(
                "image \(configuration): it has \(layers.count) layers; overlayfs stacks \(Self.layerLimit)")
        }
    }

    /// Throws ``ImageError`` for a text with a zero in it: the kernel would see another one than is written down.
    func checkText() throws(ImageError) {
        guard let config = document["config"], config.hasZero else { return }
        throw ImageError("image \(configuration): its configuration has a text with a zero in it")
    }

    /// A document of a layout, checked against its digest.
    static func document(_ digest: Digest, at path: FilePath, _ what: String) throws -> JSONValue {
        let number = minirun_open(path.string, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0)
        guard number >= 0 else { throw ImageError("the \(what) \(digest) is missing") }
        guard let bytes = Files.content(of: OwnedDescriptor(owning: number), limit: documentLimit) else {
            throw ImageError("the \(what) \(digest) is longer than \(documentLimit >> 20) MiB")
        }
        guard Digest.of(bytes) == digest else {
            throw ImageError("the \(what) does not match its digest \(digest): it was changed on its way")
        }
        do { return try JSONValue(parsing: bytes) } catch { throw ImageError("the \(what) \(digest): \(error)") }
    }
}

extension ImageParts {
    /// A registry that has one variant only gives that, whatever is asked for. Throws Docker's sentence then.
    func check(_ platform: String?, called name: ImageReference) throws(ImageError) {
        guard let parts = platform?.parts("/") else { return }
        let (system, architecture) = (document.text("os"), document.text("architecture"))
        guard parts[0] != system || parts.count > 1 && parts[1] != architecture else { return }
        throw ImageError(
            "image with reference \(name) was found but its platform (\(system)/\(architecture)) does not match the specified "
                + "platform (\(parts.joined(separator: "/")))")
    }
}

extension JSONValue {
    /// Whether a zero is in a text or a key.
    fileprivate var hasZero: Bool {
        switch self {
        case .string(let text): text.utf8.contains(0)
        case .array(let values): values.contains(where: \.hasZero)
        case .object(let members): members.contains { $0.key.utf8.contains(0) || $0.value.hasZero }
        default: false
        }
    }
}
