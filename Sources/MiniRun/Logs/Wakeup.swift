import CShim
import Namespaces

/// What ended a wait for something new.
enum Wakeup: Sendable, Equatable {
    /// Something has changed in the directory.
    case change
    /// What was followed has ended.
    case end
    /// The time is up.
    case deadline
    /// Nobody reads our output any more.
    case desertion
}

extension DirectoryWatch {
    /// Waits for a change; or for `end` to become readable, for the moment `deadline`, or for the reader of `output` to go,
    /// which is how `logs -f | head` ends before the next line.
    borrowing func wait(end: CInt? = nil, deadline: Timestamp? = nil, output: CInt) -> Wakeup {
        while true {
            var milliseconds = -1
            if let deadline {
                let left = deadline.since(.now).nanoseconds
                guard left > 0 else { return .deadline }
                milliseconds = Int(min(Int64(CInt.max), left / 1_000_000 + 1))
            }
            var polled = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: end ?? -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: output, events: 0, revents: 0),
            ]
            guard poll(&polled, nfds_t(polled.count), CInt(milliseconds)) > 0 else { continue }
            if polled[2].revents != 0 { return .desertion }
            if polled[1].revents != 0 { return .end }
            return .change
        }
    }
}
