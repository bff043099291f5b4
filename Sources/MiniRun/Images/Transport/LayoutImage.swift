import CShim
import Namespaces
import SystemPackage

/// An image in an OCI layout of the user's, in skopeo's words: `oci:DIR[:TAG]`.
struct LayoutImage: Sendable, CustomStringConvertible {
    static let prefix = "oci:"

    /// The layout's directory.
    var directory: String
    /// `org.opencontainers.image.ref.name`; nil for the only image that there is.
    var tag: String?

    /// Nil for what is none. The directory ends at the first colon, as with skopeo.
    init?(_ text: String) {
        guard text.begins(with: Self.prefix) else { return nil }
        (directory, tag) = String(text.dropFirst(Self.prefix.count)).cut(":")
    }

    var description: String { Self.prefix + directory + (tag.map { ":" + $0 } ?? "") }

    func blob(_ digest: Digest) -> FilePath {
        FilePath(directory).appending("blobs").appending("sha256").appending(digest.hex)
    }

    /// What it is made of. Throws ``ImageError`` when there is no such image, or several.
    func parts() throws -> ImageParts {
        do { return try ImageParts(try manifest(), blob: blob) } catch let error as ImageError {
            throw ImageError("\(self): \(error)")
        }
    }

    private func manifest() throws -> Digest {
        let file = FilePath(directory).appending("index.json")
        let number = minirun_open(file.string, O_RDONLY | O_NONBLOCK, 0)
        guard number >= 0 else { throw ImageError("open \(file): \(KernelError.words(.current))") }
        guard let bytes = Files.content(of: OwnedDescriptor(owning: number), limit: ImageParts.documentLimit) else {
            throw ImageError("\(file) is no file of at most \(ImageParts.documentLimit >> 20) MiB")
        }
        let index: JSONValue
        do { index = try JSONValue(parsing: bytes) } catch { throw ImageError("\(file): \(error)") }
        let entries = try LayoutIndex(blob: blob).entries(of: index)
        guard let tag else {
            guard entries.count == 1 else { throw ImageError("there are several images: \(Self.list(entries))") }
            return entries[0].manifest
        }
        guard let entry = entries.first(where: { $0.tag == tag }) else {
            throw ImageError("there is no image \(tag.goQuoted), but \(Self.list(entries))")
        }
        return entry.manifest
    }

    private static func list(_ entries: [LayoutIndex.Entry]) -> String {
        entries.map { $0.tag.isEmpty ? "one without a tag" : $0.tag }.joined(separator: ", ")
    }
}

/// Takes a layout's image into the store, under no name: to its user it is a directory.
struct AdoptLayout: Step {
    let image: LayoutImage
    let parts: ImageParts
    let paths: StatePaths

    func apply(on stage: Stage) throws { try Images(paths).adopt(parts, of: image) }

    var explanation: Explanation {
        Explanation(
            shell: ["tar --create --directory \(image.directory.shellQuoted) . | minirun load --quiet"],
            systemCalls: ([parts.manifest, parts.configuration] + parts.blobs).map {
                "openat(\"\(image.blob($0))\", O_RDONLY)"
            },
            why: "The layers of the layout are unpacked into the store once: they are known by their digests.")
    }
}

extension Images {
    /// Copies the blobs that the store has not, each checked, and makes an image of them. Throws ``ImageError`` with the store
    /// as it was.
    fileprivate func adopt(_ parts: ImageParts, of image: LayoutImage) throws {
        try Privilege.check("images need root, to keep their files' owners")
        try bringing { incoming in
            try Self.telling("\(image)") {
                let writer = LayoutWriter(store: store, incoming: incoming)
                for digest in [parts.manifest, parts.configuration] + parts.blobs
                where access(store.blob(digest).string, F_OK) != 0 {
                    try Self.reading(image.blob(digest).string) { file in
                        _ = try writer.keep(file, called: "blob \(digest)") { found in
                            guard found == digest else {
                                throw ImageError(
                                    "blob \(digest) does not match its digest: it is \(found), not \(digest)")
                            }
                        }
                    }
                }
                var adoption = ImageAdoption(store: store, incoming: incoming)
                _ = try adoption.adopt(manifest: parts.manifest)
            }
        }
    }
}
