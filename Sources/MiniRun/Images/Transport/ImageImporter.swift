import CShim
import Namespaces
import SystemPackage

/// Makes the documents of an image of one layer: a root file system that somebody has built by other means.
struct ImageImporter {
    let layout: LayoutWriter

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
        return try layout.keepManifest(configuration: layout.keep(configuration), layers: [layer])
    }

    /// The archive's path, nil for standard input; a directory is packed by tar(1) first.
    private func archive(_ source: String) throws -> String? {
        if source == "-" { return nil }
        var status = stat()
        guard stat(source, &status) == 0 else { throw ImageError("open \(source): \(KernelError.words(.current))") }
        guard status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR) else { return source }
        let packed = layout.incoming.path.appending("packed.tar").string
        let (code, words) = try Command.run([
            "tar", "--create", "--file", packed, "--directory", source, "--xattrs", "--numeric-owner",
            "--one-file-system", "--sort=name", ".",
        ])
        guard code == 0 else { throw ImageError("pack \(source): \(words)") }
        return packed
    }

    /// Copies the bytes into the layout.
    private func keep(_ descriptor: CInt, _ source: String) throws -> LayoutWriter.Blob {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        return try layout.keep {
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count > 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
                if count == 0 { return nil }
                let error = Errno.current
                if error != .interrupted { throw KernelError("read \(source)", error) }
            }
        }
    }

    /// The digest of the archive without its compression; what is in it is looked at when the image is adopted.
    private func uncompressed(_ digest: Digest) throws -> Digest {
        let number = minirun_open(layout.store.blob(digest).string, O_RDONLY, 0)
        guard number >= 0 else { throw KernelError.current("read blob \(digest)") }
        let file = OwnedDescriptor(owning: number)
        let stream = try LayerStream(ArchiveReader(file.rawValue, form: .bytes), limits: LayerLimits())
        while try !stream.nextBlock().isEmpty {}
        return stream.digest()
    }
}
