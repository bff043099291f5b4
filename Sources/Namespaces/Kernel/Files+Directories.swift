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
        try makeDirectory(path, mode: mode)
    }

    /// The names in a directory, without `.` and `..`; none when there is no such directory.
    package static func names(in path: FilePath) throws(KernelError) -> [String] {
        guard let directory = try open(directory: path) else { return [] }
        defer { closedir(directory) }
        return names(in: directory)
    }

    /// The names of the directories in a directory; links to directories are none.
    package static func directories(in path: FilePath) throws(KernelError) -> [String] {
        guard let directory = try open(directory: path) else { return [] }
        defer { closedir(directory) }
        return names(in: directory) { name, type in
            if type != UInt8(DT_UNKNOWN) { return type == UInt8(DT_DIR) }
            var status = stat()
            return lstat(path.appending(name).string, &status) == 0
                && status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR)
        }
    }

    private static func names(
        in directory: OpaquePointer, where isWanted: (String, UInt8) -> Bool = { _, _ in true }
    ) -> [String] {
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != "..", isWanted(name, entry.pointee.d_type) { names.append(name) }
        }
        return names
    }

    private static func open(directory path: FilePath) throws(KernelError) -> OpaquePointer? {
        guard let directory = opendir(path.string) else {
            let error = Errno.current
            if error == .noSuchFileOrDirectory { return nil }
            throw KernelError("list \(path)", error)
        }
        return directory
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
