import CShim
import SystemPackage

/// Whole small files, on the start path and therefore without Foundation's FileManager.
package enum Files {
    /// The whole file as bytes.
    package static func read(_ path: FilePath) throws(KernelError) -> [UInt8] {
        let number = minirun_open(path.string, O_RDONLY, 0)
        guard number >= 0 else { throw KernelError.current("read \(path)") }
        return try read(OwnedDescriptor(owning: number), from: path)
    }

    /// Everything that an open file still has to give; `path` is for errors.
    package static func read(_ file: borrowing OwnedDescriptor, from path: FilePath) throws(KernelError) -> [UInt8] {
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

    /// The whole file as text; bytes that are no UTF-8 are replaced.
    package static func text(_ path: FilePath) throws(KernelError) -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    /// The whole file as text; nil when there is none.
    package static func text(ifPresent path: FilePath) throws(KernelError) -> String? {
        do { return try text(path) } catch  where error.errno == .noSuchFileOrDirectory { return nil }
    }

    /// The path that a symbolic link holds: for those of /proc, what they stand for.
    package static func linkTarget(_ path: FilePath) throws(KernelError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(path.string, &buffer, buffer.count - 1)
        guard length >= 0 else { throw KernelError.current("read the link \(path)") }
        return String(untilNul: buffer)
    }

    /// Writes under a temporary name beside the file and renames it: a reader sees the old content or the new, never half.
    /// A device, a pipe or the like (`/dev/stdout`) is written into, for nothing may take its place.
    package static func write(_ content: [UInt8], to path: FilePath, mode: mode_t = 0o644) throws(KernelError) {
        if isSpecial(path) {
            let number = minirun_open(path.string, O_WRONLY | O_NOCTTY, 0)
            guard number >= 0 else { throw KernelError.current("write \(path)") }
            return try write(content, to: OwnedDescriptor(owning: number), path)
        }
        let temporary = Self.temporary(for: path).string
        // Never a file that is there: in a directory like /tmp it may be another user's, waiting for our content.
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        var number = minirun_open(temporary, flags, mode)
        if number < 0, Errno.current == .fileExists, unlink(temporary) == 0 {
            number = minirun_open(temporary, flags, mode)
        }
        guard number >= 0 else { throw KernelError.current("write \(path)") }
        do {
            try write(content, to: OwnedDescriptor(owning: number), path)
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

    /// `.NAME.PID.new` beside the file, a name that nothing of ours has.
    private static func temporary(for path: FilePath) -> FilePath {
        path.removingLastComponent().appending(".\(path.lastComponent?.string ?? "file").\(getpid()).new")
    }

    /// Removes what writers left in a directory who were killed before they could rename it. Throws `KernelError`.
    package static func sweepTemporaries(in directory: FilePath) throws(KernelError) {
        for name in try names(in: directory) where name.hasPrefix(".") && name.hasSuffix(".new") {
            let parts = name.split(separator: ".")
            guard parts.count >= 3, let writer = pid_t(parts[parts.count - 2]), kill(writer, 0) != 0,
                Errno.current == .noSuchProcess
            else {
                continue
            }
            unlink(directory.appending(name).string)
        }
    }

    /// The same with a text.
    package static func write(_ text: String, to path: FilePath, mode: mode_t = 0o644) throws(KernelError) {
        try write(Array(text.utf8), to: path, mode: mode)
    }

    private static func isSpecial(_ path: FilePath) -> Bool {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return false }
        let kind = status.st_mode & mode_t(S_IFMT)
        return kind != mode_t(S_IFREG) && kind != mode_t(S_IFDIR)
    }

    private static func write(
        _ content: [UInt8], to file: borrowing OwnedDescriptor, _ path: FilePath
    ) throws(KernelError) {
        // A typed throw does not pass through `withUnsafeBytes`.
        let outcome = content.withUnsafeBytes { bytes in
            Result { () throws(KernelError) in try write(bytes, to: file, path) }
        }
        try outcome.get()
    }

    /// Writes all of the bytes to an open file, which the path names in errors.
    package static func write(
        _ bytes: UnsafeRawBufferPointer, to file: borrowing OwnedDescriptor, _ path: FilePath
    ) throws(KernelError) {
        var done = 0
        while done < bytes.count {
            let count = CShim.write(file.rawValue, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if count < 0 {
                let error = Errno.current
                if error == .interrupted { continue }
                throw KernelError("write \(path)", error)
            }
            done += count
        }
    }

    /// Puts a text in the place of all that is in an existing file, which stays the same file for whoever has it open or bound.
    package static func rewrite(_ text: String, in path: FilePath) throws(KernelError) {
        let number = minirun_open(path.string, O_WRONLY | O_TRUNC | O_NOFOLLOW, 0)
        guard number >= 0 else { throw KernelError.current("write \(path)") }
        let file = OwnedDescriptor(owning: number)
        guard CShim.write(file.rawValue, text, text.utf8.count) >= 0 else { throw KernelError.current("write \(path)") }
    }

    /// Writes a text to an existing file in one call, as the files of /proc want it: they take each call for a whole value.
    package static func put(_ text: String, into path: FilePath) throws(KernelError) {
        let number = minirun_open(path.string, O_WRONLY, 0)
        guard number >= 0 else { throw KernelError.current("write \(path)") }
        let file = OwnedDescriptor(owning: number)
        guard CShim.write(file.rawValue, text, text.utf8.count) >= 0 else { throw KernelError.current("write \(path)") }
    }
}
