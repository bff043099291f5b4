import CShim
import Namespaces
import SystemPackage

/// Reads what `docker save`, `podman save` and `skopeo copy` write: a tar archive of blobs, either by the layout of OCI or
/// with Docker's own manifest.json. One pass, so a pipe will do; what is needed stays on disk, not in memory.
struct ArchiveLoader {
    let layout: LayoutWriter
    /// What an archive may ask for.
    var limits = LayerLimits()
    /// Told of the bytes of the archive that have been read.
    var progress: (Int64) -> Void = { _ in }

    /// What an archive holds: an image's manifest and its names.
    typealias Found = (manifest: Digest, names: [ImageReference])

    /// The blobs of the archive by their names in it.
    private struct Contents {
        var blobs: [String: LayoutWriter.Blob] = [:]
        /// Links of older archives: a layer that several images have.
        var links: [String: String] = [:]
        var documents: [String: JSONValue] = [:]
        /// The blobs' bytes.
        var size: Int64 = 0

        func blob(_ name: String) -> LayoutWriter.Blob? { blobs[links[name] ?? name] }
    }

    /// Reads an archive, keeps its blobs in the layout, and tells which images it holds. Throws ``ImageError`` and
    /// `ArchiveError`.
    func load(_ descriptor: CInt) throws -> [Found] {
        var contents = Contents()
        let reader = try ArchiveReader(KnownCompression(DescriptorSource(descriptor)))
        var count = 0
        while let entry = try reader.next() {
            count += 1
            guard count <= limits.entries else { throw ImageError("it has more than \(limits.entries) entries") }
            let name = Self.name(entry.name)
            switch entry.kind {
            case .file:
                if ["manifest.json", "index.json"].contains(name) {
                    let bytes = try reader.content(limit: ImageParts.documentLimit)
                    do { contents.documents[name] = try JSONValue(parsing: bytes) } catch {
                        throw ImageError("\(name): \(error)")
                    }
                } else {
                    let blob = try keep(reader, name)
                    contents.size += blob.size
                    try limits.check(contents.size, from: reader.bytesRead)
                    contents.blobs[name] = blob
                }
            case .symbolicLink(let target):
                contents.links[name] = Self.resolved(Self.text(target), from: name)
            case .hardLink(let target): contents.links[name] = Self.name(Self.text(target))
            default: break
            }
            progress(reader.bytesRead)
        }
        if let manifest = contents.documents["manifest.json"] { return try docker(manifest, contents) }
        if let index = contents.documents["index.json"] {
            return try LayoutIndex(blob: layout.store.blob).entries(of: index).map { entry in
                (entry.manifest, entry.name.map { [$0] } ?? [])
            }
        }
        throw ImageError("it is no archive of images: there is neither manifest.json nor index.json in it")
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func name(_ path: String) -> String {
        CleanPath.of(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
    }

    private static func resolved(_ target: String, from name: String) -> String {
        let folder = name.parts("/").dropLast().joined(separator: "/")
        return CleanPath.of(folder.isEmpty ? target : "\(folder)/\(target)")
    }

    // MARK: Blobs

    /// Writes an entry's bytes into the layout.
    private func keep(_ reader: ArchiveReader, _ name: String) throws -> LayoutWriter.Blob {
        var size: Int64 = 0
        return try layout.keep {
            guard let block = try reader.nextBlock() else { return nil }
            guard block.offset == size else { throw ImageError("\(name) has holes, where a blob is expected") }
            size += Int64(block.bytes.count)
            try limits.check(size, from: reader.bytesRead)
            progress(reader.bytesRead)
            return block.bytes
        } isWanted: { digest in
            let parts = name.parts("/")
            // In a layout a blob's name is its digest; in older archives a configuration's is.
            let claim =
                parts.count == 3 && parts[0] == "blobs"
                ? parts[2] : name.hasSuffix(".json") ? String(name.dropLast(5)) : ""
            if claim.utf8.count == 64, let claimed = try? Digest(hex: claim), claimed != digest {
                throw ImageError("\(name) does not match its digest: it is \(digest), not \(claimed)")
            }
        }
    }

    // MARK: What it holds

    /// Docker's manifest.json: a manifest of our own says the same.
    private func docker(_ value: JSONValue, _ contents: Contents) throws -> [Found] {
        guard case .array(let images) = value, !images.isEmpty else { throw ImageError("manifest.json names no image") }
        return try images.map { image in
            guard let configuration = contents.blob(Self.name(image.text("Config"))) else {
                throw ImageError("the configuration \(image.text("Config")) is missing")
            }
            let layers = try image.strings("Layers").map { name in
                guard let blob = contents.blob(Self.name(name)) else {
                    throw ImageError("the layer \(name) is missing")
                }
                return blob
            }
            let names = (try? image.strings("RepoTags")) ?? []
            return (
                try layout.keepManifest(configuration: configuration, layers: layers),
                names.compactMap(ImageReference.init(ofArchive:))
            )
        }
    }
}

extension ImageReference {
    /// A name that an archive gives; one that cannot be an image's is told and passed over.
    init?(ofArchive text: String) {
        do {
            try self.init(parsing: text)
            try checkIsTag()
        } catch {
            StandardError.write("minirun: the archive's name \(text.goQuoted) is passed over: \(error)\n")
            return nil
        }
    }
}
