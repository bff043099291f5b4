import CShim
import Namespaces
import SystemPackage

/// What has happened, as a file that every process of minirun appends to: `events` in the state directory, one JSON
/// object a line, and `events.1` before it.
///
/// There is no lock on the way: the kernel lets writers with O_APPEND write one after another, and each event is one
/// write. Whoever sees that the file has become too large begins a new one, under a lock.
public struct EventLog: Sendable {
    /// The live file.
    let path: FilePath
    private let limit: Int

    /// The events of a state directory.
    public init(_ paths: StatePaths) { self.init(paths.events) }

    init(_ path: FilePath, limit: Int = 1 << 20) {
        self.path = path
        self.limit = limit
    }

    /// Appends an event. One that cannot be written is lost: nobody's container has to wait for it.
    public func append(_ event: Event) {
        let line = Array((event.json.compact + "\n").utf8)
        while let status = append(line) {
            // Two rotations since the opening: the file that it went to is gone.
            if status.st_nlink == 0 { continue }
            if status.st_size > limit { rotate() }
            return
        }
    }

    /// Appends a line; the state of the file afterwards, nil when that failed.
    private func append(_ line: [UInt8]) -> stat? {
        guard let file = open() else { return nil }
        var status = stat()
        let count = line.withUnsafeBytes { write(file.rawValue, $0.baseAddress, $0.count) }
        return count == line.count && fstat(file.rawValue, &status) == 0 ? status : nil
    }

    private func open() -> OwnedDescriptor? {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK
        var number = minirun_open(path.string, flags, 0o600)
        if number < 0, Errno.current == .noSuchFileOrDirectory {
            try? Files.makeDirectory(path.removingLastComponent())
            number = minirun_open(path.string, flags, 0o600)
        }
        return number < 0 ? nil : OwnedDescriptor(owning: number)
    }

    /// Begins a new file, unless somebody else just has.
    private func rotate() {
        guard let lock = try? FileLock.enter(FilePath("\(path).lock")) else { return }
        defer { withExtendedLifetime(lock) {} }
        var status = stat()
        guard lstat(path.string, &status) == 0, status.st_size > limit else { return }
        rename(path.string, "\(path).1")
    }
}
