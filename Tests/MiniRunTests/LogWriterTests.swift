import CShim
import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// What a container writes becomes Docker's log, whatever it writes and whatever happens to the files.
struct LogWriterTests {
    private let fixture: LogFixture

    init() throws { fixture = try LogFixture() }

    /// Text with lines of all lengths, the 16 KiB limit and characters of all widths among them.
    private static func text(count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        let scalars: [Unicode.Scalar] = [
            "a", "\"", "\\", "\n", "\t", "\u{1}", "<", "é", "€", "😀", "\u{2028}", "\u{7f}",
        ]
        var bytes: [UInt8] = []
        while bytes.count < count {
            let length = Int.random(in: 0...(Bool.random() ? 20 : 40000), using: &generator)
            for _ in 0..<length { bytes += String(scalars.randomElement(using: &generator) ?? "a").utf8 }
            bytes += Array(repeating: 120, count: Int.random(in: 16380...16390, using: &generator)) + [10]
        }
        return bytes
    }

    @Test(
        "lines are written byte for byte as Docker writes them",
        arguments: [
            ("hello\n", #"hello\n"#),
            ("\n", #"\n"#),
            ("\"\\\r\t\u{0}\u{1b}\u{7f}\n", #"\"\\\r\u0009\u0000\u001b"# + "\u{7f}" + #"\n"#),
            ("<a href=\"x\">&\n", #"\u003ca href=\"x\"\u003e\u0026\n"#),
            ("für 教育 😀\n", #"für 教育 😀\n"#),
            ("\u{2028}\u{2029}\u{202a}\n", #"\u2028\u2029"# + "\u{202a}" + #"\n"#),
        ])
    func goldenLine(written: String, log: String) throws {
        try LogWriter(fixture.path).write(written, from: .stderr)
        let line = try Files.text(fixture.path)
        #expect(line.hasPrefix(#"{"log":"\#(log)","stream":"stderr","time":"20"#))
        #expect(line.hasSuffix("Z\"}\n"))
    }

    @Test(
        "each byte that is no UTF-8 becomes one U+FFFD, as Go's encoder has it",
        arguments: [
            ([0xff, 0xfe], 2), ([0xe2, 0x82], 2), ([0xed, 0xa0, 0x80], 3), ([0xc0, 0x80], 2),
            ([0xf4, 0x90, 0x80, 0x80], 4), ([0xf0, 0x8f, 0xbf, 0xbf], 4), ([0xe0, 0x9f, 0xbf], 3), ([0xe2, 0x41], 1),
        ] as [([UInt8], Int)])
    func invalid(bytes: [UInt8], count: Int) throws {
        try LogWriter(fixture.path).write(bytes + [10])
        let letter = bytes.last == 0x41 ? "A" : ""
        let log = String(repeating: #"\ufffd"#, count: count) + letter + #"\n"#
        #expect(try Files.text(fixture.path).hasPrefix(#"{"log":"\#(log)","stream":"stdout""#))
    }

    @Test("attributes stand between stream and time")
    func attributes() throws {
        try LogWriter(fixture.path, attributes: ["b": "2", "a": "\"1\""]).write("x\n")
        let expected = #"{"log":"x\n","stream":"stdout","attrs":{"a":"\"1\"","b":"2"},"time":""#
        #expect(try Files.text(fixture.path).hasPrefix(expected))
    }

    @Test("an unfinished line waits for its end, that of its stream, or 16 KiB")
    func partialLines() throws {
        let writer = try LogWriter(fixture.path)
        writer.write("one ")
        writer.write("err", from: .stderr)
        #expect(try Files.read(fixture.path).isEmpty)
        writer.write("line\nlast")
        writer.end(.stderr)
        writer.end(.stdout)
        writer.end(.stdout)
        writer.write(String(repeating: "x", count: 16383) + "é\n")
        let entries = try LogFixture.entries(of: fixture.path)
        #expect(entries.map(\.text) == ["one line\n", "err", "last", String(repeating: "x", count: 16383), "é\n"])
        #expect(entries.map(\.stream) == [.stdout, .stderr, .stdout, .stdout, .stdout])
    }

    @Test("a megabyte comes back as it was, and the log does not depend on how it arrived")
    func anyPieces() throws {
        let bytes = Self.text(count: 1 << 20)
        let whole = fixture.directory.appending("whole")
        let first = try LogWriter(whole)
        first.write(bytes)
        first.end(.stdout)
        let second = try LogWriter(fixture.path)
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = min(rest.count, Int.random(in: 1...(Bool.random() ? 5 : 50000)))
            second.write(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        second.end(.stdout)
        let expected = try LogFixture.entries(of: whole).map(\.text)
        #expect(try LogFixture.entries(of: fixture.path).map(\.text) == expected)
        #expect(expected.joined().utf8.elementsEqual(bytes))
        #expect(expected.allSatisfy { $0.utf8.count <= 16384 })
    }

    @Test("a megabyte of any bytes leaves a sound log, with its text in it")
    func anyBytes() throws {
        let bytes = (0..<(1 << 20)).map { _ in UInt8.random(in: 0...255) }
        let writer = try LogWriter(fixture.path)
        writer.write(bytes)
        writer.end(.stdout)
        let text = try LogFixture.entries(of: fixture.path).map(\.text).joined()
        // What is ASCII is always right.
        #expect(text.utf8.filter { $0 < 0x80 } == bytes.filter { $0 < 0x80 })
    }

    // MARK: Rotation

    private func lines(_ numbers: Range<Int>) -> [String] { numbers.map { "line \($0)\n" } }

    @Test(
        "the last max-file files are kept, none larger than max-size, with every line of theirs",
        arguments: [1, 2, 3, 5])
    func rotation(count: Int) throws {
        let writer = try LogWriter(fixture.path, maxSize: 1000, maxFile: count)
        // In one piece and in many: a batch is cut where a file is full.
        writer.write(lines(0..<100).joined())
        lines(100..<200).forEach { writer.write($0) }
        let names = ["log"] + (1..<count).map { "log.\($0)" }
        #expect(try fixture.names() == names)
        var kept: [String] = []
        for name in names.reversed() {
            let file = fixture.directory.appending(name)
            #expect(try (700...1000).contains(Files.read(file).count) || name == "log")
            #expect(try Files.read(file).count <= 1000)
            kept += try LogFixture.entries(of: file).map(\.text)
        }
        #expect(kept == lines(200 - kept.count..<200))
    }

    @Test("a line that is longer than max-size has a file to itself")
    func longLine() throws {
        let writer = try LogWriter(fixture.path, maxSize: 500, maxFile: 9)
        writer.write("a\n" + String(repeating: "b", count: 1000) + "\nc\n")
        #expect(try fixture.names() == ["log", "log.1", "log.2"])
        #expect(try LogFixture.entries(of: fixture.path).map(\.text) == ["c\n"])
    }

    @Test("a rotation that a crash interrupted has lost nothing, and the next one fills the gap")
    func interrupted() throws {
        for (name, line) in [("log", 2), ("log.2", 1), ("log.new", 9)] {
            try LogWriter(fixture.directory.appending(name)).write("line \(line)\n")
        }
        #expect(try fixture.printed().output == "line 1\nline 2\n")
        let writer = try LogWriter(fixture.path, maxSize: 100, maxFile: 3)
        writer.write("line 3\n")
        #expect(try fixture.names().filter { $0.hasPrefix("log") } == ["log", "log.1", "log.2"])
        #expect(try fixture.printed().output == "line 1\nline 2\nline 3\n")
    }

    @Test("a log that cannot be rotated goes on, and one that somebody emptied starts afresh")
    func withoutRotation() throws {
        try Files.makeDirectory(fixture.directory.appending("log.new"))
        let writer = try LogWriter(fixture.path, maxSize: 200, maxFile: 2)
        writer.write(lines(0..<10).joined())
        #expect(try LogFixture.entries(of: fixture.path).map(\.text) == lines(0..<10))
        rmdir(fixture.directory.appending("log.new").string)
        truncate(fixture.path.string, 0)
        writer.write("next\n")
        #expect(try LogFixture.entries(of: fixture.path).map(\.text) == ["next\n"])
    }

    @Test("a line that a crash cut off does not swallow the next")
    func cutLine() throws {
        try LogWriter(fixture.path).write("whole\ncut\n")
        truncate(fixture.path.string, off_t(try Files.read(fixture.path).count - 20))
        try LogWriter(fixture.path).write("next\n")
        let lines = try Files.text(fixture.path).split(separator: "\n")
        #expect(lines.count == 3 && lines[2].hasPrefix(#"{"log":"next\n""#))
        #expect(try fixture.printed().output == "whole\nnext\n")
    }

    // MARK: A full disk

    /// A tmpfs of that size, mounted nowhere; gone with the descriptor.
    private func disk(size: String) throws -> OwnedDescriptor {
        let context = OwnedDescriptor(owning: minirun_fsopen("tmpfs"))
        try #require(minirun_fsconfig_string(context.rawValue, "size", size) == 0)
        let mount = minirun_fsmount(context.rawValue, 0)
        try #require(mount >= 0)
        return OwnedDescriptor(owning: mount)
    }

    @Test(
        "a full disk costs lines, says how many, and never the file's format",
        .enabled(if: geteuid() == 0, "needs root, to make a small tmpfs"))
    func fullDisk() throws {
        let disk = try disk(size: "1m")
        let directory = FilePath("/proc/self/fd/\(disk.rawValue)")
        let filler = directory.appending("filler")
        try Files.write([UInt8](repeating: 0, count: 300_000), to: filler)
        let path = directory.appending("log")
        let writer = try LogWriter(path)
        for start in stride(from: 0, to: 20000, by: 100) { writer.write(lines(start..<start + 100).joined()) }
        #expect(unlink(filler.string) == 0)
        writer.write("afterwards\n")

        let texts = try LogFixture.entries(of: path).map(\.text)
        let kept = texts.count - 2
        #expect(kept > 5000)
        #expect(texts.prefix(kept) == lines(0..<kept)[...])
        #expect(texts[kept] == "minirun: \(20000 - kept) lines of this log were lost: no space left on device\n")
        #expect(texts.last == "afterwards\n")
        withExtendedLifetime(disk.rawValue) {}
    }
}
