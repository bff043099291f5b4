import CShim
import Namespaces
import SystemPackage

/// The lock on a lease directory, and the numbers kept in it: a line for each pool, `172.26.0.0/16 3`.
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

    /// The lock on a directory that is in use; nil for one where nobody has taken anything yet, which is left alone.
    static func existing(_ directory: FilePath) throws(KernelError) -> LeaseDirectoryLock? {
        access(directory.appending(name).string, F_OK) == 0 ? try LeaseDirectoryLock(directory) : nil
    }

    /// Where the search in a pool begins; without a number at the beginning.
    func next(in pool: IPPrefix) -> UInt64 { offsets().first { $0.pool == pool }?.offset ?? 0 }

    func setNext(_ offset: UInt64, in pool: IPPrefix) throws(KernelError) {
        let others = offsets().filter { $0.pool != pool }
        let text = ([(pool, offset)] + others).map { "\($0.0) \($0.1)\n" }.joined()
        guard pwrite(file.descriptor, text, text.utf8.count, 0) >= 0,
            ftruncate(file.descriptor, off_t(text.utf8.count)) == 0
        else { throw KernelError.current("write \(path)") }
    }

    /// What cannot be read is left out, and dropped by the next writer.
    private func offsets() -> [(pool: IPPrefix, offset: UInt64)] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(file.descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes[..<max(0, count)], as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 2, let pool = IPPrefix(String(words[0])), let offset = UInt64(words[1]) else {
                return nil
            }
            return (pool, offset)
        }
    }
}
