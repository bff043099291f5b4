/// How much of a disk and of our time a layer may ask for. No honest layer comes near.
public struct LayerLimits: Sendable, Equatable {
    /// Up to so many uncompressed bytes any ratio is fine.
    public var freeBytes: Int64 = 1 << 30
    /// Beyond `freeBytes`, so many uncompressed bytes for a compressed one. gzip gets to 1030, zstd to 20000, file systems of
    /// programs to 5.
    public var ratio: Int64 = 200
    /// Entries of the archive.
    public var entries = 2_000_000
    /// A single file, with its holes: 16 TiB, the most that ext4 holds. Not less, for the lastlog of a host with large user
    /// numbers has more than one.
    public var fileSize: Int64 = 16 << 40
    /// Directories above one another.
    public var depth = 256
    /// The paths of all directories together, in bytes: they are remembered to the end. A distribution has 5 MiB.
    public var names = 64 << 20
    /// What layers before this one, of the same image or archive, have had already, compressed and uncompressed, in bytes.
    private var spentRead: Int64 = 0
    private var spentSize: Int64 = 0

    /// The limits that hold for everybody.
    public init() {}

    /// Counts a layer for those that follow: many that are within their limits can be a bomb together.
    mutating func spend(read: Int64, size: Int64) {
        spentRead += read
        spentSize += size
    }

    /// Throws ``LayerError`` when so many bytes are too many to have come out of so many compressed ones.
    func check(_ size: Int64, from read: Int64) throws(LayerError) {
        let (read, size) = (read + spentRead, size + spentSize)
        guard size <= freeBytes || size / ratio <= read else {
            throw LayerError("it is a bomb: \(read) compressed bytes have become \(size)")
        }
    }
}
