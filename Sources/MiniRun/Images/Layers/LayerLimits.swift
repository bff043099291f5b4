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

    /// The limits that hold for everybody.
    public init() {}
}
