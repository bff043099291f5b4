import CShim
import Namespaces
import SystemPackage

/// A directory for what is just being brought: on the file system of the store, so that it is kept by a rename, and flocked,
/// so that what a killed process leaves is known as such.
final class IncomingDirectory {
    /// Where it is.
    let path: FilePath
    private let lock: FileLock

    /// Makes one. Throws `KernelError`.
    init(_ store: ImageStore) throws {
        try Files.makeDirectory(store.incoming, mode: 0o700)
        var template = Array(store.incoming.appending("XXXXXX").string.utf8CString)
        guard mkdtemp(&template) != nil else { throw KernelError.current("make a directory in \(store.incoming)") }
        path = FilePath(String(untilNul: template))
        guard let lock = try FileLock.take(path) else { throw KernelError("hold \(path)", .resourceBusy) }
        self.lock = lock
    }

    /// Removes it with what is left in it.
    func remove() { try? Files.removeTree(path) }

    /// Removes what killed processes have left.
    static func sweep(_ store: ImageStore) throws {
        for name in try Files.directories(in: store.incoming) {
            let path = store.incoming.appending(name)
            guard let lock = try FileLock.take(path) else { continue }
            try withExtendedLifetime(lock) { try Files.removeTree(path) }
        }
    }
}
