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
///     images/records/HEX.users             flock: together by who starts from it, alone by who removes it
///     images/names/DOMAIN/PATH/_tags/TAG   the id of the image that has the name
///     images/names/DOMAIN/PATH/_digests/HEX
///     images/incoming/NAME/                what is just being brought, flocked; what is left of it is swept
///     images/lock                          flock: shared by who brings something, alone for who takes something away
///
/// A look-up by name or by a whole id costs two files at most, however many images there are.
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
    private func file(ofNote layer: Digest) -> FilePath { base.appending("layers").appending("\(layer.hex).size") }

    /// What is written down of a layer. Throws `CorruptFile`, `KernelError`.
    func note(of layer: Digest) throws -> LayerNote {
        let lines = try StateFile.text(file(ofNote: layer))?.split(separator: "\n").map(String.init) ?? []
        return LayerNote(
            size: lines.first.flatMap { Int64($0) } ?? 0,
            blobs: Set(lines.dropFirst().compactMap { try? Digest(parsing: $0) }))
    }

    /// Writes it down.
    func write(_ note: LayerNote, of layer: Digest) throws {
        let lines = ["\(note.size)"] + note.blobs.sorted().map(\.description)
        try Files.write(lines.map { $0 + "\n" }.joined(), to: file(ofNote: layer))
    }

    /// Removes a layer with its note; the caller is alone (``clearing()``). A removal that is cut short leaves no half of it
    /// that could be taken for the whole: what is not in its place any more is swept.
    func remove(layer: Digest) throws {
        let gone = incoming.appending(layer.hex)
        try Files.makeDirectory(incoming, mode: 0o700)
        try Files.removeTree(gone)
        if rename(self.layer(layer).string, gone.string) != 0, Errno.current != .noSuchFileOrDirectory {
            throw KernelError.current("remove layer \(layer)")
        }
        try Files.removeTree(file(ofNote: layer))
        try Files.removeTree(gone)
    }

    /// The layers that are there, or of which a note is left.
    func layers() throws -> Set<Digest> {
        Set(
            try Files.names(in: base.appending("layers")).compactMap { name in
                try? Digest(hex: name.hasSuffix(".size") ? String(name.dropLast(5)) : name)
            })
    }

    func file(_ id: Digest) -> FilePath { records.appending("\(id.hex).json") }
    func users(_ id: Digest) -> FilePath { records.appending("\(id.hex).users") }

    // MARK: Finding

    /// The image with this name, id, or beginning of an id. Throws ``NoSuchImage``, `UsageError`, `CorruptFile`.
    public func find(_ text: String) throws -> ImageRecord {
        // A whole id is one file, and never a name: containers are started again by it.
        if let id = try? Digest(parsing: text) {
            guard let found = try record(id) else { throw NoSuchImage(reference: text) }
            return found
        }
        if let reference = try? ImageReference(parsing: text) {
            if let id = try id(of: reference), let found = try record(id) { return found }
            if let found = try byManifest(reference) { return found }
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

    /// The image of a repository that has this manifest, whatever it is called there: every digest that an inspection shows is
    /// a name. Looks at that repository alone.
    private func byManifest(_ reference: ImageReference) throws -> ImageRecord? {
        guard let digest = reference.digest else { return nil }
        let tags = folder(of: reference).appending("_tags")
        for tag in try Files.names(in: tags) {
            guard let text = try StateFile.text(tags.appending(tag)), let id = try? Digest(parsing: text.trimmed),
                let image = try record(id), image.manifest == digest
            else { continue }
            return image
        }
        return nil
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
    func ids() throws -> [Digest] { try digests(endingIn: ".json") }

    func digests(endingIn suffix: String) throws -> [Digest] {
        try Files.names(in: records).compactMap { name in
            name.hasSuffix(suffix) ? try? Digest(hex: String(name.dropLast(suffix.count))) : nil
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

    /// Makes the store's directory, open to root alone: a set-user-id file of a layer is one on the host's disk as well, and
    /// what an image hides from its users lies there (CVE-2021-41091).
    func prepare() throws {
        try Files.makeDirectory(base, mode: 0o700)
        guard chmod(base.string, 0o700) == 0 else { throw KernelError.current("close \(base) to others") }
    }

    /// Held by whoever brings an image: as long as it is, nothing is taken away that no record mentions yet.
    func bringing() throws -> FileLock {
        try prepare()
        let file = base.appending("lock")
        while true {
            if let lock = try FileLock.take(file: file, shared: true) { return lock }
            usleep(5000)
        }
    }

    /// Held by whoever takes something away; nil while somebody brings something.
    func clearing() throws -> FileLock? {
        try prepare()
        return try FileLock.take(file: base.appending("lock"), shared: false)
    }

    /// Writes an image whose layers are there.
    func write(_ record: ImageRecord) throws {
        try Files.makeDirectory(records)
        try JSONFile.write(record, to: file(record.id))
    }

    // MARK: Names

    /// Lets a tag lead to an image; one that led elsewhere leads here from now on. Throws `UsageError` for a name by digest:
    /// an archive that says it has that image proves nothing.
    func name(_ id: Digest, _ reference: ImageReference) throws {
        try reference.checkIsTag()
        try pin(id, reference)
    }

    /// The same for a name under which a registry has given the image, by digest too.
    func pin(_ id: Digest, _ reference: ImageReference) throws {
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
