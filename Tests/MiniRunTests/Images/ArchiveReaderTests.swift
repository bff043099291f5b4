import CShim
import Namespaces
import Testing

@testable import MiniRun

struct ArchiveReaderTests {
    /// Gives bytes in pieces.
    private final class Pieces: ArchiveSource {
        let bytes: UnsafeMutableRawBufferPointer
        let step: Int
        var place = 0

        init(_ content: [UInt8], step: Int) {
            bytes = .allocate(byteCount: content.count, alignment: 1)
            bytes.copyBytes(from: content)
            self.step = step
        }

        deinit { bytes.deallocate() }

        func nextBlock() -> UnsafeRawBufferPointer {
            let end = min(place + step, bytes.count)
            defer { place = end }
            return UnsafeRawBufferPointer(rebasing: bytes[place..<end])
        }
    }

    private struct Broken: Error {}
    private final class Failing: ArchiveSource {
        func nextBlock() throws -> UnsafeRawBufferPointer { throw Broken() }
    }

    private func sample() -> Tar {
        var tar = Tar()
        tar.add(directory: "etc/")
        tar.add("etc/motd", Tar.file, "hello", mode: 0o4755, uid: 7, gid: 8, pax: [("mtime", "1234567890.123456789")])
        tar.add("link", Tar.symbolicLink, link: "/etc/motd")
        tar.add("again", Tar.hardLink, link: "etc/motd")
        tar.add("null", Tar.character, device: (1, 3))
        tar.add("pipe", Tar.fifo)
        tar.add("marked", pax: [("SCHILY.xattr.user.a", "b")])
        return tar
    }

    private func check(_ reader: ArchiveReader) throws {
        let directory = try #require(try reader.next())
        #expect(directory.kind == .directory && directory.name == "etc/")
        let file = try #require(try reader.next())
        #expect(file.kind == .file && file.size == 5 && file.mode == 0o4755 && file.uid == 7 && file.gid == 8)
        #expect(file.mtime?.tv_sec == 1_234_567_890 && file.mtime?.tv_nsec == 123_456_789)
        #expect(try reader.content(limit: 5) == Array("hello".utf8))
        #expect(try reader.next()?.kind == .symbolicLink(target: Array("/etc/motd".utf8)))
        #expect(try reader.next()?.kind == .hardLink(target: Array("etc/motd".utf8)))
        #expect(try reader.next()?.kind == .characterDevice(major: 1, minor: 3))
        #expect(try reader.next()?.kind == .fifo)
        #expect(try reader.next()?.attributes == [.init(name: "user.a", value: [98])])
        #expect(try reader.next() == nil)
    }

    @Test("every kind of entry is read, however the archive is compressed", arguments: ["cat", "gzip", "zstd -q"])
    func kinds(program: String) throws {
        let fixture = try LayerFixture()
        let bytes = try fixture.filtered(sample().finished, by: program)
        try check(ArchiveReader(fixture.open(bytes)))
        for step in [1, 511, 4096] { try check(ArchiveReader(Pieces(bytes, step: step))) }
    }

    @Test("a pipe will do")
    func pipe() throws {
        var ends: [CInt] = [0, 0]
        #expect(CShim.pipe(&ends) == 0)
        let bytes = sample().finished
        // Less than a pipe holds.
        #expect(write(ends[1], bytes, bytes.count) == bytes.count)
        close(ends[1])
        try check(ArchiveReader(ends[0]))
        close(ends[0])
    }

    @Test("a name is the bytes that the archive has, in all three ways to say it")
    func names() throws {
        let latin: [UInt8] = [102, 0xfc, 114]
        let accent = Array("e\u{301}".utf8)  // decomposed: nobody may compose it
        let long = [UInt8](repeating: 0xe9, count: 120)
        var tar = Tar()
        tar.add(latin)
        tar.add(accent)
        for name in [latin, accent, Array("für".utf8)] {
            tar.add(Array("x".utf8), Tar.file, pax: [("path", name)])
            // libarchive 3.6 forgets a target that is no UTF-8 where the plain header has none; nobody writes that.
            tar.add(Array("x".utf8), Tar.symbolicLink, link: [120], pax: [("linkpath", name)])
        }
        tar.addLongName(long)
        tar.add("x")
        let fixture = try LayerFixture()
        let reader = try ArchiveReader(fixture.open(tar.finished))
        #expect(try reader.next()?.path == latin)
        #expect(try reader.next()?.path == accent)
        for name in [latin, accent, Array("für".utf8)] {
            #expect(try reader.next()?.path == name)
            #expect(try reader.next()?.kind == .symbolicLink(target: name))
        }
        #expect(try reader.next()?.path == long)
        #expect(try reader.next() == nil)
    }

    @Test("what a source throws is what its reader's user gets")
    func failing() {
        #expect(throws: Broken.self) { try ArchiveReader(Failing()).next() }
    }

    @Test("a content longer than the limit is refused")
    func limit() throws {
        var tar = Tar()
        tar.add("a", Tar.file, "12345")
        let fixture = try LayerFixture()
        let reader = try ArchiveReader(fixture.open(tar.finished))
        _ = try reader.next()
        #expect(throws: ArchiveError.self) { try reader.content(limit: 4) }
    }

    @Test("what is no archive is refused in libarchive's words")
    func noArchive() throws {
        let fixture = try LayerFixture()
        let file = try fixture.open(Array("this is a text".utf8))
        let error = #expect(throws: ArchiveError.self) { try ArchiveReader(file).next() }
        #expect(error?.description == "unrecognized archive format")
    }
}
