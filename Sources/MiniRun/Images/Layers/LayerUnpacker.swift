import CShim
import Namespaces
import SystemPackage

/// Unpacks one layer of an image (a tar archive: plain, gzip or zstd) into a directory that overlayfs takes as a lower one.
///
/// A layer is whatever somebody has put into a registry. So nothing is resolved by a path from the outside: every directory
/// is opened from the top of the layer by openat2(2), which follows no symbolic link and leaves neither the tree nor its
/// mount, and files are made in it by single names. libarchive's own writer is not used, for it works by the paths of the
/// calling process. What overlayfs itself understands cannot be smuggled in: its attributes are left out and device files
/// refused (passed over in /dev), but for the whiteouts that are made here.
///
/// Owners. As root every file gets the archive's numbers. Who may not give files away (no root, or a user namespace that
/// does not know the number) keeps them, as tar does it; setuid and setgid go then, for they would lend out another's rights
/// than the ones that were meant. ``UnpackedLayer/keptOwners`` says how many there were.
public struct LayerUnpacker: Sendable {
    /// Where patience ends.
    public var limits: LayerLimits

    /// An unpacker with these limits.
    public init(limits: LayerLimits = LayerLimits()) { self.limits = limits }

    /// Unpacks what a descriptor gives from where it stands to its end. The descriptor stays the caller's; a pipe will do.
    ///
    /// `directory` must not be there yet. It has mode 0700 until all is in it, so nobody meets a half-made setuid file; its
    /// contents are not synced to the disk. After any failure it is gone. Throws ``LayerError``.
    public func unpack(_ descriptor: CInt, to directory: FilePath) throws -> UnpackedLayer {
        try unpack(to: directory) { try ArchiveReader(descriptor, form: .bytes) }
    }

    /// Unpacks what a source gives, likewise; it is asked on another thread. Throws ``LayerError``, or what the source throws.
    public func unpack(_ source: some ArchiveSource, to directory: FilePath) throws -> UnpackedLayer {
        try unpack(to: directory) { try ArchiveReader(source, form: .bytes) }
    }

    private func unpack(to directory: FilePath, from open: () throws -> ArchiveReader) throws -> UnpackedLayer {
        let tree = try LayerTree(making: directory, limits: limits)
        do {
            do {
                return try unpack(LayerStream(open(), limits: limits), into: tree)
            } catch let error as ArchiveError {
                throw LayerError(error.description)
            }
        } catch {
            try? Files.removeTree(directory)
            throw error
        }
    }

    private func unpack(_ stream: LayerStream, into tree: LayerTree) throws -> UnpackedLayer {
        let ahead = try ReadAhead(stream)
        defer { ahead.stop() }
        let reader = try ArchiveReader(ahead, form: .plainTar)
        var last: [UInt8]?
        var count = 0
        do {
            while let entry = try reader.next() {
                last = entry.path
                count += 1
                guard count <= limits.entries else { throw LayerError("there are more than \(limits.entries) entries") }
                guard entry.size <= limits.fileSize else {
                    throw LayerError("it claims \(entry.size) bytes, more than a file can have")
                }
                try tree.add(entry, at: EntryPath(entry.path, depth: limits.depth), from: reader)
            }
            last = nil
            try tree.finish()
            // The digest is that of the whole stream, which may go on behind the end of the archive.
            while try !ahead.nextBlock().isEmpty {}
            ahead.stop()
        } catch let error as LayerError {
            throw last.map(error.of) ?? error
        } catch let error as ArchiveError {
            // Behind the last good entry, or in its content.
            throw last.map(LayerError(error.description).of) ?? LayerError(error.description)
        }
        return UnpackedLayer(
            diffID: stream.digest(), size: stream.size, contentSize: tree.contentSize, entries: count,
            keptOwners: tree.keptOwners)
    }
}

/// What has come out of a layer.
public struct UnpackedLayer: Sendable, Equatable {
    /// The digest of the uncompressed archive, which the image's configuration lists in `rootfs.diff_ids`.
    public let diffID: Digest
    /// The bytes of the uncompressed archive.
    public let size: Int64
    /// The bytes of the files in it, without holes.
    public let contentSize: Int64
    /// The archive's entries, whiteouts among them.
    public let entries: Int
    /// Files that belong to the caller because the archive's owner could not be set.
    public let keptOwners: Int
}
