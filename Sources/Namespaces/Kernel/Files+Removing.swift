import CShim
import SystemPackage

// A container's layer is a tree of somebody else's making: names that are no text, and more levels than a process may have
// descriptors. So names are taken as the bytes that they are, and a directory that is not empty is moved up beside its
// parent before its turn comes: never more than two are open, and no path grows.

extension Files {
    /// `rm -rf`, by descriptors, so that no symbolic link is ever followed; a path that is already gone is fine.
    package static func removeTree(_ path: FilePath) throws(KernelError) {
        let name = Array(path.string.utf8CString)
        guard try !remove(name, in: AT_FDCWD, shown: path) else { return }
        let top = try OpenDirectory(name, in: AT_FDCWD, shown: path)
        while case let entries = try top.entries(), !entries.isEmpty {
            for entry in entries where try !remove(entry, in: top.descriptor, shown: path) {
                try removeDirectory(entry, in: top, shown: path)
            }
        }
        guard unlinkat(AT_FDCWD, name, AT_REMOVEDIR) == 0 else { throw KernelError.current("remove \(path)") }
    }

    /// Removes a file or an empty directory; false for a directory that is not empty.
    private static func remove(_ name: [CChar], in parent: CInt, shown: FilePath) throws(KernelError) -> Bool {
        if unlinkat(parent, name, 0) == 0 { return true }
        let reason = Errno.current
        if reason == .noSuchFileOrDirectory { return true }
        guard reason == .isDirectory || reason == .notPermitted else { throw KernelError("remove \(shown)", reason) }
        // Often empty; and of one that is not ours to read (overlayfs's work/work has mode 0) nothing more is asked.
        return unlinkat(parent, name, AT_REMOVEDIR) == 0
    }

    /// Removes a directory below the top one, whose own directories move up to the top.
    private static func removeDirectory(_ name: [CChar], in top: OpenDirectory, shown: FilePath) throws(KernelError) {
        let directory = try OpenDirectory(name, in: top.descriptor, shown: shown)
        for entry in try directory.entries() where try !remove(entry, in: directory.descriptor, shown: shown) {
            try top.take(entry, from: directory, shown: shown)
        }
        guard unlinkat(top.descriptor, name, AT_REMOVEDIR) == 0 else { throw KernelError.current("remove \(shown)") }
    }

    /// A directory that is being emptied.
    private final class OpenDirectory {
        private let stream: DirectoryStream
        private var moved = 0
        var descriptor: CInt { stream.descriptor }

        init(_ name: [CChar], in parent: CInt, shown: FilePath) throws(KernelError) {
            let number = minirun_openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
            guard number >= 0 else { throw KernelError.current("remove \(shown)") }
            stream = try DirectoryStream(OwnedDescriptor(owning: number), for: "remove \(shown)")
        }

        /// The names that are there now.
        func entries() throws(KernelError) -> [[CChar]] { try stream.entries().map(\.name) }

        /// Moves a directory in, under a name that nobody has: over an empty one it may go, for that is to go as well.
        func take(_ name: [CChar], from other: OpenDirectory, shown: FilePath) throws(KernelError) {
            while true {
                moved += 1
                if renameat(other.descriptor, name, descriptor, "minirun-removed-\(moved)") == 0 { return }
                let reason = Errno.current
                guard [.directoryNotEmpty, .fileExists, .notDirectory].contains(reason) else {
                    throw KernelError("remove \(shown)", reason)
                }
            }
        }
    }
}
