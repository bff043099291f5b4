import CShim
import Namespaces
import SystemPackage

/// The images, on disk:
///
///     images/oci/                          an OCI layout (image-spec, image-layout.md) that other tools read as well
///       oci-layout  index.json
///       blobs/sha256/HEX                   manifests, configurations, layers as they came
///     images/layers/HEX/                   a layer unpacked, by the digest of its archive
///     images/records/HEX.json              an image, by the digest of its configuration
///     images/names/DOMAIN/PATH/_tags/TAG   the id of the image that has the name
///     images/names/DOMAIN/PATH/_digests/HEX
///     images/incoming/NAME/                what is just being brought, flocked; what is left of it is swept
///     images/lock                          flock: shared by who brings something, alone for who takes something away
///
/// A look-up by name costs two files, however many images there are.
public struct ImageStore: Sendable {
    /// Where the files are.
    public let paths: StatePaths

    /// The store at these paths.
    public init(_ paths: StatePaths) { self.paths = paths }

    var base: FilePath { paths.root.appending("images") }
    /// The OCI layout.
    var layout: FilePath { base.appending("oci") }
    /// The layout's blobs, in a folder for each kind of digest.
    var blobs: FilePath { layout.appending("blobs") }
    private var records: FilePath { base.appending("records") }
    var names: FilePath { base.appending("names") }
    /// What is just being brought.
    var incoming: FilePath { base.appending("incoming") }

    /// A blob's file.
    func blob(_ digest: Digest) -> FilePath { blobs.appending("sha256").appending(digest.hex) }
    /// An unpacked layer's directory.
    func layer(_ digest: Digest) -> FilePath { base.appending("layers").appending(digest.hex) }
    private func note(of layer: Digest) -> FilePath { base.appending("layers").appending("\(layer.hex).size") }

    /// What a layer takes, in bytes: written down when it was unpacked.
    func size(of layer: Digest) throws -> Int64 { Int64(try StateFile.text(note(of: layer))?.trimmed ?? "") ?? 0 }

    /// Writes down what a layer takes.
    func note(_ size: Int64, of layer: Digest) throws { try Files.write("\(size)\n", to: note(of: layer)) }

    /// Removes a layer with its note.
    func remove(layer: Digest) throws {
        try Files.removeTree(self.layer(layer))
        try Files.removeTree(note(of: layer))
    }

    private func file(_ id: Digest) -> FilePath { records.appending("\(id.hex).json") }

    // MARK: Finding

    /// The image with this name, id, or beginning of an id. Throws ``NoSuchImage``, `UsageError`, `CorruptFile`.
    public func find(_ text: String) throws -> ImageRecord {
        if let reference = try? ImageReference(parsing: text), let id = try id(of: reference),
            let found = try record(id)
        {
            return found
        }
        let beginning = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
        let isHex =
            !beginning.isEmpty && beginning.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        let matches = isHex ? try ids().filter { $0.hex.hasPrefix(beginning) } : []
        guard matches.count <= 1 else {
            throw UsageError("image id \(text) is ambiguous: \(matches.count) images begin so")
        }
        guard let id = matches.first, let found = try record(id) else {
            if !isHex { _ = try ImageReference(parsing: text) }
            throw NoSuchImage(reference: text)
        }
        return found
    }

    /// The id that a name leads to; nil when there is no such name.
    func id(of reference: ImageReference) throws -> Digest? {
        guard let text = try StateFile.text(file(of: reference)) else { return nil }
        do { return try Digest(parsing: text.trimmed) } catch {
            throw CorruptFile(path: file(of: reference), reason: "it is no digest")
        }
    }

    /// One image; nil when there is none.
    func record(_ id: Digest) throws -> ImageRecord? { try JSONFile.read(ImageRecord.self, from: file(id)) }

    /// The ids of all images.
    func ids() throws -> [Digest] {
        try Files.names(in: records).compactMap { name in
            name.hasSuffix(".json") ? try? Digest(hex: String(name.dropLast(5))) : nil
        }
    }

    /// All images, the newest first; a damaged record is told and left out.
    public func all() throws -> [ImageRecord] {
        try ids().compactMap { id -> ImageRecord? in
            do { return try record(id) } catch let damage as CorruptFile {
                StandardError.write("minirun: \(damage)\n")
                return nil
            }
        }.sorted { ($1.created, $0.id) < ($0.created, $1.id) }
    }

    // MARK: Writing

    /// Held by whoever brings an image: as long as it is, nothing is taken away that no record mentions yet.
    func bringing() throws -> FileLock {
        try Files.makeDirectory(base)
        let file = base.appending("lock")
        while true {
            if let lock = try FileLock.take(file: file, shared: true) { return lock }
            usleep(5000)
        }
    }

    /// Held by whoever takes something away; nil while somebody brings something.
    func clearing() throws -> FileLock? {
        try Files.makeDirectory(base)
        return try FileLock.take(file: base.appending("lock"), shared: false)
    }

    /// Writes an image whose layers are there.
    func write(_ record: ImageRecord) throws {
        try Files.makeDirectory(records)
        try JSONFile.write(record, to: file(record.id))
    }

    /// Removes an image's record.
    func remove(_ id: Digest) throws { try Files.removeTree(file(id)) }

    // MARK: Names

    /// Lets a name lead to an image; one that led elsewhere leads here from now on.
    func name(_ id: Digest, _ reference: ImageReference) throws {
        let file = file(of: reference)
        try Files.makeDirectory(file.removingLastComponent())
        try Files.write("\(id)\n", to: file)
    }

    /// Takes a name away, with the folders that nothing is left in.
    func unname(_ reference: ImageReference) throws {
        var place = file(of: reference)
        try Files.removeTree(place)
        while place.removingLastComponent() != names {
            place = place.removingLastComponent()
            guard rmdir(place.string) == 0 else { return }
        }
    }

    private func folder(of reference: ImageReference) -> FilePath {
        reference.path.parts("/").reduce(names.appending(reference.domain)) { $0.appending($1) }
    }

    private func file(of reference: ImageReference) -> FilePath {
        let folder = folder(of: reference)
        if let digest = reference.digest { return folder.appending("_digests").appending(digest.hex) }
        return folder.appending("_tags").appending(reference.tag ?? "latest")
    }

    /// All names, with the ids that they lead to.
    func allNames() throws -> [(reference: ImageReference, id: Digest)] {
        var found: [(ImageReference, Digest)] = []
        try walk(names, repository: "", into: &found)
        return found.sorted { $0.0.description < $1.0.description }
    }

    private func walk(
        _ folder: FilePath, repository: String, into found: inout [(ImageReference, Digest)]
    ) throws {
        for name in try Files.names(in: folder) {
            let place = folder.appending(name)
            switch name {
            case "_tags", "_digests":
                for leaf in try Files.names(in: place) {
                    let text = repository + (name == "_tags" ? ":\(leaf)" : "@sha256:\(leaf)")
                    if let reference = try? ImageReference(parsing: text), let id = try? id(of: reference) {
                        found.append((reference, id))
                    }
                }
            default: try walk(place, repository: repository.isEmpty ? name : "\(repository)/\(name)", into: &found)
            }
        }
    }
}

/// There is no image of this name or id.
public struct NoSuchImage: Error, Sendable, CustomStringConvertible {
    /// What was asked for.
    public let reference: String
    /// Docker's sentence.
    public var description: String { "No such image: \(reference)" }
}
