import CShim
import Namespaces
import SystemPackage

/// Puts blobs into the store's layout under their digests: written beside it first, and kept by a rename.
struct LayoutWriter {
    let store: ImageStore
    let incoming: IncomingDirectory

    /// A blob that is in the layout.
    typealias Blob = (digest: Digest, size: Int64)

    /// Writes the pieces that `next` gives until it gives none. `isWanted` looks at what has come before it is kept, and
    /// throws for what is not wanted. Throws `KernelError`, and what the two throw.
    func keep(
        _ next: () throws -> UnsafeRawBufferPointer?, isWanted: (Digest) throws -> Void = { _ in }
    ) throws -> Blob {
        let path = incoming.path.appending("blob")
        let number = minirun_open(path.string, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard number >= 0 else { throw KernelError.current("write \(path)") }
        let file = OwnedDescriptor(owning: number)
        var hash = SHA256()
        var size: Int64 = 0
        while let piece = try next() {
            hash.update(piece)
            try Files.write(piece, to: file, path)
            size += Int64(piece.count)
        }
        let digest = hash.finish()
        try isWanted(digest)
        let place = store.blob(digest)
        try Files.makeDirectory(place.removingLastComponent())
        guard rename(path.string, place.string) == 0 else { throw KernelError.current("keep blob \(digest)") }
        return (digest, size)
    }

    /// Copies what a descriptor gives to its end; `name` is for errors. Throws likewise.
    func keep(
        _ descriptor: CInt, called name: String, isWanted: (Digest) throws -> Void = { _ in }
    ) throws -> Blob {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        return try keep(
            {
                while true {
                    let count = read(descriptor, buffer.baseAddress, buffer.count)
                    if count > 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
                    if count == 0 { return nil }
                    let error = Errno.current
                    if error != .interrupted { throw KernelError("read \(name)", error) }
                }
            }, isWanted: isWanted)
    }

    /// Writes a document of our own making. Throws `KernelError`.
    func keep(_ document: JSONValue) throws -> Blob {
        let bytes = Array(document.compact.utf8)
        return try bytes.withUnsafeBytes { bytes in
            var pieces = [bytes]
            return try keep { pieces.popLast() }
        }
    }

    /// Writes the manifest of an image (image-spec, manifest.md) whose layers are plain or compressed archives: which, is found
    /// out when they are unpacked. Returns its digest. Throws `KernelError`.
    func keepManifest(configuration: Blob, layers: [Blob]) throws -> Digest {
        func descriptor(_ kind: String, _ blob: Blob) -> JSONValue {
            [
                "mediaType": .string("application/vnd.oci.image.\(kind)"), "digest": .string("\(blob.digest)"),
                "size": .integer(blob.size),
            ]
        }
        return try keep([
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": descriptor("config.v1+json", configuration),
            "layers": .array(layers.map { descriptor("layer.v1.tar", $0) }),
        ]).digest
    }
}
