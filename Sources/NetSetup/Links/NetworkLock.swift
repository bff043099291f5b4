import Namespaces
import SystemPackage

/// Held by the one process that is making a network's bridge; all others that miss the bridge wait for it.
///
/// Not needed once the bridge exists, so the usual start takes no lock. The kernel drops it with the process.
public final class NetworkLock {
    private var lock: FileLock?
    /// The bridge that it is held for; with its creation the stage's lock is released. Nil: any bridge's.
    public let bridge: String?

    /// Waits for the lock; the file is made when missing. Throws ``KernelError``.
    public init(_ file: FilePath, for bridge: String? = nil) throws(KernelError) {
        self.bridge = bridge
        lock = try FileLock.enter(file)
    }

    /// Lets the others go on. Safe to call twice.
    public func release() { lock = nil }
}
