import CShim
import Namespaces
import SystemPackage

/// The one place where a supervisor, or a playground's first process, waits: poll(2) for all of its participants, on one thread.
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
            throw KernelError("wait for what happens", error)
        }
        var start = 0
        for (participant, wish) in zip(present, wishes) {
            let end = start + wish.count
            try participant.serve(polled[start..<end])
            start = end
        }
    }
}
