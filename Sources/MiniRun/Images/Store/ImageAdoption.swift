import CShim
import Namespaces
import SystemPackage

/// Makes an image of the store from a manifest whose blobs are in the layout: reads and checks the documents, unpacks the
/// layers that are not there yet, writes the record.
///
/// Whoever does this holds ``ImageStore/bringing()``.
struct ImageAdoption {
    let store: ImageStore

    /// Documents are read whole, so they have a limit (a manifest of 4 MiB is what registries take).
    static let documentLimit = 4 << 20

    /// Adopts one. Throws ``ImageError`` for documents that do not fit together, `LayerError` for a layer that is broken or
    /// hostile, `KernelError`.
    func adopt(manifest digest: Digest) throws -> ImageRecord {
        let manifest = try document(digest, "manifest")
        let configuration = try descriptor(manifest["config"], "the manifest's config")
        let document = try document(configuration, "configuration")
        let (blobs, layers): ([Digest], [Digest])
        do {
            blobs = try manifest.list("layers") { (value) throws(JSONError) in
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
        var size: Int64 = 0
        for (blob, layer) in zip(blobs, layers) { size += try unpack(blob, as: layer) }
        let record = ImageRecord(
            id: configuration, manifest: digest, layers: layers, size: size, blobs: [configuration] + blobs,
            document: document)
        try store.write(record)
        return record
    }

    /// What overlayfs takes (OVL_MAX_STACK, fs/overlayfs/params.h), but for one.
    static let layerLimit = 499

    /// A document of the layout, checked against its digest.
    func document(_ digest: Digest, _ what: String) throws -> JSONValue {
        let path = store.blob(digest)
        let number = minirun_open(path.string, O_RDONLY | O_NOFOLLOW, 0)
        guard number >= 0 else { throw ImageError("the \(what) \(digest) is missing") }
        let file = OwnedDescriptor(owning: number)
        guard let bytes = Files.content(of: file, limit: Self.documentLimit) else {
            throw ImageError("the \(what) \(digest) is longer than \(Self.documentLimit >> 20) MiB")
        }
        guard Digest.of(bytes) == digest else {
            throw ImageError("the \(what) does not match its digest \(digest): it was changed on its way")
        }
        do { return try JSONValue(parsing: bytes) } catch { throw ImageError("the \(what) \(digest): \(error)") }
    }

    private func descriptor(_ value: JSONValue?, _ what: String) throws -> Digest {
        guard let value, let digest = try? Digest(parsing: value.text("digest")) else {
            throw ImageError("\(what) names no sha256 digest")
        }
        return digest
    }

    /// Unpacks a layer unless it is there; returns what it takes, in bytes.
    private func unpack(_ blob: Digest, as layer: Digest) throws -> Int64 {
        let place = store.layer(layer)
        if access(place.string, F_OK) == 0 { return try store.size(of: layer) }
        let number = minirun_open(store.blob(blob).string, O_RDONLY | O_NOFOLLOW, 0)
        guard number >= 0 else { throw KernelError.current("read layer \(blob)") }
        let file = OwnedDescriptor(owning: number)
        try Files.makeDirectory(place.removingLastComponent())
        let making = try IncomingDirectory(store)
        defer { making.remove() }
        let tree = making.path.appending("layer")
        let unpacked: UnpackedLayer
        do { unpacked = try LayerUnpacker().unpack(file.rawValue, to: tree) } catch {
            throw ImageError("layer \(blob): \(error)")
        }
        guard unpacked.diffID == layer else {
            throw ImageError("layer \(blob) does not match its digest: it is \(unpacked.diffID), not \(layer)")
        }
        try store.note(unpacked.contentSize, of: layer)
        // Somebody else may have been quicker; both trees are the same.
        if rename(tree.string, place.string) != 0, Errno.current != .directoryNotEmpty, Errno.current != .fileExists {
            throw KernelError.current("keep layer \(layer)")
        }
        return unpacked.contentSize
    }
}
