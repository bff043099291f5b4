import CShim
import Namespaces
import SystemPackage

/// The few file operations that the store needs, on the start path and therefore without Foundation's FileManager.
enum Files {
    /// `mkdir -p`; the mode is that of the last directory, those above it get 0755.
    static func makeDirectory(_ path: FilePath, mode: mode_t = 0o755) throws(KernelError) {
        if mkdir(path.string, mode) == 0 { return }
        let error = Errno.current
        if error == .fileExists { return }
        guard error == .noSuchFileOrDirectory, !path.removingLastComponent().isEmpty else {
            throw KernelError("create directory \(path)", error)
        }
        try makeDirectory(path.removingLastComponent())
        try makeDirectory(path, mode: mode)
    }

    /// The whole file as bytes.
    static func read(_ path: FilePath) throws(KernelError) -> [UInt8] {
        let number = minirun_open(path.string, O_RDONLY, 0)
        guard number >= 0 else { throw KernelError.current("read \(path)") }
        return try read(OwnedDescriptor(owning: number), from: path)
    }

    /// Everything that an open file still has to give.
    static func read(_ file: borrowing OwnedDescriptor, from path: FilePath) throws(KernelError) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = CShim.read(file.rawValue, &chunk, chunk.count)
            if count < 0 {
                let error = Errno.current
                if error == .interrupted { continue }
                throw KernelError("read \(path)", error)
            }
            if count == 0 { return content }
            content += chunk[..<count]
        }
    }

    /// The whole file as text; nil when there is none.
    static func text(_ path: FilePath) throws(KernelError) -> String? {
        do { return String(decoding: try read(path), as: UTF8.self) } catch  where error.errno == .noSuchFileOrDirectory
        {
            return nil
        }
    }

    /// Writes under a temporary name beside the file and renames it: a reader sees the old content or the new, never half.
    static func write(_ content: some Collection<UInt8>, to path: FilePath, mode: mode_t = 0o644) throws(KernelError) {
        let temporary = "\(path).\(getpid()).new"
        let number = minirun_open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode)
        guard number >= 0 else { throw KernelError.current("write \(path)") }
        do {
            try write(Array(content), to: OwnedDescriptor(owning: number), path)
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path.string) == 0 else {
            let error = Errno.current
            unlink(temporary)
            throw KernelError("write \(path)", error)
        }
    }

    private static func write(
        _ content: [UInt8], to file: borrowing OwnedDescriptor, _ path: FilePath
    ) throws(KernelError) {
        var done = 0
        while done < content.count {
            let count = content[done...].withUnsafeBytes { CShim.write(file.rawValue, $0.baseAddress, $0.count) }
            if count < 0 {
                let error = Errno.current
                if error == .interrupted { continue }
                throw KernelError("write \(path)", error)
            }
            done += count
        }
    }

    /// The names in a directory, without `.` and `..`; none when there is no such directory.
    static func names(in path: FilePath) throws(KernelError) -> [String] {
        guard let directory = opendir(path.string) else {
            let error = Errno.current
            if error == .noSuchFileOrDirectory { return [] }
            throw KernelError("list \(path)", error)
        }
        defer { closedir(directory) }
        return entries(of: directory)
    }

    private static func entries(of directory: OpaquePointer) -> [String] {
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// `rm -rf`, never following a symbolic link; a path that is already gone is fine.
    static func removeTree(_ path: FilePath) throws(KernelError) {
        try removeTree(path.string, in: AT_FDCWD, shown: path.string)
    }

    private static func removeTree(_ name: String, in parent: CInt, shown: String) throws(KernelError) {
        if unlinkat(parent, name, 0) == 0 { return }
        let reason = Errno.current
        if reason == .noSuchFileOrDirectory { return }
        guard reason == .isDirectory || reason == .notPermitted else { throw KernelError("remove \(shown)", reason) }

        let number = minirun_openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
        guard number >= 0 else { throw KernelError.current("remove \(shown)") }
        guard let directory = fdopendir(number) else {
            close(number)
            throw KernelError("remove \(shown)", .noMemory)
        }
        defer { closedir(directory) }
        for entry in entries(of: directory) {
            try removeTree(entry, in: number, shown: "\(shown)/\(entry)")
        }
        guard unlinkat(parent, name, AT_REMOVEDIR) == 0 else {
            throw KernelError.current("remove \(shown)")
        }
    }
}
