import CShim
import Namespaces
import SystemPackage

/// A file of lines that may still grow, read from some place in it to where it ends at the moment, as often as one likes.
final class LineFile {
    /// What stays the same of a file when it is renamed.
    struct Identity: Equatable {
        let device: dev_t
        let node: ino_t

        init(_ status: stat) {
            device = status.st_dev
            node = status.st_ino
        }
    }

    /// Longer ones are passed over; a log's are below 100 KiB.
    private static let longest = 1 << 20
    private static let block = 65536

    let identity: Identity
    /// When it was last written to, as of its opening.
    let modified: Timestamp
    /// How long it was when it was opened.
    let sizeAtOpening: Int
    private let file: OwnedDescriptor
    /// Where to read on.
    private var offset = 0
    /// What has been read of a line that has not ended.
    private var buffer = ByteBuffer(capacity: 0)

    /// Opens a file; nil when there is none. Throws `CorruptFile` when it is no plain file, and `KernelError`.
    init?(_ path: FilePath) throws {
        let number = minirun_open(path.string, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY, 0)
        guard number >= 0 else {
            let error = Errno.current
            if error == .noSuchFileOrDirectory { return nil }
            throw KernelError("read \(path)", error)
        }
        file = OwnedDescriptor(owning: number)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG) else {
            throw CorruptFile(path: path, reason: "it is not a plain file")
        }
        identity = Identity(status)
        modified = Timestamp(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
        sizeAtOpening = Int(status.st_size)
    }

    /// Gives out the lines that have ended, without their newlines, up to the file's present end or `end`. Stops when
    /// `body` says false, and then says so itself.
    func readLines(upTo end: Int = .max, _ body: (UnsafeBufferPointer<UInt8>) throws -> Bool) rethrows -> Bool {
        while true {
            guard try giveOut(body) else { return false }
            if buffer.count > Self.longest { buffer.truncate(to: 0) }
            let room = min(Self.block, end - offset)
            guard room > 0 else { return true }
            let got = buffer.append(upTo: room) { pread(file.rawValue, $0.baseAddress, room, off_t(offset)) }
            if got > 0 {
                offset += got
            } else if !isTruncated() {
                return true
            }
        }
    }

    /// Gives out what there is of a last line that has not ended, when it is not going to.
    func finish(_ body: (UnsafeBufferPointer<UInt8>) throws -> Bool) rethrows -> Bool {
        defer { buffer.truncate(to: 0) }
        return buffer.isEmpty ? true : try body(buffer.bytes)
    }

    /// Goes to where the last `count` lines begin, backwards from the end. Says how many there are, which may be fewer.
    func skip(toLast count: Int) -> Int {
        var found = 0
        var position = sizeAtOpening
        var block = ByteBuffer(capacity: Self.block)
        while position > 0 {
            let length = min(Self.block, position)
            position -= length
            block.truncate(to: 0)
            let got = block.append(upTo: length) { pread(file.rawValue, $0.baseAddress, length, off_t(position)) }
            guard got == length, let base = block.bytes.baseAddress else { break }
            var end = length
            while let newline = memrchr(base, 10, end) {
                end = UnsafeRawPointer(base).distance(to: newline)
                found += 1
                if found > count {
                    offset = position + end + 1
                    return count
                }
            }
        }
        return found
    }

    /// Goes to the end: nothing of what was there at the opening will be read.
    func skipToEnd() { offset = sizeAtOpening }

    private func giveOut(_ body: (UnsafeBufferPointer<UInt8>) throws -> Bool) rethrows -> Bool {
        var done = 0
        defer { buffer.removeFirst(done) }
        while true {
            let rest = UnsafeBufferPointer(rebasing: buffer.bytes[done...])
            guard let start = rest.baseAddress, let newline = memchr(start, 10, rest.count) else { return true }
            let length = UnsafeRawPointer(start).distance(to: newline)
            done += length + 1
            guard try body(UnsafeBufferPointer(rebasing: rest[..<length])) else { return false }
        }
    }

    /// Whether somebody has emptied the file meanwhile; it is then read from its beginning.
    private func isTruncated() -> Bool {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0, status.st_size < offset else { return false }
        offset = 0
        buffer.truncate(to: 0)
        return true
    }
}
