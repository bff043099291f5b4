import CShim
import Namespaces
import SystemPackage

/// One of those who share a ``PollLoop``: says what to be woken for, and does what that made possible.
protocol PollParticipant: AnyObject {
    /// The descriptors and events that it waits for now; asked before each wait.
    var interest: [pollfd] { get }
    /// The moment by which it wants to be served in any case.
    var deadline: Moment? { get }
    /// Does what there is to do; `polled` is its own interest with the answers filled in. Called after each wait.
    func serve(_ polled: ArraySlice<pollfd>) throws
}

extension PollParticipant {
    var deadline: Moment? { nil }
}

/// The one place where a supervisor waits: poll(2) for all of its participants, on one thread.
final class PollLoop {
    private var participants: [any PollParticipant] = []

    /// Lets one more take part; served in the order in which they came.
    func add(_ participant: any PollParticipant) { participants.append(participant) }

    /// No longer serves this one.
    func remove(_ participant: any PollParticipant) { participants.removeAll { $0 === participant } }

    /// Lets go of all of them. Some hold the loop in turn, and with it what has to be closed before the process ends.
    func dismiss() { participants = [] }

    /// Waits until somebody has something to do, and serves everybody. Throws what a participant throws.
    func turn() throws {
        let present = participants
        let wishes = present.map(\.interest)
        var polled = wishes.flatMap(\.self)
        let timeout = Moment.milliseconds(until: present.compactMap(\.deadline).min())
        if poll(&polled, nfds_t(polled.count), timeout) < 0 {
            let error = Errno.current
            if error == .interrupted { return }
            throw KernelError("wait for the container", error)
        }
        var start = 0
        for (participant, wish) in zip(present, wishes) {
            let end = start + wish.count
            try participant.serve(polled[start..<end])
            start = end
        }
    }
}

/// A moment of the clock that is never set back (CLOCK_MONOTONIC), in nanoseconds.
struct Moment: Comparable, Sendable {
    private let nanoseconds: Int64

    /// So many nanoseconds from now.
    static func after(nanoseconds: Int64) -> Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        return Moment(nanoseconds: now.addingReportingOverflow(nanoseconds).overflow ? .max : now + nanoseconds)
    }

    /// So many seconds from now.
    static func after(seconds: Double) -> Moment { after(nanoseconds: Int64(min(seconds, 1e9) * 1e9)) }

    /// This moment.
    static var now: Moment { after(nanoseconds: 0) }

    /// Whether it has come.
    var hasCome: Bool { self <= .now }

    /// Nanoseconds from an earlier one.
    func nanoseconds(since earlier: Moment) -> Int64 { nanoseconds - earlier.nanoseconds }

    static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    /// What poll(2) is to wait: rounded up, so that the moment has come afterwards; -1 for ever.
    static func milliseconds(until moment: Moment?) -> CInt {
        guard let moment else { return -1 }
        let left = max(0, moment.nanoseconds(since: .now))
        return CInt(min(left / 1_000_000 + (left % 1_000_000 == 0 ? 0 : 1), Int64(CInt.max)))
    }
}
