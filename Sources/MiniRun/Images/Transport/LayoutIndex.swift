import Namespaces
import SystemPackage

/// The list of images in an OCI layout (image-spec, image-layout.md and image-index.md).
struct LayoutIndex {
    /// Where the layout has a blob.
    let blob: (Digest) -> FilePath

    /// An image for this machine.
    struct Entry {
        var manifest: Digest
        /// What it is called; nil when it has no name.
        var name: ImageReference?
        /// `org.opencontainers.image.ref.name` as it is there: a name, or a bare tag; empty when there is none.
        var tag: String
    }

    /// The images of the list, and of lists that it lists. Throws ``ImageError``, also when there is none for this machine.
    func entries(of index: JSONValue) throws -> [Entry] {
        var seen: Set<Digest> = []
        let found = try entries(of: index, in: nil, depth: 0, &seen)
        guard !found.isEmpty else { throw ImageError("index.json names no image for this machine (\(Platform.own))") }
        return found
    }

    /// `seen` are the lists that were read already: each is read once, or a short file could name one a billion times.
    private func entries(
        of index: JSONValue, in list: Entry?, depth: Int, _ seen: inout Set<Digest>
    ) throws -> [Entry] {
        guard depth < 4 else { throw ImageError("index.json: lists in lists in lists") }
        guard case .array(let values) = index["manifests"] else { throw ImageError("index.json has no manifests") }
        var found: [Entry] = []
        for value in values {
            guard let digest = try? Digest(parsing: value.text("digest")) else {
                throw ImageError("index.json names no sha256 digest")
            }
            if let platform = value["platform"], !Platform.own.fits(platform) { continue }
            var entry = Entry(manifest: digest, notes: value["annotations"] ?? [:])
            if entry.name == nil { entry.name = list?.name }
            if entry.tag.isEmpty { entry.tag = list?.tag ?? "" }
            let document = try ImageParts.document(digest, at: blob(digest), "manifest")
            if document["manifests"] != nil {
                guard seen.insert(digest).inserted else { continue }
                found += try entries(of: document, in: entry, depth: depth + 1, &seen)
            } else if document["layers"] != nil {
                found.append(entry)
            }
        }
        return found
    }
}

extension LayoutIndex.Entry {
    /// A bare tag names no repository. Docker gives such an image no name; podman invents one (`localhost/latest:latest`),
    /// which the next archive with that tag would take over.
    fileprivate init(manifest: Digest, notes: JSONValue) {
        self.manifest = manifest
        tag = notes.text("org.opencontainers.image.ref.name")
        name =
            [notes.text("io.containerd.image.name"), tag].filter { $0.contains("/") || $0.contains(":") }
            .lazy.compactMap(ImageReference.init(ofArchive:)).first
    }
}
