import CShim
import Namespaces
import SystemPackage

/// The file that a log grows in, and its rotation: FILE is the live one, FILE.1 the one before, and so on.
///
/// A new file is made beside the others first, the old ones then move up by renames, the highest first, and the new one
/// takes its place last. Wherever that is interrupted, every line is still in exactly one of the files, in their order;
/// a number may be missing then, which the next rotation fills.
struct LogFile: ~Copyable {
    private let path: FilePath
    private let limit: Int
    private let count: Int
    private var file: OwnedDescriptor
    /// How large the live file is, as far as this process knows.
    private(set) var size: Int
    /// Where rotation is tried again after it has failed.
    private var postponed = 0

    /// Opens or creates the file. `limit` bytes are not exceeded, except by a single line that is longer; `count` files are
    /// kept, the live one included.
    init(_ path: FilePath, limit: Int = .max, count: Int = 1) throws(KernelError) {
        self.path = path
        self.limit = limit
        self.count = max(1, count)
        file = try Self.open(path, flags: 0)
        size = Int(lseek(file.rawValue, 0, SEEK_END))
        endLine()
    }

    /// Whether that many more bytes would be too many.
    func isFull(adding more: Int) -> Bool { size + more > limit && size + more > postponed }

    /// Appends bytes. Says how many went out: fewer than all only when the kernel refused the rest, with its reason.
    mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) -> (written: Int, refusal: Errno?) {
        var done = 0
        while done < bytes.count {
            let count = CShim.write(file.rawValue, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            if count < 0 {
                let error = Errno.current
                if error == .interrupted { continue }
                return (done, error)
            }
            // A regular file takes at least one byte or gives a reason.
            guard count > 0 else { return (done, .noSpace) }
            done += count
            size += count
        }
        return (done, nil)
    }

    /// Begins a new file. When that cannot be done the old one goes on growing, and some time later it is tried again.
    mutating func rotate() {
        // Somebody may have truncated the file meanwhile.
        var status = stat()
        if fstat(file.rawValue, &status) == 0, status.st_size < size {
            size = Int(status.st_size)
            return
        }
        let new = "\(path).new"
        do {
            let fresh = try Self.open(FilePath(new), flags: O_TRUNC)
            guard moveUp(), rename(new, path.string) == 0 else { throw KernelError.current("rotate \(path)") }
            file = fresh
            size = 0
            postponed = 0
        } catch {
            unlink(new)
            postponed = size + 65536
        }
    }

    /// Renames FILE to FILE.1, FILE.1 to FILE.2 …, up to the first number that is free, or over the last that is kept.
    private func moveUp() -> Bool {
        var last = 0
        while last < count - 1, access(name(last), F_OK) == 0 { last += 1 }
        for number in stride(from: last, to: 0, by: -1) where rename(name(number - 1), name(number)) != 0 {
            return false
        }
        return true
    }

    private func name(_ number: Int) -> String { number == 0 ? path.string : "\(path).\(number)" }

    /// A line that a crash has cut off must not swallow the next one.
    private mutating func endLine() {
        var last: UInt8 = 10
        guard size > 0, pread(file.rawValue, &last, 1, off_t(size - 1)) == 1, last != 10 else { return }
        let newline: [UInt8] = [10]
        newline.withUnsafeBufferPointer { _ = write($0) }
    }

    /// Owner and group may read it, as Docker's.
    private static func open(_ path: FilePath, flags: CInt) throws(KernelError) -> OwnedDescriptor {
        let number = minirun_open(path.string, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NOCTTY | flags, 0o640)
        guard number >= 0 else { throw KernelError.current("open the log \(path)") }
        return OwnedDescriptor(owning: number)
    }
}
