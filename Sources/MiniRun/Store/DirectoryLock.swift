import CShim
import Namespaces
import SystemPackage

/// A file or directory locked with flock(2) for as long as this object lives. The kernel drops the lock with the last
/// descriptor, so after `kill -9` of the holder everybody can see that it is gone.
final class DirectoryLock {
    private let descriptor: CInt

    private init(_ descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Locks an existing directory; nil when somebody else holds it and `wait` is false.
    static func take(_ directory: FilePath, wait: Bool = false) throws(KernelError) -> DirectoryLock? {
        try take(directory, flags: O_RDONLY | O_DIRECTORY, operation: LOCK_EX | (wait ? 0 : LOCK_NB))
    }

    /// Waits for the lock file of a critical section, creating it on first use.
    static func enter(_ file: FilePath) throws(KernelError) -> DirectoryLock {
        guard let lock = try take(file, flags: O_RDWR | O_CREAT, operation: LOCK_EX) else {
            throw KernelError("lock \(file)", .wouldBlock)
        }
        return lock
    }

    /// Whether somebody holds the directory's lock; a directory that does not exist is nobody's.
    static func isHeld(_ directory: FilePath) throws(KernelError) -> Bool {
        do {
            return try take(directory, flags: O_RDONLY | O_DIRECTORY, operation: LOCK_SH | LOCK_NB) == nil
        } catch  where error.errno == .noSuchFileOrDirectory {
            return false
        }
    }

    private static func take(
        _ path: FilePath, flags: CInt, operation: CInt
    ) throws(KernelError) -> DirectoryLock? {
        let descriptor = minirun_open(path.string, flags | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw KernelError.current("lock \(path)") }
        while flock(descriptor, operation) != 0 {
            let error = Errno.current
            if error == .interrupted { continue }
            close(descriptor)
            if error == .wouldBlock { return nil }
            throw KernelError("lock \(path)", error)
        }
        return DirectoryLock(descriptor)
    }
}
