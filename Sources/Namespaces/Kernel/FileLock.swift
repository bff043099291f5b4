import CShim
import SystemPackage

/// A file or directory locked with flock(2) for as long as this object lives. The kernel drops the lock with the last
/// descriptor, so after `kill -9` of the holder everybody can see that it is gone.
package final class FileLock: Sendable {
    private let file: OwnedDescriptor

    /// The locked file, open for reading and writing; a directory for reading. Borrowed.
    package var descriptor: CInt { file.rawValue }

    private init(_ file: consuming OwnedDescriptor) {
        self.file = file
    }

    /// Lets go before this object does.
    package func unlock() { _ = flock(file.rawValue, LOCK_UN) }

    /// Locks an existing directory; nil when somebody else holds it.
    package static func take(_ directory: FilePath) throws(KernelError) -> FileLock? {
        try take(directory, flags: O_RDONLY | O_DIRECTORY, operation: LOCK_EX | LOCK_NB)
    }

    /// Waits for the lock file of a critical section, creating it on first use.
    package static func enter(_ file: FilePath, mode: mode_t = 0o600) throws(KernelError) -> FileLock {
        guard let lock = try take(file, flags: O_RDWR | O_CREAT, mode: mode, operation: LOCK_EX) else {
            throw KernelError("lock \(file)", .wouldBlock)
        }
        return lock
    }

    /// Locks a file, creating it on first use, together with all who share it or alone; nil when somebody is in the way.
    package static func take(file: FilePath, shared: Bool, mode: mode_t = 0o600) throws(KernelError) -> FileLock? {
        try take(file, flags: O_RDWR | O_CREAT, mode: mode, operation: (shared ? LOCK_SH : LOCK_EX) | LOCK_NB)
    }

    /// Whether somebody holds the directory's lock; a directory that does not exist is nobody's.
    package static func isHeld(_ directory: FilePath) throws(KernelError) -> Bool {
        do {
            return try take(directory, flags: O_RDONLY | O_DIRECTORY, operation: LOCK_SH | LOCK_NB) == nil
        } catch  where error.errno == .noSuchFileOrDirectory {
            return false
        }
    }

    private static func take(
        _ path: FilePath, flags: CInt, mode: mode_t = 0, operation: CInt
    ) throws(KernelError) -> FileLock? {
        let number = minirun_open(path.string, flags | O_NOFOLLOW, mode)
        guard number >= 0 else { throw KernelError.current("lock \(path)") }
        let file = OwnedDescriptor(owning: number)
        while flock(number, operation) != 0 {
            let error = Errno.current
            if error == .interrupted { continue }
            if error == .wouldBlock { return nil }
            throw KernelError("lock \(path)", error)
        }
        return FileLock(file)
    }
}
