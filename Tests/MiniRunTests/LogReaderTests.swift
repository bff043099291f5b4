import CShim
import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// `logs` prints what was written, from wherever it is asked to, over rotations and damage.
struct LogReaderTests {
    private let fixture: LogFixture

    init() throws { fixture = try LogFixture() }

    private static func line(_ text: String, second: Int, stream: LogStream = .stdout) -> String {
        let digits = second < 10 ? "0\(second)" : "\(second)"
        return "{\"log\":\"\(text)\",\"stream\":\"\(stream)\",\"time\":\"2026-11-25T02:03:\(digits).5Z\"}\n"
    }

    private static func moment(second: Int64, nanoseconds: Int64 = 0) -> Timestamp {
        Timestamp(seconds: 1_795_572_180 + second, nanoseconds: 500_000_000 + nanoseconds)
    }

    private func rotated() throws {
        for (name, numbers) in [("log.10", 0..<3), ("log.2", 3..<4), ("log.1", 4..<8), ("log", 8..<10)] {
            let text = numbers.map { Self.line("\($0)\\n", second: $0) }.joined()
            try Files.write(text, to: fixture.directory.appending(name))
        }
    }

    private func numbers(_ range: Range<Int>) -> String { range.map { "\($0)\n" }.joined() }

    @Test(
        "--tail counts back over the rotated files",
        arguments: [(0, 10), (1, 9), (2, 8), (3, 7), (6, 4), (7, 3), (9, 1), (10, 0), (11, 0)])
    func tail(count: Int, first: Int) throws {
        try rotated()
        var query = LogQuery()
        query.tail = count
        #expect(try fixture.printed(query).output == numbers(first..<10))
    }

    @Test("--tail finds lines that begin blocks before the end")
    func longTail() throws {
        let long = String(repeating: "x", count: 90000)
        let text = (0..<5).map { Self.line("\(long)\($0)\\n", second: $0) }.joined()
        try Files.write(text + "\0\0\0", to: fixture.path)
        var query = LogQuery()
        query.tail = 2
        #expect(try fixture.printed(query).output == "\(long)3\n\(long)4\n")
    }

    @Test("--since and --until take the lines of their own moments along")
    func sinceUntil() throws {
        try rotated()
        var query = LogQuery()
        query.since = Self.moment(second: 3)
        query.until = Self.moment(second: 8)
        #expect(try fixture.printed(query).output == numbers(3..<9))
        query.follows = true
        #expect(try fixture.printed(query).output == numbers(3..<9))
        query.since = Self.moment(second: 9, nanoseconds: 1)
        query.until = nil
        #expect(try fixture.printed(query).output == "")
    }

    @Test("standard error goes to standard error, unless the container has a terminal")
    func streams() throws {
        let text = Self.line("a\\n", second: 1) + Self.line("b\\n", second: 2, stream: .stderr)
        try Files.write(text + Self.line("c\\n", second: 3), to: fixture.path)
        #expect(try fixture.printed() == ("a\nc\n", "b\n"))
        #expect(try fixture.printed(isTerminal: true) == ("a\nb\nc\n", ""))
    }

