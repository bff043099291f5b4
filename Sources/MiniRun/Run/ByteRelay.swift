import CShim
import SystemPackage

/// Carries bytes from one descriptor to another without ever waiting for either: it says what it wants to be woken for,
/// and takes from the source only when the last piece has gone out.
struct ByteRelay {
    private let source: CInt
    private let sink: CInt
    private var pending: ArraySlice<UInt8> = []
    /// Whether the source has ended, or one of the two is gone.
    private(set) var isFinished = false

    /// A relay between two open descriptors, which stay the caller's.
    init(from source: CInt, to sink: CInt) {
        self.source = source
        self.sink = sink
    }

    /// What to poll for next; a finished relay waits for nothing.
    var interest: pollfd {
        if isFinished { return pollfd(fd: -1, events: 0, revents: 0) }
        return pending.isEmpty
            ? pollfd(fd: source, events: Int16(POLLIN), revents: 0)
            : pollfd(fd: sink, events: Int16(POLLOUT), revents: 0)
    }

    /// Does what the poll made possible.
    mutating func carry(_ polled: pollfd) {
        guard polled.revents != 0, polled.fd >= 0 else { return }
        if pending.isEmpty { fetch() }
        if !pending.isEmpty, isWritable { deliver() }
    }

    /// Takes everything that is there now; for the last words of a process that has ended.
    mutating func drain() {
        while !isFinished {
            if pending.isEmpty { fetch() }
            if pending.isEmpty { return }
            deliver()
        }
    }

    private var isWritable: Bool {
        var probe = pollfd(fd: sink, events: Int16(POLLOUT), revents: 0)
        return poll(&probe, 1, 0) > 0
    }

    private mutating func fetch() {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = read(source, &chunk, chunk.count)
        if count > 0 {
            pending = chunk[..<count]
        } else if count == 0 {
            isFinished = true
        } else if !Self.isTemporary(.current) {
            isFinished = true
        }
    }

    private mutating func deliver() {
        let count = pending.withUnsafeBytes { write(sink, $0.baseAddress, $0.count) }
        if count >= 0 {
            pending = pending.dropFirst(count)
        } else if !Self.isTemporary(.current) {
            isFinished = true
        }
    }

    private static func isTemporary(_ error: Errno) -> Bool { error == .interrupted || error == .wouldBlock }
}
