import CShim
import Namespaces
import SystemPackage

/// Held by the one process that is making a network's bridge; all others that miss the bridge wait for it.
///
/// Not needed once the bridge exists, so the usual start takes no lock. The kernel drops it with the process.
public final class NetworkLock {
    private var descriptor: CInt

    /// Waits for the lock; the file is made when missing.
    public init(_ file: FilePath) throws(KernelError) {
        descriptor = minirun_open(file.string, O_RDWR | O_CREAT, 0o600)
        guard descriptor >= 0 else { throw KernelError.current("open \(file)") }
        while flock(descriptor, LOCK_EX) != 0 {
            let error = Errno.current
            if error != .interrupted {
                release()
                throw KernelError("lock \(file)", error)
            }
        }
    }

    deinit { release() }

    /// Lets the others go on. Safe to call twice.
    public func release() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}
