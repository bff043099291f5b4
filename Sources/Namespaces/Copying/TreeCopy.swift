import CShim
import SystemPackage

/// `cp -a` of a merged directory: contents, owners, modes, times, extended attributes, links and hard links.
///
/// Owners are copied by their numbers: where both sides are seen through the same id map, a container sees them unchanged.
package struct TreeCopy {
    /// A file as its file system knows it.
    private struct Inode: Hashable {
        let device: dev_t
        let number: ino_t
    }

    private let shown: FilePath
    private let root: CInt
    /// Where files with several names lie in the copy already.
    private var linked: [Inode: [CChar]] = [:]

    private init(to shown: FilePath, root: CInt) {
        self.shown = shown
        self.root = root
    }

    /// Copies what is in `source`, and its own owner, mode and attributes, to an empty directory. Throws ``KernelError``,
    /// with half a copy left.
    package static func copy(_ source: LayeredDirectory, to destination: FilePath) throws(KernelError) {
        let root = try open(destination)
        var copy = TreeCopy(to: destination, root: root.rawValue)
        try copy.contents(of: source, into: root.rawValue, below: [])
    }

    /// Gives a directory the owner, mode, times and attributes of `source`. Throws ``KernelError``.
    package static func copyAttributes(of source: LayeredDirectory, to destination: FilePath) throws(KernelError) {
        let root = try open(destination)
        try TreeCopy(to: destination, root: root.rawValue).ownAttributes(of: source, into: root.rawValue, at: [])
    }

    private static func open(_ destination: FilePath) throws(KernelError) -> OwnedDescriptor {
        let number = minirun_open(destination.string, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
        guard number >= 0 else { throw KernelError.current("open \(destination)") }
        return OwnedDescriptor(owning: number)
    }

    /// The contents first: they change a directory's times, and its mode may forbid to write.
    private mutating func contents(
        of source: LayeredDirectory, into directory: CInt, below path: [CChar]
    ) throws(KernelError) {
        for name in try source.names() {
            let inside = path.isEmpty ? name : path.dropLast() + [47] + name
            switch try source.entry(name) {
            case .directory(let next):
                guard mkdirat(directory, name, 0o700) == 0 else { throw failure(inside) }
                let number = minirun_openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)
                guard number >= 0 else { throw failure(inside) }
                let made = OwnedDescriptor(owning: number)
                try contents(of: next, into: made.rawValue, below: inside)
            case .other(let parent, let status):
                try file(name, status, from: parent, into: directory, as: inside)
            case nil: break
            }
        }
        try ownAttributes(of: source, into: directory, at: path)
    }

    private func ownAttributes(
        of source: LayeredDirectory, into directory: CInt, at path: [CChar]
    ) throws(KernelError) {
        let dot: [CChar] = [46, 0]
        var status = stat()
        guard fstat(source.descriptor, &status) == 0 else { throw failure(path + [0]) }
        try attributes(dot, status, from: source.descriptor, into: directory, as: path + [0])
    }

    private mutating func file(
        _ name: [CChar], _ status: stat, from parent: CInt, into directory: CInt, as path: [CChar]
    ) throws(KernelError) {
        let inode = Inode(device: status.st_dev, number: status.st_ino)
        if status.st_nlink > 1 {
            if let earlier = linked[inode], linkat(root, earlier, directory, name, 0) == 0 { return }
            linked[inode] = path
        }
        switch status.st_mode & mode_t(S_IFMT) {
        case mode_t(S_IFREG):
            try content(name, from: parent, into: directory, as: path)
        case mode_t(S_IFLNK):
            var target = [CChar](repeating: 0, count: Int(PATH_MAX))
            guard readlinkat(parent, name, &target, target.count - 1) >= 0,
                symlinkat(target, directory, name) == 0
            else { throw failure(path) }
        default:
            guard mknodat(directory, name, status.st_mode, status.st_rdev) == 0 else {
                let reason = Errno.current
                // A user namespace makes no devices, and lets nobody use any.
                if reason == .notPermitted { return }
                throw KernelError("copy \(String(untilNul: path)) to \(shown)", reason)
            }
        }
        try attributes(name, status, from: parent, into: directory, as: path)
    }

    private func content(
        _ name: [CChar], from parent: CInt, into directory: CInt, as path: [CChar]
    ) throws(KernelError) {
        let input = minirun_openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0)
        guard input >= 0 else { throw failure(path) }
        let source = OwnedDescriptor(owning: input)
        let output = minirun_openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
        guard output >= 0 else { throw failure(path) }
        let copy = OwnedDescriptor(owning: output)
        var status = stat()
        guard fstat(source.rawValue, &status) == 0 else { throw failure(path) }
        // Files of /proc and the like have a size of 0 and content all the same.
        if status.st_size == 0 { return try content(from: source, to: copy, count: nil, path) }
        // Holes stay holes: a file of a few blocks may have more bytes than the disk.
        var start: off_t = 0
        while start < status.st_size {
            let data = lseek(source.rawValue, start, SEEK_DATA)
            guard data >= 0 else {
                if Errno.current == Errno(rawValue: ENXIO) { break }
                // A file system that knows no holes.
                return try content(from: source, to: copy, count: nil, path)
            }
            let hole = lseek(source.rawValue, data, SEEK_HOLE)
            let end = hole < 0 ? status.st_size : hole
            guard lseek(source.rawValue, data, SEEK_SET) == data, lseek(copy.rawValue, data, SEEK_SET) == data else {
                throw failure(path)
            }
            try content(from: source, to: copy, count: Int(end - data), path)
            start = end
        }
        guard ftruncate(copy.rawValue, status.st_size) == 0 else { throw failure(path) }
    }

    /// Copies so many bytes, or all that there are, from where both files stand: shared blocks where the file system has them
    /// (FICLONE by way of copy_file_range), else through the page cache.
    private func content(
        from source: borrowing OwnedDescriptor, to copy: borrowing OwnedDescriptor, count: Int?, _ path: [CChar]
    ) throws(KernelError) {
        var rest = count ?? .max
        var sharesBlocks = true
        while rest > 0 {
            let size = min(rest, 1 << 30)
            let done =
                sharesBlocks
                ? copy_file_range(source.rawValue, nil, copy.rawValue, nil, size, 0)
                : sendfile(copy.rawValue, source.rawValue, nil, size)
            if done > 0 {
                rest -= done
                continue
            }
            if done == 0 {
                guard sharesBlocks else { return }
                sharesBlocks = false
                continue
            }
            let reason = Errno.current
            if reason == .interrupted { continue }
            let isFull = reason == .noSpace || reason == .diskQuotaExceeded || reason == .ioError
            guard sharesBlocks, !isFull else { throw KernelError("copy \(String(untilNul: path)) to \(shown)", reason) }
            sharesBlocks = false
        }
    }

    // MARK: Attributes

    /// In this order: a new owner takes set-user-id bits and capabilities away, and each change counts as one in time.
    private func attributes(
        _ name: [CChar], _ status: stat, from parent: CInt, into directory: CInt, as path: [CChar]
    ) throws(KernelError) {
        // In a user namespace that has no such id the copy stays its root's: nobody could be told apart there anyway.
        if fchownat(directory, name, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) != 0,
            Errno.current != .invalidArgument
        {
            throw failure(path)
        }
        if status.st_mode & mode_t(S_IFMT) != mode_t(S_IFLNK) {
            guard fchmodat(directory, name, status.st_mode & 0o7777, 0) == 0 else { throw failure(path) }
        }
        try extendedAttributes(Self.path(name, in: parent), Self.path(name, in: directory), path)
        let times = [status.st_atim, status.st_mtim]
        guard utimensat(directory, name, times, AT_SYMLINK_NOFOLLOW) == 0 else { throw failure(path) }
    }

    private func extendedAttributes(_ from: [CChar], _ to: [CChar], _ path: [CChar]) throws(KernelError) {
        let list = try attributeList(from, path)
        for bytes in list.split(separator: 0) {
            let name = Array(bytes) + [0]
            let text = String(untilNul: name)
            // overlayfs's own notes about a layer.
            if text.hasPrefix("trusted.overlay.") || text.hasPrefix("user.overlay.") { continue }
            var value = [UInt8](repeating: 0, count: 65536)
            let count = lgetxattr(from, name, &value, value.count)
            if count >= 0, lsetxattr(to, name, value, count, 0) == 0 { continue }
            let reason = Errno.current
            // Taken away since, not ours to read, or a capability whose root has no id here.
            if count < 0, [.noData, .notPermitted, .notSupported, .overflow].contains(reason) { continue }
            // Some of them are not ours to set, or unknown to the other file system.
            if count >= 0, reason == .notPermitted || reason == .notSupported { continue }
            throw KernelError("copy the attribute \(text) of \(String(untilNul: path)) to \(shown)", reason)
        }
    }

    /// The names of a file's attributes, each with a zero at the end; none where the file system has no such thing.
    private func attributeList(_ file: [CChar], _ path: [CChar]) throws(KernelError) -> ArraySlice<CChar> {
        // XATTR_LIST_MAX: there is no longer one.
        var list = [CChar](repeating: 0, count: 65536)
        let length = llistxattr(file, &list, list.count)
        if length >= 0 { return list[..<length] }
        let reason = Errno.current
        guard reason == .notSupported else {
            throw KernelError("list the attributes of \(String(untilNul: path)) for \(shown)", reason)
        }
        return []
    }

    /// There are no calls for attributes by directory and name.
    private static func path(_ name: [CChar], in directory: CInt) -> [CChar] {
        Array("/proc/self/fd/\(directory)/".utf8CString.dropLast()) + name
    }

    private func failure(_ path: [CChar]) -> KernelError {
        KernelError.current("copy \(path.first == 0 ? "." : String(untilNul: path)) to \(shown)")
    }
}
