/// How a container stands, as far as `ps` words it.
public struct ContainerStatus: Sendable, Hashable {
    /// Docker's words for it, which are the values of `--filter status=`.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Never started.
        case created
        /// Its command runs.
        case running
        /// Its processes are frozen.
        case paused
        /// Ended, and soon to be started again.
        case restarting
        /// Being taken away.
        case removing
        /// Its command has ended.
        case exited
        /// Ended, and could not be taken away.
        case dead
    }

    /// The verdict of its health check, which are the values of `--filter health=`.
    public enum Health: String, Sendable, Hashable, CaseIterable {
        /// It has none.
        case none
        /// Not enough probes yet.
        case starting
        /// The last probe succeeded.
        case healthy
        /// Too many probes in a row failed.
        case unhealthy

        fileprivate var words: String { self == .starting ? "health: starting" : rawValue }
    }

    /// How it stands.
    public var state: State
    /// The last start.
    public var started: Timestamp?
    /// The last end.
    public var finished: Timestamp?
    /// The last exit code.
    public var exitCode: Int32
    /// Its health.
    public var health: Health

    /// A status from its parts.
    public init(
        _ state: State, started: Timestamp? = nil, finished: Timestamp? = nil, exitCode: Int32 = 0,
        health: Health = .none
    ) {
        self.state = state
        self.started = started
        self.finished = finished
        self.exitCode = exitCode
        self.health = health
    }

    /// Whether there are processes, or will be again without anybody's doing: what `ps` without `-a` shows.
    public var isActive: Bool { state == .running || state == .paused || state == .restarting }

    /// `Up 3 minutes (healthy)`, `Exited (0) 4 seconds ago`: the column STATUS.
    public func text(now: Timestamp) -> String {
        func age(_ start: Timestamp?) -> String { HumanDuration.text(now.since(start ?? now)) }
        switch state {
        case .created: return "Created"
        case .running: return "Up \(age(started))" + (health == .none ? "" : " (\(health.words))")
        case .paused: return "Up \(age(started)) (Paused)"
        case .restarting: return "Restarting (\(exitCode)) \(age(finished)) ago"
        case .removing: return "Removal In Progress"
        case .exited: return "Exited (\(exitCode)) \(age(finished)) ago"
        case .dead: return "Dead"
        }
    }
}
