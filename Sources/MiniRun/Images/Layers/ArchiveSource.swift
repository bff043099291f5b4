/// Gives the bytes of an archive piece by piece, in order.
public protocol ArchiveSource: AnyObject {
    /// The next bytes, empty at the end. They have to stay where they are until the next call. What it throws is what the
    /// reader's user gets.
    func nextBlock() throws -> UnsafeRawBufferPointer
}

/// The content of the entry that a reader stands at, as an archive of its own: a layer in the archive of `docker save`.
public final class EntrySource: ArchiveSource {
    private let reader: ArchiveReader
    private var position: Int64 = 0

    /// Reads on from where `reader` stands; nobody else may read it meanwhile.
    public init(_ reader: ArchiveReader) { self.reader = reader }

    /// The next bytes. Throws ``ArchiveError``; an entry with holes is refused.
    public func nextBlock() throws -> UnsafeRawBufferPointer {
        while let block = try reader.nextBlock() {
            guard block.offset == position else { throw ArchiveError("it has holes, where an archive is expected") }
            position += Int64(block.bytes.count)
            if !block.bytes.isEmpty { return block.bytes }
        }
        return UnsafeRawBufferPointer(start: nil, count: 0)
    }
}
