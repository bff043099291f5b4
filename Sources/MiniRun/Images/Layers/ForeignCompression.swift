/// A compression that images must not have (image-spec, layer.md, names gzip and zstd) and that is not read here, known by
/// the first bytes.
enum ForeignCompression: String, CaseIterable {
    case xz, bzip2, lz4, lzip

    /// Nil for anything else, and for fewer bytes than it takes to know.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var head = Array(bytes.prefix(10))
        // The digit behind "BZh" is the block size.
        if head.count > 3, head.starts(with: "BZh".utf8) { head[3] = UInt8(ascii: "9") }
        guard let found = Self.allCases.first(where: { head.starts(with: $0.magic) }) else { return nil }
        self = found
    }

    /// What is wrong, and what to do.
    var refusal: String { "it is compressed by \(rawValue), and only gzip and zstd are read: decompress it first" }

    private var magic: [UInt8] {
        switch self {
        case .xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]
        // With pi behind the digit; less could be a file's name, with which an archive begins.
        case .bzip2: Array("BZh91AY&SY".utf8)
        case .lz4: [0x04, 0x22, 0x4d, 0x18]
        case .lzip: Array("LZIP".utf8) + [1]
        }
    }
}

/// An archive's bytes, of which the first must not be those of a foreign compression; from a pipe as well.
final class KnownCompression: ArchiveSource {
    private let source: any ArchiveSource
    private var isKnown = false

    init(_ source: some ArchiveSource) { self.source = source }

    /// Throws what the source throws, and ``ImageError`` for the first bytes.
    func nextBlock() throws -> UnsafeRawBufferPointer {
        let block = try source.nextBlock()
        if !isKnown, let foreign = ForeignCompression(block) { throw ImageError(foreign.refusal) }
        isKnown = true
        return block
    }
}
