import CShim
import Namespaces
import SystemPackage

/// A file of the store as it is read: plain and of a sensible size, whatever somebody may have put in its place.
enum StateFile {
    /// The most that is read, in bytes.
    static let limit = 1 << 20

    /// Its bytes; nil when there is none. Throws `CorruptFile` for anything but a plain file of at most a mebibyte, which
    /// is never waited for, and `KernelError`.
    static func read(_ path: FilePath) throws -> [UInt8]? {
        let number = minirun_open(path.string, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY, 0)
        guard number >= 0 else {
            let error = Errno.current
            if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
            if error == .tooManySymbolicLinkLevels { throw CorruptFile(path: path, reason: "it is a symbolic link") }
            throw KernelError("read \(path)", error)
        }
        guard let bytes = Files.content(of: OwnedDescriptor(owning: number)) else {
            throw CorruptFile(path: path, reason: "it is not a plain file of at most 1 MiB")
        }
        return bytes
    }

    /// Its text; nil when there is none. Throws likewise.
    static func text(_ path: FilePath) throws -> String? {
        try read(path).map { String(decoding: $0, as: UTF8.self) }
    }
}
