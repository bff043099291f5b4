/// What has happened to a container so far, as its record says it; whether it runs now is not in here, but in the lock that
/// its supervisor holds.
public struct ContainerState: Sendable, Equatable {
    /// The last start; nil when there was none yet.
    public var started: Timestamp?
    /// The last end; nil while it runs for the first time.
    public var finished: Timestamp?
    /// The last exit code: the command's, 128+n after signal n.
    public var exitCode: Int32 = 0
    /// Why it could not be started, or ended without its command's doing.
    public var error = ""
    /// Whether the kernel ended a process of it for want of memory.
    public var outOfMemory = false
    /// Frozen by `pause`.
    public var isPaused = false
    /// Between two runs, waiting for the restart that its policy asks for.
    public var isRestarting = false
    /// Restarts by policy since somebody last started it.
    public var restarts = 0
    /// What somebody wants of it; the last word counts.
    public var wish = Wish.none
    /// What its health check found; nil without one.
    public var health: Health?

    /// Nothing has happened yet.
    public init() {}

    /// What is to become of a container whose command ends.
    public enum Wish: String, Sendable {
        /// What its policy says.
        case none
        /// It stays as it is, whatever its policy says.
        case stop
        /// It begins anew.
        case restart
    }

    /// The findings of a health check.
    public struct Health: Sendable, Equatable {
        /// The verdict.
        public enum Status: String, Sendable {
            /// Not enough probes yet.
            case starting
            /// The last probe succeeded.
            case healthy
            /// As many probes in a row failed as the check allows.
            case unhealthy
        }

        /// One probe.
        public struct Probe: Sendable, Equatable {
            /// When it began.
            public var start: Timestamp
            /// When it ended.
            public var end: Timestamp
            /// Its exit code; -1 when it took too long.
            public var exitCode: Int32
            /// What it printed, up to 4096 bytes.
            public var output: String
        }

        /// The verdict so far.
        public var status = Status.starting
        /// Failures in a row.
        public var failingStreak = 0
        /// The last five probes, oldest first.
        public var log: [Probe] = []
    }
}

/// A container as it stands: its record, and whether a supervisor holds it.
public struct Container: Sendable {
    /// What is written down.
    public var record: ContainerRecord
    /// Whether a supervisor holds its lock.
    public var isHeld: Bool

    /// Docker's word for how it stands now.
    public var state: ContainerStatus.State {
        let state = record.state
        guard isHeld else { return state.started == nil ? .created : .exited }
        if state.isRestarting { return .restarting }
        guard record.process != nil else { return state.finished == nil ? .created : .exited }
        return state.isPaused ? .paused : .running
    }

    /// The same with all that people are told about it.
    public var status: ContainerStatus {
        ContainerStatus(
            state, started: record.state.started, finished: record.state.finished, exitCode: exitCode,
            health: record.state.health.flatMap { .init(rawValue: $0.status.rawValue) } ?? .none)
    }

    /// Whether there is a process to talk to.
    public var isRunning: Bool { state == .running || state == .paused }

    /// Whether a supervisor carries out what is asked of it: also between two lives, for a restart goes on with what that
    /// supervisor knows.
    var isWatched: Bool { isRunning || state == .restarting }

    /// The exit code as people are told it. Where the record says that it runs and nobody holds it, its supervisor was
    /// killed, or the machine went down.
    public var exitCode: Int32 {
        if !isHeld && record.process != nil { return 137 }
        return record.state.exitCode
    }
}