    @Test("times and attributes stand in front of each line, and not within one that was cut")
    func introductions() throws {
        var text = Self.line("a", second: 1) + Self.line("b\\n", second: 2)
        text += #"{"log":"c\n","stream":"stdout","attrs":{"k":"ü v","a":"/"},"time":"2026-11-25T02:03:04Z"}"# + "\n"
        try Files.write(text, to: fixture.path)
        var query = LogQuery()
        query.showsTime = true
        #expect(
            try fixture.printed(query).output
                == "2026-11-25T02:03:01.500000000Z ab\n2026-11-25T02:03:04.000000000Z c\n")
        query.showsTime = false
        query.showsDetails = true
        #expect(try fixture.printed(query).output == " ab\na=%2F,k=%C3%BC+v c\n")
    }

    @Test("a container without a log is told apart from one that is silent")
    func noLog() throws {
        #expect(try fixture.printed() == ("", ""))
        #expect(throws: UsageError("configured logging driver does not support reading")) {
            try LogReader(LogSource(path: nil) { false }, LogQuery()).run()
        }
    }

    // MARK: Damage

    private static let sound = #"{"log":"a\n","stream":"stdout","time":"2026-11-25T02:03:04Z"}"#

    @Test(
        "what is legible of a damaged line is read",
        arguments: [
            (sound, "a\n"),
            ("\0\0\0\0" + sound, "a\n"),
            (#"{"log":"cut"# + sound, "a\n"),
            (#"{"log":"cut\"# + sound, "a\n"),
            (#"{"log":"x","stream":"stdout","time":"2026-11-"# + sound, "a\n"),
            (
                #"{"log":"\u00e9\ud83d\ude00\ud83d\/\b\f\t\q","stream":"stderr","time":"1999-12-31T23:59:59.1+01:00"}"#,
                "é😀\u{fffd}/\u{8}\u{c}\tq"
            ),
        ])
    func legible(line: String, text: String) throws {
        #expect(Array(line.utf8).parsed { LogLine(legibleIn: $0)?.decoded } == text)
    }

    @Test(
        "what cannot be read is passed over",
        arguments: [
            "", "\0\0\0", "{", String(sound.dropLast()), sound + "x", #"{"log":"a","stream":"stdin","time":"x"}"#,
            #"{"log":"a","stream":"stdout","time":"2026-13-25T02:03:04Z"}"#,
            #"{"log":"a","stream":"stdout","attrs":{"a":1},"time":"2026-11-25T02:03:04Z"}"#,
        ])
    func illegible(line: String) throws {
        #expect(Array(line.utf8).parsed { LogLine(legibleIn: $0) == nil })
        try Files.write(line + "\n" + Self.sound + "\n" + line, to: fixture.path)
        #expect(try fixture.printed().output == "a\n")
    }

    // MARK: Following

    @Test("following goes on over many rotations until the container has ended, and misses nothing", arguments: [2, 4])
    func follow(files: Int) throws {
        let (reader, output) = try LogFixture.pipe()
        let (end, ending) = try LogFixture.pipe()
        let path = fixture.path
        let follower = OwnThread {
            var query = LogQuery()
            query.follows = true
            let source = LogSource(path: path, ended: OwnedDescriptorBox(end)) { true }
            try? LogReader(source, query, OutputSink(output, output)).run()
            close(output)
        }
        let writer = try LogWriter(path, maxSize: 300, maxFile: files)
        // In step, or the writer could remove files that the reader has not come to.
        for index in 0..<500 {
            writer.write("line \(index)\n", from: index % 7 == 0 ? .stderr : .stdout)
            #expect(LogFixture.line(from: reader) == "line \(index)")
        }
        writer.write("last words")
        writer.end(.stdout)
        close(ending)
        #expect(LogFixture.line(from: reader) == nil)
        follower.join()
        close(reader)
    }

    @Test("following ends when the container has, and when nobody reads any more", arguments: [true, false])
    func ends(byReader: Bool) throws {
        try Files.write(Self.line("a\\n", second: 1), to: fixture.path)
        let (reader, writer) = try LogFixture.pipe()
        var query = LogQuery()
        query.follows = true
        let path = fixture.path
        let follower = OwnThread { [query] in
            try? LogReader(LogSource(path: path) { byReader }, query, OutputSink(writer, writer)).run()
        }
        #expect(LogFixture.line(from: reader) == "a")
        if byReader { close(reader) }
        follower.join()
        if !byReader { close(reader) }
        close(writer)
    }

    @Test("following reads a log from its beginning that somebody has emptied")
    func emptied() throws {
        try Files.write(Self.line("first\\n", second: 1), to: fixture.path)
        var reader = try RotatedReader(fixture.path)
        var seen: [String] = []
        func look() throws {
            _ = try reader.readOn { line in
                if let entry = LogLine(legibleIn: line) { seen.append(entry.decoded) }
                return true
            }
        }
        try look()
        truncate(fixture.path.string, 0)
        try LogWriter(fixture.path).write("x\n")
        truncate(fixture.path.string, 0)
        try look()
        try LogWriter(fixture.path).write("y\n")
        try look()
        #expect(seen == ["first\n", "y\n"])
    }
}
