import CShim
import SystemPackage

/// A directory as overlayfs shows it: several directories merged, the uppermost first, without mounting anything.
///
/// A character device 0/0 in one layer hides what layers below have under the name; a directory with the attribute
/// `overlay.opaque` hides whole directories below it (Documentation/filesystems/overlayfs.rst). Everything is opened by
/// descriptors and no symbolic link is followed that is not asked for, so a layer that changes meanwhile leads nowhere else.
package final class LayeredDirectory {
    /// What has a name in the directory.
    package enum Entry {
        /// A directory, merged in its turn.
        case directory(LayeredDirectory)
        /// Anything else: the directory of the layer that it lies in, and what it is.
        case other(in: CInt, stat)
    }

    private final class Part {
        let descriptor: CInt
        init(_ descriptor: CInt) { self.descriptor = descriptor }
        deinit { close(descriptor) }
    }

    private let parts: [Part]

    private init(_ parts: [Part]) { self.parts = parts }

    /// The root of these layers, the uppermost first. Throws ``KernelError`` for one that cannot be opened.
    package convenience init(_ layers: [FilePath]) throws(KernelError) {
        var parts: [Part] = []
        for layer in layers {
            let number = minirun_open(layer.string, O_RDONLY | O_DIRECTORY, 0)
            guard number >= 0 else { throw KernelError.current("open \(layer)") }
            parts.append(Part(number))
        }
        self.init(parts)
    }

    /// The uppermost of the directories, whose owner and mode are those of the whole. Borrowed.
    package var descriptor: CInt { parts.first?.descriptor ?? -1 }

    /// The names in it, as bytes with a zero at the end.
    package func names() throws(KernelError) -> [[CChar]] {
        var names: Set<[CChar]> = []
        for part in parts { names.formUnion(try RawNames.read(part.descriptor)) }
        var seen: [[CChar]] = []
        for name in names where try entry(name) != nil { seen.append(name) }
        return seen
    }

    /// What has this name; nil when nothing has, or it is hidden.
    package func entry(_ name: [CChar]) throws(KernelError) -> Entry? {
        var found: [Part] = []
        for part in parts {
            var status = stat()
            guard fstatat(part.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                let reason = Errno.current
                if reason == .noSuchFileOrDirectory { continue }
                throw KernelError("look at \(String(untilNul: name))", reason)
            }
            let kind = status.st_mode & mode_t(S_IFMT)
            if kind == mode_t(S_IFCHR), status.st_rdev == 0 { break }
            guard kind == mode_t(S_IFDIR) else {
                if found.isEmpty { return .other(in: part.descriptor, status) }
                break
            }
            let number = minirun_openat(part.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
            guard number >= 0 else { throw KernelError.current("open \(String(untilNul: name))") }
            found.append(Part(number))
            if Self.isOpaque(number) { break }
        }
        return found.isEmpty ? nil : .directory(LayeredDirectory(found))
    }

    private static func isOpaque(_ directory: CInt) -> Bool {
        ["trusted.overlay.opaque", "user.overlay.opaque"].contains { name in
            var value: UInt8 = 0
            return fgetxattr(directory, name, &value, 1) == 1 && value == UInt8(ascii: "y")
        }
    }

    /// The directory at an absolute path, links followed as a process with this root would; nil when there is none.
    package func directory(at path: String) throws(KernelError) -> LayeredDirectory? {
        guard let found = try walk(path), case .directory(let directory) = found.entry else { return nil }
        return directory
    }

    /// The file at an absolute path, links followed likewise, opened to be read; nil when there is none. It may be of any
    /// kind but a directory or a link, and opening it waits for nobody.
    package func file(at path: String) throws(KernelError) -> OwnedDescriptor? {
        guard let found = try walk(path), case .other(let parent, _) = found.entry else { return nil }
        let number = withExtendedLifetime(found.parent) {
            minirun_openat(parent, found.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0)
        }
        return number < 0 ? nil : OwnedDescriptor(owning: number)
    }

    /// What is at an absolute path, under which name in which directory; nil when there is nothing. No link is left.
    private func walk(
        _ path: String
    ) throws(KernelError) -> (parent: LayeredDirectory, name: String, entry: Entry)? {
        var (stack, pending, links) = ([self], Self.words(path), 0)
        while let word = pending.popLast() {
            if word == ".." {
                if stack.count > 1 { stack.removeLast() }
                continue
            }
            guard let here = stack.last, let entry = try here.entry(Array(word.utf8CString)) else { return nil }
            switch entry {
            case .directory(let next): stack.append(next)
            case .other(let parent, let status):
                guard status.st_mode & mode_t(S_IFMT) == mode_t(S_IFLNK) else {
                    return pending.isEmpty ? (here, word, entry) : nil
                }
                links += 1
                // The kernel gives up after as many.
                guard links <= 40 else { return nil }
                var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
                guard readlinkat(parent, word, &buffer, buffer.count - 1) >= 0 else {
                    throw KernelError.current("read the link \(word)")
                }
                let target = String(untilNul: buffer)
                if target.utf8.first == UInt8(ascii: "/") { stack = [self] }
                pending += Self.words(target)
            }
        }
        return stack.last.map { ($0, ".", .directory($0)) }
    }

    /// The names of a path, the first one last.
    private static func words(_ path: String) -> [String] {
        path.parts("/").filter { !$0.isEmpty && $0 != "." }.reversed()
    }
}

/// The names in a directory as the bytes that they are: not every name is text.
package enum RawNames {
    /// Each with a zero at the end, without `.` and `..`. The descriptor stays as it is.
    package static func read(_ directory: CInt) throws(KernelError) -> [[CChar]] {
        let number = minirun_openat(directory, ".", O_RDONLY | O_DIRECTORY, 0)
        guard number >= 0 else { throw KernelError.current("list a directory") }
        return try DirectoryStream(OwnedDescriptor(owning: number), for: "list a directory").entries().map(\.name)
    }
}
