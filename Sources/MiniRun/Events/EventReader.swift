import Namespaces
import SystemPackage

/// Prints events as they happen, and those that have happened where `since` or `until` asks for them.
public struct EventReader {
    private let log: EventLog
    private let format: EventFormat
    private let isWanted: (Event) -> Bool
    private let since: Timestamp?
    private let until: Timestamp?
    private let sink: OutputSink

    /// Reads the values of `--since` and `--until`; `isWanted` is what the filters say. Throws Docker's sentences.
    public init(
        _ log: EventLog, since: String? = nil, until: String? = nil, format: EventFormat,
        isWanted: @escaping (Event) -> Bool = { _ in true }
    ) throws(UsageError) {
        try self.init(log, since: since, until: until, format: format, isWanted: isWanted, to: OutputSink())
    }

    init(
        _ log: EventLog, since: String? = nil, until: String? = nil, format: EventFormat,
        isWanted: @escaping (Event) -> Bool = { _ in true }, to sink: OutputSink
    ) throws(UsageError) {
        let now = Timestamp.now
        self.log = log
        self.format = format
        self.isWanted = isWanted
        self.sink = sink
        self.since = try LogQuery.moment(since, "since", now)
        self.until = try LogQuery.moment(until, "until", now)
    }

    /// Prints until the time is up or nobody reads any more. Throws `KernelError`, `CorruptFile`, and `UsageError` from a
    /// template.
    public func run() throws {
        let directory = log.path.removingLastComponent()
        try Files.makeDirectory(directory)
        let watch = try DirectoryWatch(directory)
        var files = try RotatedReader(log.path)
        if since == nil, until == nil { files.skipToEnd() }
        var last = Wakeup.change
        while last != .desertion {
            watch.clear()
            _ = try files.readOn { line in
                try print(line)
                return !sink.isDeserted
            }
            sink.flush()
            if last == .deadline || sink.isDeserted { return }
            last = watch.wait(deadline: until, output: sink.standardOutput)
        }
    }

    private func print(_ line: UnsafeBufferPointer<UInt8>) throws {
        guard let event = Event(legibleIn: line), isWanted(event) else { return }
        if let since, event.time < since { return }
        // One from after the deadline does not end it: writers may overtake each other by a little.
        if let until, event.time > until { return }
        var text = try format.text(of: event) + "\n"
        text.withUTF8 { sink.buffer.append($0) }
        sink.flushIfLarge()
    }
}
