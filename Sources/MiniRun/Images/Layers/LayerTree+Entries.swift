import CShim
import Namespaces
import SystemPackage

extension LayerTree {
    /// Puts an entry in its place. Throws ``LayerError`` that need not name the entry, ``ArchiveError``, or what the reader's
    /// source throws.
    func add(_ entry: ArchiveEntry, at path: EntryPath, from reader: ArchiveReader) throws {
        switch path.meaning {
        case .auxiliary: return
        case .opaque: return try setOpaque([], in: parent(of: path))
        case .whiteout(let hidden): return try addWhiteout(hidden[...], in: parent(of: path))
        case .entry: break
        }
        if path.bytes.isEmpty {
            guard entry.kind == .directory else { throw LayerError("the top of a layer is a directory") }
            return try settleDirectory(entry, path, parent(of: path))
        }
        switch entry.kind {
        case .directory: try addDirectory(entry, path)
        case .file: try addFile(entry, path, reader)
        case .symbolicLink(let target):
            guard !target.isEmpty else { throw LayerError("it is a symbolic link to nothing") }
            try addNode(entry, path) { parent, name in target[...].withCPath { symlinkat($0, parent, name) } }
        case .hardLink(let target): try addHardLink(path, to: target)
        case .fifo:
            try addNode(entry, path) { parent, name in mknodat(parent, name, mode_t(S_IFIFO) | 0o600, 0) }
        case .characterDevice, .blockDevice:
            // Root file systems of debootstrap have the usual ones; a container's own /dev is mounted over them.
            if path.directories.first?.elementsEqual("dev".utf8) ?? false { return }
            throw LayerError("it is a device node, which no layer may bring along")
        case .other: throw LayerError("it is of a kind that cannot be unpacked")
        }
    }

    private func addDirectory(_ entry: ArchiveEntry, _ path: EntryPath) throws(LayerError) {
        let parent = try parent(of: path)
        if Self.kind(of: path.name, in: parent)?.type != mode_t(S_IFDIR) {
            try makeDirectory(path.name, in: parent)
        }
        try settleDirectory(entry, path, parent)
    }

    private func settleDirectory(_ entry: ArchiveEntry, _ path: EntryPath, _ parent: CInt) throws(LayerError) {
        let number = path.name.isEmpty ? Self.copy(of: parent) : Self.open(path.name, in: parent)
        guard number >= 0 else { throw LayerError(kernel: .current) }
        let directory = OwnedDescriptor(owning: number)
        let mode = try setOwner(of: directory, entry)
        try setAttributes(of: directory, entry)
        try stamp(path.bytes, mode: mode, time: entry.mtime)
    }

    private func addFile(_ entry: ArchiveEntry, _ path: EntryPath, _ reader: ArchiveReader) throws {
        let parent = try parent(of: path)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        let number = try make(path, in: parent) { minirun_openat(parent, $0, flags, 0o600) }
        let file = OwnedDescriptor(owning: number)
        var end: Int64 = 0
        while let block = try reader.nextBlock() {
            let (behind, isTooFar) = block.offset.addingReportingOverflow(Int64(block.bytes.count))
            // What a sparse file's map says is another word than its size.
            guard !isTooFar, behind <= max(entry.size, 0), behind <= limits.fileSize else {
                throw LayerError("it has content behind its end")
            }
            try write(block, to: file)
            end = max(end, behind)
        }
        // A hole at the end.
        if end < entry.size {
            guard ftruncate(file.rawValue, off_t(entry.size)) == 0 else { throw LayerError(kernel: .current) }
        }
        let mode = try setOwner(of: file, entry)
        // Behind the owner: a change of that clears setuid, setgid and the capabilities.
        guard fchmod(file.rawValue, mode) == 0 else { throw LayerError(kernel: .current, "set the mode") }
        try setAttributes(of: file, entry)
        guard let time = entry.mtime else { return }
        guard futimens(file.rawValue, Self.times(time)) == 0 else { throw LayerError(kernel: .current, "set the time") }
    }

