import CShim
import Namespaces
import SystemPackage

/// The files that a rotated log consists of: FILE, FILE.1 before it, FILE.2 before that. They may be renamed at any
/// moment, always upwards; what tells them apart is their inode.
struct RotatedFiles {
    let path: FilePath

    /// All of them, the oldest first. They are opened in the other order, so that one that is renamed meanwhile is met
    /// again rather than missed.
    func open() throws -> [LineFile] {
        var files: [LineFile] = []
        // One more, for a rotation after the look at the directory.
        for number in 0...(try highest() + 1) {
            guard let file = try LineFile(name(number)), !files.contains(where: { $0.identity == file.identity }) else {
                continue
            }
            files.insert(file, at: 0)
        }
        return files
    }

    /// The file that follows one that has been renamed; nil as long as it has not been, or its successor is not there yet.
    /// When it has been removed, the oldest file there is: what was between them is gone too.
    func successor(of file: LineFile) throws -> LineFile? {
        while true {
            guard let number = try number(of: file) else { return try open().first }
            var next: LineFile?
            for newer in stride(from: number - 1, through: 0, by: -1) where next == nil {
                next = try LineFile(name(newer))
            }
            // Renamed between the two looks, it could have been the one after the next.
            if try self.number(of: file) == number { return next }
        }
    }

    private func number(of file: LineFile) throws -> Int? {
        // Nearly always it is still the live one, and the directory need not be listed.
        if holds(0, file) { return 0 }
        return (0...(try highest() + 1)).first { holds($0, file) }
    }

    private func holds(_ number: Int, _ file: LineFile) -> Bool {
        var status = stat()
        return lstat(name(number).string, &status) == 0 && LineFile.Identity(status) == file.identity
    }

    private func name(_ number: Int) -> FilePath { number == 0 ? path : FilePath("\(path).\(number)") }

    private func highest() throws -> Int {
        guard let base = path.lastComponent?.string else { return 0 }
        let numbers = try Files.names(in: path.removingLastComponent()).compactMap { name in
            name.begins(with: base + ".") ? UInt16(String(name.utf8.dropFirst(base.utf8.count + 1)) ?? "") : nil
        }
        return Int(numbers.max() ?? 0)
    }
}

/// Reads rotated files as one, over rotations that happen meanwhile.
struct RotatedReader {
    private let files: RotatedFiles
    /// What is still to be read, the oldest first; the last is the live one.
    private var open: [LineFile]
    /// The one before: who opened it before the rotation may still write to it afterwards.
    private var previous: LineFile?

    /// Opens what is there now.
    init(_ path: FilePath) throws {
        files = RotatedFiles(path: path)
        open = try files.open()
    }

    /// Leaves out all but the last `count` lines. Reads no more than these, and nothing of files that hold none of them.
    mutating func skip(toLast count: Int) {
        var missing = count
        for index in open.indices.reversed() {
            missing -= open[index].skip(toLast: missing)
            if missing == 0 { return open.removeFirst(index) }
        }
    }

    /// Leaves out everything that is there now.
    mutating func skipToEnd() {
        open = open.suffix(1)
        open.first?.skipToEnd()
    }

    /// Leaves out files that were last written to before that moment. A file's time may be some milliseconds early.
    mutating func skip(before moment: Timestamp) {
        while open.count > 1, moment.since(open[0].modified).nanoseconds > Timestamp.second { open.removeFirst() }
    }

    /// Gives out the lines that were there at the opening; stops when `body` says false.
    mutating func readPresent(_ body: (UnsafeBufferPointer<UInt8>) throws -> Bool) throws {
        for file in open {
            guard try file.readLines(upTo: file.sizeAtOpening, body), try file.finish(body) else { return }
        }
    }

    /// Gives out the lines that have come since the last time; stops when `body` says false, and then says so itself.
    mutating func readOn(_ body: (UnsafeBufferPointer<UInt8>) throws -> Bool) throws -> Bool {
        if let previous, try !previous.readLines(body) { return false }
        if open.isEmpty { open = try files.open() }
        while let file = open.first {
            guard try file.readLines(body) else { return false }
            if open.count == 1 {
                guard let next = try files.successor(of: file) else { return true }
                open.append(next)
                // What it was given between the last look and its renaming.
                guard try file.readLines(body) else { return false }
            }
            guard try file.finish(body) else { return false }
            previous = open.removeFirst()
        }
        return true
    }
}
