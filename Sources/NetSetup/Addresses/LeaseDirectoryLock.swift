import CShim
import Namespaces
import SystemPackage

/// The lock on a lease directory, and the number kept in it.
final class LeaseDirectoryLock {
    static let name = ".next"
    private let file: OwnedDescriptor
    private let path: FilePath

    init(_ directory: FilePath) throws(KernelError) {
        path = directory.appending(Self.name)
        file = try Self.lock(path, in: directory)
    }

    private static func lock(_ path: FilePath, in directory: FilePath) throws(KernelError) -> OwnedDescriptor {
        let file = OwnedDescriptor(owning: try open(path, in: directory))
        while flock(file.rawValue, LOCK_EX) != 0 {
            let error = Errno.current
            if error != .interrupted { throw KernelError("lock \(path)", error) }
        }
        return file
    }

    /// Where the search begins; a file without a number means at the beginning.
    func next() -> UInt64 {
        var bytes = [UInt8](repeating: 0, count: 24)
        let count = pread(file.rawValue, &bytes, bytes.count, 0)
        return UInt64(String(decoding: bytes[..<max(0, count)], as: UTF8.self).trimmed) ?? 0
    }

    func setNext(_ offset: UInt64) throws(KernelError) {
        let line = "\(offset)\n"
        guard pwrite(file.rawValue, line, line.utf8.count, 0) >= 0,
            ftruncate(file.rawValue, off_t(line.utf8.count)) == 0
        else { throw KernelError.current("write \(path)") }
    }

    private static func open(_ path: FilePath, in directory: FilePath) throws(KernelError) -> CInt {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW
        var number = minirun_open(path.string, flags, 0o644)
        if number < 0, Errno.current == .noSuchFileOrDirectory {
            try makeDirectory(directory)
            number = minirun_open(path.string, flags, 0o644)
        }
        guard number >= 0 else { throw KernelError.current("open \(path)") }
        return number
    }

    private static func makeDirectory(_ path: FilePath) throws(KernelError) {
        if mkdir(path.string, 0o755) == 0 { return }
        let error = Errno.current
        if error == .fileExists { return }
        guard error == .noSuchFileOrDirectory, !path.removingLastComponent().isEmpty else {
            throw KernelError("create directory \(path)", error)
        }
        try makeDirectory(path.removingLastComponent())
        try makeDirectory(path)
    }
}
