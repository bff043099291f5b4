import CShim
import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// A directory of its own to unpack in, and looks at what has come out.
final class LayerFixture {
    let directory: FilePath
    var root: FilePath { directory.appending("layer") }

    init() throws {
        var template = Array("/tmp/minirun-layer-XXXXXX".utf8CString)
        directory = FilePath(String(cString: try #require(mkdtemp(&template))))
    }

    /// Open as long as this is.
    private var files: [CInt] = []

    deinit {
        for file in files { close(file) }
        try? Files.removeTree(directory)
    }

    /// A file with these bytes, open for reading.
    func open(_ bytes: [UInt8], _ name: String = "layer.tar") throws -> CInt {
        let path = directory.appending(name)
        try Files.write(bytes, to: path)
        return try open(path)
    }

    func open(_ path: FilePath) throws -> CInt {
        let file = minirun_open(path.string, O_RDONLY, 0)
        try #require(file >= 0, "\(path) cannot be opened")
        files.append(file)
        return file
    }

    func unpack(_ bytes: [UInt8], limits: LayerLimits = LayerLimits()) throws -> UnpackedLayer {
        try LayerUnpacker(limits: limits).unpack(open(bytes), to: root)
    }

    func unpack(_ tar: Tar) throws -> UnpackedLayer { try unpack(tar.finished) }

    /// The sentence of the refusal; afterwards nothing may be there.
    func refusal(of bytes: [UInt8], limits: LayerLimits = LayerLimits()) throws -> String {
        let error = try #require(throws: LayerError.self) { _ = try self.unpack(bytes, limits: limits) }
        #expect(access(root.string, F_OK) != 0, "a refused layer leaves something behind")
        return error.description
    }

    func refusal(of tar: Tar) throws -> String { try refusal(of: tar.finished) }

    func status(_ name: String) throws -> stat {
        var status = stat()
        let path = name.isEmpty ? root.string : root.string + "/" + name
        try #require(lstat(path, &status) == 0, "\(name) is missing")
        return status
    }

    func exists(_ name: String) -> Bool {
        var status = stat()
        return lstat(root.string + "/" + name, &status) == 0
    }

    func isWhiteout(_ name: String) throws -> Bool {
        let status = try status(name)
        return status.st_mode & mode_t(S_IFMT) == mode_t(S_IFCHR) && status.st_rdev == 0
    }

    func attribute(_ attribute: String, of name: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        let length = lgetxattr(root.string + "/" + name, attribute, &buffer, buffer.count)
        return length < 0 ? nil : String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func isOpaque(_ name: String) -> Bool { attribute("trusted.overlay.opaque", of: name) == "y" }

    func text(_ name: String) throws -> String { try Files.text(root.appending(name)) }

    /// Runs a shell's words.
    @discardableResult func shell(_ words: String) throws -> String {
        let (status, output) = try Command.run(["/bin/sh", "-c", "cd \(directory) && { \(words)\n}"])
        try #require(status == 0, "\(words): \(output)")
        return output
    }

    /// The bytes by way of a program: `gzip`, `zstd`.
    func filtered(_ bytes: [UInt8], by program: String) throws -> [UInt8] {
        try Files.write(bytes, to: directory.appending("in"))
        try shell("\(program) <in >out")
        return try Files.read(directory.appending("out"))
    }
}
