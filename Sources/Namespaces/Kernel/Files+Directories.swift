import CShim
import SystemPackage

extension Files {
    /// `mkdir -p`; the mode is that of the last directory, those above it get 0755.
    package static func makeDirectory(_ path: FilePath, mode: mode_t = 0o755) throws(KernelError) {
        if mkdir(path.string, mode) == 0 { return }
        let error = Errno.current
        if error == .fileExists { return }
        guard error == .noSuchFileOrDirectory, !path.removingLastComponent().isEmpty else {
            throw KernelError("create directory \(path)", error)
        }
        try makeDirectory(path.removingLastComponent())
        // Not in a circle: below /proc there is nothing to make, whatever is above.
        guard mkdir(path.string, mode) != 0 else { return }
        let reason = Errno.current
        guard reason == .fileExists else { throw KernelError("create directory \(path)", reason) }
    }

    /// The names in a directory, without `.` and `..`; none when there is no such directory.
    package static func names(in path: FilePath) throws(KernelError) -> [String] {
        try entries(of: path).map { String(untilNul: $0.name) }
    }

    /// The names of the directories in a directory; links to directories are none.
    package static func directories(in path: FilePath) throws(KernelError) -> [String] {
        try entries(of: path).filter { entry in
            if entry.type != UInt8(DT_UNKNOWN) { return entry.type == UInt8(DT_DIR) }
            var status = stat()
            return lstat(path.appending(String(untilNul: entry.name)).string, &status) == 0
                && status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR)
        }.map { String(untilNul: $0.name) }
    }

    private static func entries(of path: FilePath) throws(KernelError) -> [DirectoryStream.Entry] {
        let number = minirun_open(path.string, O_RDONLY | O_DIRECTORY, 0)
        guard number >= 0 else {
            let error = Errno.current
            if error == .noSuchFileOrDirectory { return [] }
            throw KernelError("list \(path)", error)
        }
        return try DirectoryStream(OwnedDescriptor(owning: number), for: "list \(path)").entries()
    }

    /// The bytes of all regular files below a directory, in whole blocks as the disk counts them; what cannot be read counts
    /// nothing.
    package static func size(of path: FilePath) -> Int64 {
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return 0 }
        guard status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR) else { return Int64(status.st_blocks) * 512 }
        return ((try? names(in: path)) ?? []).reduce(0) { $0 + size(of: path.appending($1)) }
    }

    /// `rmdir`.
    package static func removeDirectory(_ path: FilePath) throws(KernelError) {
        guard rmdir(path.string) == 0 else { throw KernelError.current("remove directory \(path)") }
    }
}
