import CShim
import Namespaces
import SystemPackage

/// Prints a container's log: the rotated files in their order and the live one, what came from standard output to ours and
/// what came from standard error to ours.
///
/// Following waits for changes in the log's directory, over rotations, until the container has ended and everything is
/// read. Damaged lines are passed over.
public struct LogReader: ~Copyable {
    private let source: LogSource
    private let query: LogQuery
    private let sink: OutputSink
    /// Whether the last piece of each stream ended with a newline.
    private var isAtLineStart: (stdout: Bool, stderr: Bool) = (true, true)

    /// Prints what `query` wants of a container's log.
    public init(_ source: consuming LogSource, _ query: LogQuery) { self.init(source, query, OutputSink()) }

    init(_ source: consuming LogSource, _ query: LogQuery, _ sink: OutputSink) {
        self.source = source
        self.query = query
        self.sink = sink
    }

    /// Prints. Ends quietly when nobody reads any more. Throws `UsageError` when the container keeps no log, `CorruptFile`,
    /// `KernelError`.
    public consuming func run() throws {
        guard let path = source.path else {
            throw UsageError("configured logging driver does not support reading")
        }
        if query.follows {
            try follow(path, DirectoryWatch(path.removingLastComponent()))
        } else {
            var files = try RotatedReader(path)
            skip(in: &files)
            try files.readPresent { print($0) }
        }
        sink.flush()
    }

    private mutating func follow(_ path: FilePath, _ watch: borrowing DirectoryWatch) throws {
        var files = try RotatedReader(path)
        skip(in: &files)
        var last = Wakeup.change
        while last != .desertion {
            watch.clear()
            // Asked before the look: what was written before the end is then read.
            let isLast = last != .change || !source.isRunning()
            let goesOn = try files.readOn { print($0) }
            sink.flush()
            if isLast || !goesOn || sink.isDeserted { return }
            last = watch.wait(end: descriptorOfEnd, deadline: query.until, output: sink.standardOutput)
        }
    }

    private func skip(in files: inout RotatedReader) {
        if let tail = query.tail {
            files.skip(toLast: tail)
        } else if let since = query.since {
            files.skip(before: since)
        }
    }

    private var descriptorOfEnd: CInt? { source.ended?.number }

    /// Prints one line of the file; says whether to go on.
    private mutating func print(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let entry = LogLine(legibleIn: line) else { return true }
        if let since = query.since, entry.time < since { return true }
        if let until = query.until, entry.time > until { return false }
        let stream = source.isTerminal ? .stdout : entry.stream
        sink.choose(stream)
        // Within a long line that was cut, Docker puts the time into its middle.
        if stream == .stdout ? isAtLineStart.stdout : isAtLineStart.stderr { introduce(entry) }
        JSONCursor.decode(entry.text, to: &sink.buffer)
        let endsLine = sink.buffer.bytes.last == 10
        if stream == .stdout { isAtLineStart.stdout = endsLine } else { isAtLineStart.stderr = endsLine }
        sink.flushIfLarge()
        return !sink.isDeserted
    }

    private func introduce(_ entry: LogLine) {
        if query.showsTime {
            sink.buffer.append(entry.time, hasFixedFraction: true)
            sink.buffer.append(" ")
        }
        if query.showsDetails {
            entry.appendDetails(to: &sink.buffer)
            sink.buffer.append(" ")
        }
    }
}
