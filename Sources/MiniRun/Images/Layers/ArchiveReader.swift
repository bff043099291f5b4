import CShim
import Namespaces

/// Reads a tar archive (ustar, pax, GNU) front to back, never back, so a pipe will do; finds out by itself how it is
/// compressed (not at all, gzip, zstd). Memory does not grow with the archive.
///
/// Names are the bytes that the archive has. libarchive converts them into the locale's characters and, where that fails,
/// gives them as they are; nobody calls setlocale(3) here, so in the C locale all that is not ASCII takes that second way.
public final class ArchiveReader {
    private let archive: OpaquePointer
    /// What the callback works on, and what it threw.
    private let feed: Feed

    /// A piece of a file: where it belongs, and bytes that stay valid until the reader's next call.
    public typealias Block = (offset: Int64, bytes: UnsafeRawBufferPointer)

    /// What the stream is taken for.
    enum Form {
        /// A tar archive, compressed or not.
        case compressedTar
        /// A tar archive that is not compressed.
        case plainTar
        /// Anything, compressed or not: one entry, which is the uncompressed bytes.
        case bytes
    }

    /// Reads from a descriptor, which stays the caller's; the reader takes a copy, but what is read is read for both. Throws
    /// ``ArchiveError``.
    public convenience init(_ descriptor: CInt) throws {
        try self.init(descriptor, form: .compressedTar)
    }

    /// Reads from a source. Throws ``ArchiveError``, or what the source throws.
    public convenience init(_ source: some ArchiveSource) throws {
        try self.init(source, form: .compressedTar)
    }

    convenience init(_ descriptor: CInt, form: Form) throws { try self.init(DescriptorSource(descriptor), form: form) }

    init(_ source: some ArchiveSource, form: Form) throws {
        let feed = Feed(source)
        self.feed = feed
        archive = try Self.make(form)
        let context = Unmanaged.passUnretained(feed).toOpaque()
        let read:
            @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int =
                { _, context, start in
                    guard let context, let start else { return Int(ARCHIVE_FATAL) }
                    return Unmanaged<Feed>.fromOpaque(context).takeUnretainedValue().give(start)
                }
        guard archive_read_open2(archive, context, nil, read, nil, nil) == ARCHIVE_OK else { throw failure() }
    }

    deinit { archive_read_free(archive) }

    /// The next entry, nil at the end; what the last one still had to give is passed over. Throws ``ArchiveError``, or what
    /// the source throws.
    public func next() throws -> ArchiveEntry? {
        var entry: OpaquePointer?
        switch archive_read_next_header(archive, &entry) {
        case ARCHIVE_OK: break
        case ARCHIVE_EOF: return nil
        case ARCHIVE_WARN where saysNameIsNoText: break
        default: throw failure()
        }
        return entry.map(ArchiveEntry.init)
    }

    /// The next piece of the entry's content, nil at its end; between pieces there may be holes. Throws as ``next()`` does.
    public func nextBlock() throws -> Block? {
        var start: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        switch archive_read_data_block(archive, &start, &count, &offset) {
        case ARCHIVE_OK: return (offset, UnsafeRawBufferPointer(start: start, count: count))
        case ARCHIVE_EOF: return nil
        default: throw failure()
        }
    }

    /// The entry's whole content, for a small file such as a manifest. Throws as ``next()`` does, and for one that is longer
    /// than `limit` bytes.
    public func content(limit: Int) throws -> [UInt8] {
        var content: [UInt8] = []
        while let block = try nextBlock() {
            let end = block.offset.addingReportingOverflow(Int64(block.bytes.count))
            guard !end.overflow, end.partialValue <= Int64(limit), block.offset >= Int64(content.count) else {
                throw ArchiveError("it is longer than \(limit) bytes")
            }
            content += repeatElement(0, count: Int(block.offset) - content.count)
            content += block.bytes
        }
        return content
    }

    /// The bytes that were taken from the descriptor or source so far.
    public var bytesRead: Int64 { archive_filter_bytes(archive, -1) }

    /// A name that is not ASCII is no reason to stop; any other warning is: what libarchive passes over, another reader
    /// might not.
    private var saysNameIsNoText: Bool {
        archive_error_string(archive).map { strstr($0, "can't be converted") != nil } ?? false
    }

    private func failure() -> any Error { feed.error ?? ArchiveError(of: archive) }

    /// The formats are named one by one: what is named is linked into the program.
    private static func make(_ form: Form) throws(ArchiveError) -> OpaquePointer {
        guard let archive = archive_read_new() else { throw ArchiveError("no memory") }
        if form != .plainTar {
            archive_read_support_filter_gzip(archive)
            archive_read_support_filter_zstd(archive)
        }
        if form == .bytes {
            archive_read_support_format_raw(archive)
            archive_read_support_format_empty(archive)
        } else {
            archive_read_support_format_tar(archive)
        }
        return archive
    }

    /// What the read callback works on.
    private final class Feed {
        let source: any ArchiveSource
        var error: (any Error)?

        init(_ source: any ArchiveSource) { self.source = source }

        func give(_ start: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
            do {
                let block = try source.nextBlock()
                start.pointee = block.baseAddress
                return block.count
            } catch {
                self.error = error
                return Int(ARCHIVE_FATAL)
            }
        }
    }
}
