import CShim

/// The uncompressed bytes of a layer: hashed and counted on their way to who takes the archive apart.
final class LayerStream: ArchiveSource {
    private let reader: ArchiveReader
    private let limits: LayerLimits
    private var hasher = SHA256()
    private var isPadded = false
    private let zeros = UnsafeMutablePointer<UInt8>.allocate(capacity: 512)
    /// The uncompressed bytes so far.
    private(set) var size: Int64 = 0

    /// Throws ``ArchiveError``, or what the source throws; ``LayerError`` when there is nothing to read.
    init(_ reader: ArchiveReader, limits: LayerLimits) throws {
        self.reader = reader
        self.limits = limits
        zeros.initialize(repeating: 0, count: 512)
        guard try reader.next() != nil else { throw LayerError("it is empty") }
    }

    deinit { zeros.deallocate() }

    /// The next bytes, empty at the end. Throws ``ArchiveError``, and ``LayerError`` for what is blown up beyond the limits.
    func nextBlock() throws -> UnsafeRawBufferPointer {
        while let block = try reader.nextBlock() {
            if block.bytes.isEmpty { continue }
            if size == 0, let foreign = ForeignCompression(block.bytes) { throw LayerError(foreign.refusal) }
            size += Int64(block.bytes.count)
            try limits.check(size, from: reader.bytesRead)
            hasher.update(block.bytes)
            return block.bytes
        }
        return padding()
    }

    /// Some writers (umoci's) leave out the zeros behind the last file, which others' readers do not miss. They are no part of
    /// what is hashed.
    private func padding() -> UnsafeRawBufferPointer {
        let missing = isPadded ? 0 : Int((512 - size % 512) % 512)
        isPadded = true
        return UnsafeRawBufferPointer(start: missing == 0 ? nil : zeros, count: missing)
    }

    /// The digest of the bytes so far.
    func digest() -> Digest { hasher.finish() }
}
