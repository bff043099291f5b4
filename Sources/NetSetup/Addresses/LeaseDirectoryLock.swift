import CShim
import Namespaces
import SystemPackage

/// The lock on a lease directory, and the number kept in it.
final class LeaseDirectoryLock {
    static let name = ".next"
    private let file: FileLock
    private let path: FilePath

    /// Waits for the lock; a directory that is missing is made.
    init(_ directory: FilePath) throws(KernelError) {
        path = directory.appending(Self.name)
        do {
            file = try FileLock.enter(path)
        } catch  where error.errno == .noSuchFileOrDirectory {
            try Files.makeDirectory(directory)
            file = try FileLock.enter(path)
        }
    }

    /// Where the search begins; a file without a number means at the beginning.
    func next() -> UInt64 {
        var bytes = [UInt8](repeating: 0, count: 24)
        let count = pread(file.descriptor, &bytes, bytes.count, 0)
        return UInt64(String(decoding: bytes[..<max(0, count)], as: UTF8.self).trimmed) ?? 0
    }

    func setNext(_ offset: UInt64) throws(KernelError) {
        let line = "\(offset)\n"
        guard pwrite(file.descriptor, line, line.utf8.count, 0) >= 0,
            ftruncate(file.descriptor, off_t(line.utf8.count)) == 0
        else { throw KernelError.current("write \(path)") }
    }
}
