import CShim
import Namespaces

/// Asks a container to stop, and ends it when it has not after a while.
final class StopSequence: PollParticipant {
    private let process: SpawnedProcess
    private let signal: CInt
    private let seconds: Double
    private(set) var deadline: Moment?

    init(_ process: SpawnedProcess, _ configuration: ContainerConfiguration) {
        self.process = process
        signal = configuration.request.signalToStop
        seconds = Double(configuration.request.secondsToStop)
    }

    /// Sends the signal; the clock runs from now on. A negative time-out waits without end.
    func begin() {
        try? process.signal(signal)
        if seconds >= 0 { deadline = .after(seconds: seconds) }
    }

    var interest: [pollfd] { [] }

    func serve(_ polled: ArraySlice<pollfd>) throws {
        guard let deadline, deadline.hasCome else { return }
        self.deadline = nil
        try process.signal(SIGKILL)
    }
}

/// The signals by which the host asks a supervisor to stop its container: at shutdown, or by hand.
final class StopSignals: PollParticipant {
    private let queue: SignalQueue
    /// What to do then.
    var handler: () -> Void = {}

    init() throws(KernelError) { queue = try SignalQueue() }

    var interest: [pollfd] { [pollfd(fd: queue.descriptor, events: Int16(POLLIN), revents: 0)] }

    func serve(_ polled: ArraySlice<pollfd>) throws {
        guard polled.first?.revents != 0 else { return }
        if queue.take().contains(where: { [SIGTERM, SIGINT, SIGPWR].contains($0) }) { handler() }
    }
}
