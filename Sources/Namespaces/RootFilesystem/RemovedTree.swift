import CShim
import SystemPackage

/// `rm -rf` for a container's writable layer: by descriptors, so that no symlink in it is ever followed.
enum RemovedTree {
    /// Removes a directory and all below it; a missing one is no error.
    static func remove(_ path: FilePath) throws(KernelError) {
        try remove(path.string, in: AT_FDCWD, named: path.string)
    }

    private static func remove(_ name: String, in parent: CInt, named full: String) throws(KernelError) {
        if unlinkat(parent, name, AT_REMOVEDIR) == 0 { return }
        let first = Errno.current
        if first == .noSuchFileOrDirectory { return }
        guard first == .directoryNotEmpty || first == .fileExists else {
            throw KernelError("remove \(full)", first)
        }
        let number = minirun_openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
        if number < 0 {
            throw KernelError.current("remove \(full)")
        }
        for entry in try entries(of: number, named: full) where entry.name != "." && entry.name != ".." {
            if !entry.isDirectory, unlinkat(number, entry.name, 0) == 0 { continue }
            do {
                try remove(entry.name, in: number, named: "\(full)/\(entry.name)")
            } catch {
                close(number)
                throw error
            }
        }
        close(number)
        if unlinkat(parent, name, AT_REMOVEDIR) != 0 {
            throw KernelError.current("remove \(full)")
        }
    }

    private static func entries(
        of directory: CInt, named full: String
    ) throws(KernelError) -> [(name: String, isDirectory: Bool)] {
        // fdopendir takes the descriptor over; the caller keeps the original.
        guard let stream = fdopendir(minirun_fcntl(directory, F_DUPFD_CLOEXEC, 3)) else {
            throw KernelError.current("list \(full)")
        }
        defer { closedir(stream) }
        var found: [(String, Bool)] = []
        while let entry = readdir(stream) {
            let isDirectory = entry.pointee.d_type == DT_DIR
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            found.append((name, isDirectory))
        }
        return found
    }
}
