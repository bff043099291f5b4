import Namespaces

/// `--restart`: what is done when a container's command has ended without being asked to.
public enum RestartPolicy: Sendable, Hashable, CustomStringConvertible {
    /// Nothing.
    case no
    /// It starts again after an exit code other than 0, so many times at most; 0: without end.
    case onFailure(maximum: Int)
    /// It starts again.
    case always
    /// The same; differs where containers are started at boot.
    case unlessStopped

    /// Parses the option's value, with Docker's sentences. Throws `UsageError`.
    public init(parsing text: String) throws(UsageError) {
        let (name, count) = text.cut(":")
        if text.isEmpty {
            self = .no
            return
        }
        if name.isEmpty { throw UsageError("invalid restart policy format: no policy provided before colon") }
        let maximum: Int?
        if let count {
            guard let number = Int(count) else {
                throw UsageError("invalid restart policy format: maximum retry count must be an integer")
            }
            maximum = number
        } else {
            maximum = nil
        }
        switch name {
        case "no": self = .no
        case "always": self = .always
        case "unless-stopped": self = .unlessStopped
        case "on-failure":
            guard (maximum ?? 0) >= 0 else {
                throw UsageError("invalid restart policy: maximum retry count cannot be negative")
            }
            self = .onFailure(maximum: maximum ?? 0)
            return
        default:
            throw UsageError(
                "invalid restart policy: unknown policy '\(name)'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
            )
        }
        if let maximum, maximum != 0 {
            throw UsageError("invalid restart policy: maximum retry count can only be used with 'on-failure'")
        }
    }

    /// Whether a command that ended with this code, after so many restarts, starts again.
    func restarts(after code: Int32, restarts: Int) -> Bool {
        switch self {
        case .no: false
        case .always, .unlessStopped: true
        case .onFailure(let maximum): code != 0 && (maximum == 0 || restarts < maximum)
        }
    }

    /// Docker's name of it, without the count.
    var name: String {
        switch self {
        case .no: "no"
        case .onFailure: "on-failure"
        case .always: "always"
        case .unlessStopped: "unless-stopped"
        }
    }

    /// How many restarts at most; 0: without end.
    var maximum: Int {
        if case .onFailure(let maximum) = self { return maximum }
        return 0
    }

    /// As it is typed.
    public var description: String {
        maximum > 0 ? "\(name):\(maximum)" : name
    }
}

/// How long a supervisor waits before it starts a container again: 100 ms, twice as long each time, a minute at most; from
/// the beginning after a run of ten seconds. Docker's figures (moby, restartmanager).
struct RestartDelay {
    private var milliseconds: Int64 = 0

    /// The next wait, after a run that lasted so long.
    mutating func next(after run: Int64) -> Int64 {
        if run >= 10_000_000_000 { milliseconds = 0 }
        milliseconds = milliseconds == 0 ? 100 : min(milliseconds * 2, 60_000)
        return milliseconds * 1_000_000
    }
}
