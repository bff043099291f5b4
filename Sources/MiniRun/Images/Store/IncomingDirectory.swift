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

    /// Removes it with what is left in it; with `fromUnderWriters` also while other threads make files in it, who find no
    /// directory to make them in soon.
    func remove(fromUnderWriters: Bool = false) {
        for _ in 0..<(fromUnderWriters ? 200 : 1) {
            try? Files.removeTree(path)
            if access(path.string, F_OK) != 0 { return }
            usleep(1000)
        }
    }

    /// Removes what killed processes have left; the bytes that it took.
    static func sweep(_ store: ImageStore) throws -> Int64 {
        var freed: Int64 = 0
        for name in try Files.directories(in: store.incoming) {
            let path = store.incoming.appending(name)
            guard let lock = try FileLock.take(path) else { continue }
            freed += Files.size(of: path)
            try withExtendedLifetime(lock) { try Files.removeTree(path) }
        }
        return freed
    }
}
