import CShim
import Namespaces
import SystemPackage

/// Makes the documents of an image of one layer: a root file system that somebody has built by other means.
struct ImageImporter {
    let layout: LayoutWriter

    /// Copies the archive into the layout, or packs the directory, and writes configuration and manifest. Returns the
    /// manifest's digest. Throws ``ImageError``.
    func image(from source: String, _ config: JSONValue, message: String) throws -> Digest {
        let layer = try layer(source)
        let now = Timestamp.now.rfc3339
        let diffID: Digest
        do { diffID = try uncompressed(layer.digest) } catch let error as LayerError {
            throw ImageError("import \(source): \(error.reason)")
        } catch { throw ImageError("import \(source): \(error)") }
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

    /// Copies an archive into the layout, `-` is standard input; a directory is packed by tar(1) on its way there.
    private func layer(_ source: String) throws -> LayoutWriter.Blob {
        var status = stat()
        guard source == "-" || stat(source, &status) == 0 else {
            throw ImageError("open \(source): \(KernelError.words(.current))")
        }
        guard source != "-", status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR) else {
            return try Images.reading(source == "-" ? nil : source) { try layout.keep($0, called: source) }
        }
        let packed = try Command.pour([
            "tar", "--create", "--file", "-", "--directory", source, "--xattrs", "--numeric-owner", "--one-file-system",
            "--sort=name", ".",
        ]) { try layout.keep($0, called: "tar") }
        guard packed.status == 0 else { throw ImageError("pack \(source): \(packed.errors)") }
        return packed.result
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
