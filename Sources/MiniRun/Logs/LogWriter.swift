import CShim
import Namespaces
import SystemPackage

/// Turns the bytes of a container's outputs into its log: one JSON object a line, byte for byte Docker's json-file format.
///
/// A line is held back until it ends, its stream ends, or 16 KiB of it are there; then that much is written as a line
/// without a newline of its own. Everything that one read brought carries one time and goes out in one write, as far as
/// 64 KiB and the size of the files allow.
///
/// Writing never fails and never waits for anything but the disk. Lines that the disk does not take are counted, and the
/// log says so as soon as it can: a container must not stop because its log is full. (A limit on the size of files is
/// such a refusal only where SIGXFSZ is ignored.)
public final class LogWriter {
    private static let batch = 65536
    private static let opening: StaticString = "{\"log\":\""

    private var file: LogFile
    /// Lines that are ready. After a refusal, only the rest of a line that is half written.
    private var output: ByteBuffer
    /// What every line of this moment ends with: stream, attributes and time.
    private var ending: ByteBuffer
    private let attributes: [UInt8]
    private let standardOutput = LineSplitter()
    private let standardError = LineSplitter()
    private var refusal: Errno?
    private var lost = 0

    /// Opens or creates the log. `attributes` are repeated in every line, for `logs --details`.
    public init(
        _ path: FilePath, maxSize: Int64? = nil, maxFile: Int = 1, attributes: [String: String] = [:]
    ) throws(KernelError) {
        file = try LogFile(path, limit: maxSize.map { Int(clamping: $0) } ?? .max, count: maxFile)
        let json = attributes.isEmpty ? "" : ",\"attrs\":" + JSONValue.map(attributes.mapValues { .string($0) }).compact
        self.attributes = Array(json.utf8)
        ending = ByteBuffer(capacity: self.attributes.count + 96)
        // The longest line there can be fits behind a batch that is not full yet.
        output = ByteBuffer(capacity: Self.batch + 6 * LineSplitter.longest + self.attributes.count + 128)
    }

    /// Writes what was read from a stream.
    public func write(_ bytes: UnsafeRawBufferPointer, from stream: LogStream) {
        begin(stream)
        splitter(of: stream).split(bytes.assumingMemoryBound(to: UInt8.self)) { emit($0) }
        flush(output.count)
    }

    /// Writes what is held back of a stream that has ended.
    public func end(_ stream: LogStream) {
        begin(stream)
        splitter(of: stream).finish { emit($0) }
        flush(output.count)
    }

    private func splitter(of stream: LogStream) -> LineSplitter {
        stream == .stdout ? standardOutput : standardError
    }

    private func begin(_ stream: LogStream) {
        let now = Timestamp.now
        if refusal != nil { recover(now) }
        setEnding(stream, now)
    }

    private func setEnding(_ stream: LogStream, _ time: Timestamp) {
        ending.truncate(to: 0)
        ending.append(stream == .stdout ? "\",\"stream\":\"stdout\"" : "\",\"stream\":\"stderr\"")
        attributes.withUnsafeBufferPointer { ending.append($0) }
        ending.append(",\"time\":\"")
        ending.append(time)
        ending.append("\"}\n")
    }

    private func emit(_ piece: UnsafeBufferPointer<UInt8>) {
        guard refusal == nil else {
            lost += 1
            return
        }
        let start = output.count
        encode(piece)
        if file.isFull(adding: output.count), start + file.size > 0 {
            flush(start)
            if refusal == nil { file.rotate() }
        }
        if output.count >= Self.batch { flush(output.count) }
    }

    private func encode(_ piece: UnsafeBufferPointer<UInt8>) {
        output.append(Self.opening)
        output.appendJSON(piece)
        output.append(ending.bytes)
    }

    // MARK: A full disk

    /// Writes the first `length` bytes that are ready. When they are refused, the lines that have not gone out are lost,
    /// except for one that is half written: its rest goes out later, so that the file stays what it is.
    private func flush(_ length: Int) {
        guard refusal == nil, length > 0 else { return }
        let (written, reason) = file.write(UnsafeBufferPointer(rebasing: output.bytes[..<length]))
        guard let reason else { return output.removeFirst(written) }
        refusal = reason
        let isCut = written > 0 && output.bytes[written - 1] != 10
        output.removeFirst(written)
        let rest = isCut ? (output.bytes.firstIndex(of: 10) ?? -1) + 1 : 0
        lost += output.bytes[rest...].reduce(0) { $1 == 10 ? $0 + 1 : $0 }
        output.truncate(to: rest)
    }

    /// Tries again after a refusal: the rest of the line first, then a line that says how many there were.
    private func recover(_ now: Timestamp) {
        guard push(), let reason = refusal else { return }
        if lost > 0 {
            setEnding(.stderr, now)
            var sentence = "minirun: \(lost) lines of this log were lost: \(KernelError.words(reason))\n"
            sentence.withUTF8 { encode($0) }
            let length = output.count
            if !push() {
                if output.count == length { output.truncate(to: 0) } else { lost = 0 }
                return
            }
        }
        lost = 0
        refusal = nil
    }

    /// Writes all that is ready; what is refused stays.
    private func push() -> Bool {
        let (written, reason) = file.write(output.bytes)
        output.removeFirst(written)
        if let reason { refusal = reason }
        return output.isEmpty
    }
}
