import CShim
import Namespaces
import SystemPackage

/// Makes the documents of an image of one layer: a root file system that somebody has built by other means.
struct ImageImporter {
    let store: ImageStore
    let incoming: IncomingDirectory

    /// Copies the archive into the layout, or packs the directory, and writes configuration and manifest. Returns the
    /// manifest's digest. Throws ``ImageError``.
    func image(from source: String, _ config: JSONValue, message: String) throws -> Digest {
        let layer = try Images.reading(try archive(source)) { try keep($0, source) }
        let now = Timestamp.now.rfc3339
        let diffID: Digest
        do { diffID = try uncompressed(layer.digest) } catch { throw ImageError("import \(source): \(error)") }
        let configuration: JSONValue = [
            "architecture": .string(Platform.own.architecture), "os": .string(Platform.own.system),
            "created": .string(now), "config": config,
            "rootfs": ["type": "layers", "diff_ids": [.string("\(diffID)")]],
            "history": [
                ["created": .string(now), "comment": .string(message.isEmpty ? "Imported from \(source)" : message)]
            ],
        ]
        let loader = ArchiveLoader(store: store, incoming: incoming)
        let id = try loader.keep(configuration)
        return try loader.keep([
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": [
                "mediaType": "application/vnd.oci.image.config.v1+json", "digest": .string("\(id)"),
                "size": .integer(Int64(configuration.compact.utf8.count)),
            ],
            "layers": [
                [
                    "mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": .string("\(layer.digest)"),
                    "size": .integer(layer.size),
                ]
            ],
        ])
    }

    /// The archive's path, nil for standard input; a directory is packed by tar(1) first.
    private func archive(_ source: String) throws -> String? {
        if source == "-" { return nil }
        var status = stat()
        guard stat(source, &status) == 0 else { throw ImageError("open \(source): \(KernelError.words(.current))") }
        guard status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR) else { return source }
        let packed = incoming.path.appending("packed.tar").string
        let (code, words) = try Command.run([
            "tar", "--create", "--file", packed, "--directory", source, "--xattrs", "--numeric-owner",
            "--one-file-system", "--sort=name", ".",
        ])
        guard code == 0 else { throw ImageError("pack \(source): \(words)") }
        return packed
    }

    /// Copies the bytes into the layout under their digest.
    private func keep(_ descriptor: CInt, _ source: String) throws -> (digest: Digest, size: Int64) {
        let path = incoming.path.appending("blob")
        let number = minirun_open(path.string, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard number >= 0 else { throw KernelError.current("write \(path)") }
        let file = OwnedDescriptor(owning: number)
        var hash = SHA256()
        var size: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 {
                let error = Errno.current
                if error == .interrupted { continue }
                throw KernelError("read \(source)", error)
            }
            guard count > 0 else { break }
            try buffer.withUnsafeBytes { bytes throws in
                let piece = UnsafeRawBufferPointer(rebasing: bytes[..<count])
                hash.update(piece)
                try BlobFile.write(piece, to: file.rawValue, path)
            }
            size += Int64(count)
        }
        let digest = hash.finish()
        let place = store.blob(digest)
        try Files.makeDirectory(place.removingLastComponent())
        guard rename(path.string, place.string) == 0 else { throw KernelError.current("keep blob \(digest)") }
        return (digest, size)
    }

    /// The digest of the archive without its compression.
    private func uncompressed(_ digest: Digest) throws -> Digest {
        let number = minirun_open(store.blob(digest).string, O_RDONLY, 0)
        guard number >= 0 else { throw KernelError.current("read blob \(digest)") }
        let file = OwnedDescriptor(owning: number)
        let tree = incoming.path.appending("probe")
        defer { try? Files.removeTree(tree) }
        return try LayerUnpacker().unpack(file.rawValue, to: tree).diffID
    }
}
