import CShim
import Dispatch
import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// A directory for a log of the test's own, which goes with it, and what is needed to look at it.
final class LogFixture: Sendable {
    let directory: FilePath
    var path: FilePath { directory.appending("log") }

    init() throws {
        var template = Array("/tmp/minirun-log.XXXXXX".utf8CString)
        directory = FilePath(try #require(mkdtemp(&template).map { String(cString: $0) }))
    }

    deinit { try? Files.removeTree(directory) }

    /// The names of the files there.
    func names() throws -> [String] { try Files.names(in: directory).sorted() }

    /// The entries of a file, decoded, in their order.
    static func entries(of file: FilePath) throws -> [(text: String, stream: LogStream)] {
        try Files.read(file).split(separator: 10).map { line in
            try line.withUnsafeBufferPointer { bytes in
                let entry = try #require(LogLine(parsing: bytes), "\(String(decoding: line, as: UTF8.self))")
                return (entry.decoded, entry.stream)
            }
        }
    }

    /// What `logs` prints to its two outputs.
    func printed(
        _ query: LogQuery = LogQuery(), path: FilePath? = nil, isTerminal: Bool = false
    ) throws -> (output: String, error: String) {
        let names = ["output", "error"].map { directory.appending($0) }
        let descriptors = names.map { minirun_open($0.string, O_RDWR | O_CREAT | O_TRUNC, 0o600) }
        defer { descriptors.forEach { close($0) } }
        let source = LogSource(path: path ?? self.path, isTerminal: isTerminal) { false }
        try LogReader(source, query, OutputSink(descriptors[0], descriptors[1])).run()
        return (try Files.text(names[0]), try Files.text(names[1]))
    }

    static func pipe() throws -> (reader: CInt, writer: CInt) {
        var ends: [CInt] = [-1, -1]
        try #require(pipe2(&ends, CInt(O_CLOEXEC)) == 0)
        return (ends[0], ends[1])
    }

    /// The next line that comes out of a pipe; nil at its end.
    static func line(from reader: CInt) -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(reader, &byte, 1) == 1 {
            if byte == 10 { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }
}

/// Work on a thread of its own.
struct OwnThread {
    private let group = DispatchGroup()

    init(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "test").async(group: group, execute: body)
    }

    func join() { group.wait() }
}

extension LogLine {
    /// What the container wrote.
    var decoded: String {
        var output = ByteBuffer(capacity: text.count)
        JSONCursor.decode(text, to: &output)
        return String(decoding: output.bytes, as: UTF8.self)
    }
}

extension LogWriter {
    func write(_ text: String, from stream: LogStream = .stdout) { write(Array(text.utf8), from: stream) }

    func write(_ bytes: some Collection<UInt8>, from stream: LogStream = .stdout) {
        Array(bytes).withUnsafeBytes { write($0, from: stream) }
    }
}

extension Array<UInt8> {
    func parsed<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value { withUnsafeBufferPointer(body) }
}
