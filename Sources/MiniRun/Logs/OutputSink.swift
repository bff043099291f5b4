import CShim
import Namespaces
import SystemPackage

/// The two standard outputs with one buffer before them, in which their order is kept.
final class OutputSink {
    private static let batch = 65536

    /// What is to be written to the chosen output.
    var buffer = ByteBuffer(capacity: batch)
    /// Whether nobody reads any more.
    private(set) var isDeserted = false
    private let outputs: (CInt, CInt)
    private var chosen = LogStream.stdout

    /// A way to two open descriptors, which stay the caller's.
    init(_ standardOutput: CInt = 1, _ standardError: CInt = 2) { outputs = (standardOutput, standardError) }

    /// Where the results go.
    var standardOutput: CInt { outputs.0 }

    /// Chooses where the following bytes go.
    func choose(_ stream: LogStream) {
        guard stream != chosen else { return }
        flush()
        chosen = stream
    }

    /// Writes when much has gathered.
    func flushIfLarge() { if buffer.count >= Self.batch { flush() } }

    /// Writes what has gathered, and waits where the output does.
    func flush() {
        defer { buffer.truncate(to: 0) }
        let descriptor = chosen == .stdout ? outputs.0 : outputs.1
        var done = 0
        while done < buffer.count, !isDeserted {
            let count = write(descriptor, buffer.bytes.baseAddress.map { $0 + done }, buffer.count - done)
            if count >= 0 {
                done += count
                continue
            }
            switch Errno.current {
            case .interrupted: continue
            case .wouldBlock:
                var output = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&output, 1, -1)
            default: isDeserted = true
            }
        }
    }
}
