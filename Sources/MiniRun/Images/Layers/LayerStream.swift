import CShim

/// The uncompressed bytes of a layer: hashed and counted on their way to who takes the archive apart.
final class LayerStream: ArchiveSource {
    private let reader: ArchiveReader
    private let limits: LayerLimits
    private var hasher = SHA256()
    /// The uncompressed bytes so far.
    private(set) var size: Int64 = 0
    /// The bytes so far as they came.
    var bytesRead: Int64 { reader.bytesRead }

    /// Throws ``ArchiveError``, or what the source throws; ``LayerError`` when there is nothing to read.
    init(_ reader: ArchiveReader, limits: LayerLimits) throws {
        self.reader = reader
        self.limits = limits
        guard try reader.next() != nil else { throw LayerError("it is empty") }
    }

    /// The next bytes, empty at the end. Throws ``ArchiveError``, and ``LayerError`` for what is blown up beyond the limits.
    func nextBlock() throws -> UnsafeRawBufferPointer {
        while let block = try reader.nextBlock() {
            if block.bytes.isEmpty { continue }
            size += Int64(block.bytes.count)
            let read = reader.bytesRead
            guard size <= limits.freeBytes || size / limits.ratio <= read else {
                throw LayerError("it is a bomb: \(read) compressed bytes have become \(size)")
            }
            hasher.update(block.bytes)
            return block.bytes
        }
        return UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// The digest of the bytes so far.
    func digest() -> Digest { hasher.finish() }
}