    private func write(_ block: ArchiveReader.Block, to file: borrowing OwnedDescriptor) throws(LayerError) {
        var done = 0
        while done < block.bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: block.bytes[done...])
            let count = pwrite(file.rawValue, rest.baseAddress, rest.count, off_t(block.offset) + done)
            if count < 0 {
                let reason = Errno.current
                if reason == .interrupted { continue }
                throw LayerError(kernel: reason)
            }
            done += count
        }
        contentSize += Int64(done)
    }

    /// A symbolic link or a fifo: files that are not opened.
    private func addNode(
        _ entry: ArchiveEntry, _ path: EntryPath, _ call: (CInt, UnsafePointer<CChar>) -> CInt
    ) throws(LayerError) {
        let parent = try parent(of: path)
        _ = try make(path, in: parent) { call(parent, $0) }
        let mode = try setOwner(of: path.name, in: parent, entry)
        if entry.kind == .fifo {
            guard path.name.withCPath({ fchmodat(parent, $0, mode, 0) }) == 0 else {
                throw LayerError(kernel: .current, "set the mode")
            }
        }
        try setAttributes(of: path.name, in: parent, entry)
        guard let time = entry.mtime else { return }
        guard path.name.withCPath({ utimensat(parent, $0, Self.times(time), AT_SYMLINK_NOFOLLOW) }) == 0 else {
            throw LayerError(kernel: .current, "set the time")
        }
    }

    /// What is linked to has to be in this layer: a link between layers cannot be, and is in no archive either.
    private func addHardLink(_ path: EntryPath, to target: [UInt8]) throws(LayerError) {
        let shown = String(decoding: target, as: UTF8.self).goQuoted
        let old: EntryPath
        do { old = try EntryPath(target, depth: limits.depth) } catch {
            throw LayerError("it is a hard link to \(shown): \(error.reason)")
        }
        guard old.meaning == .entry, !old.bytes.isEmpty else {
            throw LayerError("it is a hard link to \(shown), which is no file")
        }
        let missing = LayerError("it is a hard link to \(shown), which the layer does not have")
        let found: CInt?
        do { found = try existingParent(of: old) } catch {
            throw LayerError("it is a hard link to \(shown): \(error.reason)")
        }
        guard let found else { throw missing }
        // A descriptor of our own: the next way lets go of that one.
        let source = Self.copy(of: found)
        guard source >= 0 else { throw LayerError(kernel: .current) }
        let held = OwnedDescriptor(owning: source)
        guard let kind = Self.kind(of: old.name, in: held.rawValue) else { throw missing }
        guard kind.type != mode_t(S_IFDIR), kind.type != mode_t(S_IFCHR) else {
            throw LayerError("it is a hard link to \(shown), which is no file")
        }
        let parent = try parent(of: path)
        // A second time the same name: it would be taken away and then be missing.
        if let present = Self.kind(of: path.name, in: parent), present.type != mode_t(S_IFDIR),
            present.file == kind.file
        {
            return
        }
        _ = try make(path, in: parent) { name in old.name.withCPath { linkat(held.rawValue, $0, parent, name, 0) } }
    }

    /// The file is gone from the layers below. What this layer itself has under the name stays: a whiteout means those below
    /// whatever the order of the entries is.
    private func addWhiteout(_ name: ArraySlice<UInt8>, in parent: CInt) throws(LayerError) {
        guard name.withCPath({ mknodat(parent, $0, mode_t(S_IFCHR), 0) }) != 0 else { return }
        let reason = Errno.current
        guard reason == .fileExists else { throw LayerError(kernel: reason, "make a whiteout") }
        if Self.kind(of: name, in: parent)?.type == mode_t(S_IFDIR) { try setOpaque(name, in: parent) }
    }

    /// Makes something under the entry's name, in the place of what an earlier entry has put there.
    private func make(
        _ path: EntryPath, in parent: CInt, _ call: (UnsafePointer<CChar>) -> CInt
    ) throws(LayerError) -> CInt {
        while true {
            let number = path.name.withCPath(call)
            if number >= 0 { return number }
            let reason = Errno.current
            guard reason == .fileExists else { throw LayerError(kernel: reason) }
            try clear(path.name, in: parent)
            forget(path)
        }
    }
}
