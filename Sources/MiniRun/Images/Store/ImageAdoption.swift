import CShim
import Namespaces
import SystemPackage

/// Makes images of the store from manifests whose blobs are in the layout: reads and checks the documents, unpacks the
/// layers that are not there yet, writes the records.
///
/// Whoever does this holds ``ImageStore/bringing()``.
struct ImageAdoption {
    let store: ImageStore
    /// Where layers are unpacked before they are kept.
    let incoming: IncomingDirectory
    /// What all of them together may ask for.
    private var limits = LayerLimits()

    /// Adopts into this store.
    init(store: ImageStore, incoming: IncomingDirectory) {
        self.store = store
        self.incoming = incoming
    }

    /// Adopts one. Throws ``ImageError`` for documents that do not fit together, and for a layer that is broken or hostile,
    /// `KernelError`.
    mutating func adopt(manifest digest: Digest) throws -> ImageRecord {
        let parts = try ImageParts(digest, blob: store.blob)
        try parts.checkText()
        var size: Int64 = 0
        for (blob, layer) in zip(parts.blobs, parts.layers) { size += try adopt(blob, as: layer) }
        let record = ImageRecord(
            id: parts.configuration, manifest: digest, layers: parts.layers, size: size,
            blobs: [parts.configuration] + parts.blobs, document: parts.document)
        guard record.json.pretty.utf8.count <= StateFile.limit else {
            throw ImageError(
                "image \(parts.configuration): its configuration is longer than \(StateFile.limit >> 20) MiB")
        }
        try store.write(record)
        return record
    }

    /// Sees to it that a blob's layer is there; returns what it takes, in bytes. A layer that is there already is believed to
    /// be this blob's only once the blob has proven it: whoever knows a layer's digest could have it in an image of his own.
    private mutating func adopt(_ blob: Digest, as layer: Digest) throws -> Int64 {
        let number = minirun_open(store.blob(blob).string, O_RDONLY | O_NOFOLLOW, 0)
        guard number >= 0 else {
            throw ImageError("the layer \(blob) is missing (\(KernelError.words(.current)))")
        }
        let file = OwnedDescriptor(owning: number)
        var note = try store.note(of: layer)
        if access(store.layer(layer).string, F_OK) == 0 {
            if note.blobs.contains(blob) { return note.size }
            try check(blob, file.rawValue, is: layer)
        } else {
            note = LayerNote(size: try unpack(blob, file.rawValue, as: layer))
        }
        note.blobs.insert(blob)
        try store.write(note, of: layer)
        return note.size
    }

    private mutating func unpack(_ blob: Digest, _ file: CInt, as layer: Digest) throws -> Int64 {
        let place = store.layer(layer)
        try Files.makeDirectory(place.removingLastComponent())
        let tree = incoming.path.appending("layer")
        defer { try? Files.removeTree(tree) }
        let unpacked = try Self.naming(blob) { try LayerUnpacker(limits: limits).unpack(file, to: tree) }
        limits.spend(read: Self.size(of: file), size: unpacked.size)
        try Self.check(unpacked.diffID, of: blob, is: layer)
        if unpacked.keptOwners > 0 {
            StandardError.write(
                "minirun: layer \(layer.short): \(unpacked.keptOwners) files belong to its unpacker, for nobody here can give "
                    + "them to the users that the archive names\n")
        }
        // Somebody else may have been quicker; both trees are the same.
        if rename(tree.string, place.string) != 0, Errno.current != .directoryNotEmpty, Errno.current != .fileExists {
            throw KernelError.current("keep layer \(layer)")
        }
        return unpacked.contentSize
    }

    private mutating func check(_ blob: Digest, _ file: CInt, is layer: Digest) throws {
        let (digest, size) = try Self.naming(blob) {
            let stream = try LayerStream(ArchiveReader(file, form: .bytes), limits: limits)
            while try !stream.nextBlock().isEmpty {}
            return (stream.digest(), stream.size)
        }
        limits.spend(read: Self.size(of: file), size: size)
        try Self.check(digest, of: blob, is: layer)
    }

    private static func check(_ found: Digest, of blob: Digest, is layer: Digest) throws(ImageError) {
        guard found == layer else {
            throw ImageError("layer \(blob): uncompressed it is \(found), and not \(layer) as its image says")
        }
    }

    /// Says in front of a refusal whose it is.
    private static func naming<Value>(_ blob: Digest, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as LayerError {
            throw ImageError("layer \(blob): \(error.entry == nil ? error.reason : error.description)")
        } catch let error as ArchiveError { throw ImageError("layer \(blob): \(error)") }
    }

    private static func size(of file: CInt) -> Int64 {
        var status = stat()
        return fstat(file, &status) == 0 ? Int64(status.st_size) : 0
    }
}

/// What is known of an unpacked layer: `HEX.size`, a line with its size and one for each blob that has proven to be it.
struct LayerNote {
    /// What it takes, in bytes.
    var size: Int64 = 0
    /// The blobs.
    var blobs: Set<Digest> = []
}
