import CShim
import SystemPackage

@testable import MiniRun
@testable import Namespaces

private let directory: FilePath = {
    var template = Array("/dev/shm/minirun-fuzz-XXXXXX".utf8CString)
    guard let path = mkdtemp(&template) else { fatalError("no temporary directory") }
    let made = FilePath(String(cString: path))
    // What a layer could reach and must not: by `..`, and by the link that leads there.
    mkdir(made.appending("victim").string, 0o755)
    atexit { try? Files.removeTree(directory) }
    return made
}()

/// Bytes in memory, given in pieces.
private final class Memory: ArchiveSource {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    func nextBlock() -> UnsafeRawBufferPointer {
        let end = min(place + 1000, bytes.count)
        defer { place = end }
        return UnsafeRawBufferPointer(rebasing: bytes[place..<end])
    }
}

/// Any bytes are a layer or are refused. What was unpacked is below its directory, has no devices but whiteouts and no
/// attribute of overlayfs's from the archive; of what was refused nothing stays; and nothing else is ever touched.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    if let reader = try? ArchiveReader(Memory(bytes)) {
        while let entry = try? reader.next() {
            precondition(!entry.path.contains(0))
            if let path = try? EntryPath(entry.path) {
                let names = path.bytes.split(separator: 47, omittingEmptySubsequences: false)
                precondition(path.bytes.isEmpty || names.allSatisfy { !$0.isEmpty && $0 != [46] && $0 != [46, 46] })
                precondition(names.last == path.name || path.bytes.isEmpty)
            }
            _ = try? reader.content(limit: 4096)
        }
    }
    var limits = LayerLimits()
    limits.freeBytes = 1 << 20
    limits.entries = 200
    let layer = directory.appending("layer")
    do {
        let result = try LayerUnpacker(limits: limits).unpack(Memory(bytes), to: layer)
        precondition(result.size > 0)
        check(layer)
        try Files.removeTree(layer)
    } catch {
        guard let error = error as? LayerError else { fatalError("\(error)") }
        precondition(!error.description.unicodeScalars.contains { $0.value < 32 })
        precondition(access(layer.string, F_OK) != 0, "a refused layer leaves something behind")
    }
    guard (try? Files.names(in: directory)) == ["victim"] else { fatalError("something lies beside the layer") }
    guard (try? Files.names(in: directory.appending("victim"))) == [] else { fatalError("the victim was found") }
    return 0
}

/// Nothing but what a layer may have.
private func check(_ directory: FilePath) {
    for name in (try? Files.names(in: directory)) ?? [] {
        precondition(!name.utf8.starts(with: ".wh.".utf8))
        let path = directory.appending(name)
        var status = stat()
        // Names that are no text are not found again.
        guard lstat(path.string, &status) == 0 else { continue }
        let kind = status.st_mode & mode_t(S_IFMT)
        precondition(kind != mode_t(S_IFBLK) && (kind != mode_t(S_IFCHR) || status.st_rdev == 0))
        if kind == mode_t(S_IFDIR) { check(path) }
    }
}
