import Namespaces

/// `--health-cmd` and its companions: how a container is asked whether it is well.
public struct HealthCheck: Sendable, Equatable {
    /// What `sh -c` runs inside; exit code 0 means well.
    public var command: String
    /// From the end of one probe to the begin of the next.
    public var interval = GoDuration(nanoseconds: 30_000_000_000)
    /// How long one probe may take.
    public var timeout = GoDuration(nanoseconds: 30_000_000_000)
    /// So many failures in a row make it unhealthy.
    public var retries = 3
    /// Failures in this time after the start do not count.
    public var startPeriod = GoDuration(nanoseconds: 0)
    /// The interval during that time.
    public var startInterval = GoDuration(nanoseconds: 5_000_000_000)

    /// Reads the options of a request; nil when no command is given. Throws Docker's sentences.
    init?(_ request: RunRequest) throws(UsageError) {
        let options = request.health
        if request.hasNoHealthCheck {
            guard options.isEmpty else { throw UsageError("--no-healthcheck conflicts with --health-* options") }
            return nil
        }
        command = options["health-cmd"] ?? ""
        interval = try Self.duration(options, "health-interval") ?? interval
        timeout = try Self.duration(options, "health-timeout") ?? timeout
        startPeriod = try Self.duration(options, "health-start-period") ?? startPeriod
        startInterval = try Self.duration(options, "health-start-interval") ?? startInterval
        if let text = options["health-retries"] {
            let number = try ScalarOptions.integer(text, of: "--health-retries")
            guard number >= 0 else { throw UsageError("--health-retries cannot be negative") }
            retries = number == 0 ? 3 : number
        }
        if command.isEmpty { return nil }
    }

    /// Zero stands for the default, as with Docker.
    private static func duration(_ options: [String: String], _ name: String) throws(UsageError) -> GoDuration? {
        guard let text = options[name] else { return nil }
        let duration: GoDuration
        do { duration = try GoDuration(parsing: text) } catch {
            throw UsageError("invalid argument \(text.goQuoted) for \"--\(name)\" flag: \(error.message)")
        }
        guard duration.nanoseconds >= 0 else { throw UsageError("--\(name) cannot be negative") }
        if duration.nanoseconds == 0 { return nil }
        guard duration.nanoseconds >= 1_000_000 else {
            throw UsageError("--\(name): \(text) is too short: it cannot be less than 1ms")
        }
        return duration
    }
}

extension RunRequest {
    /// `--no-healthcheck`.
    var hasNoHealthCheck: Bool { options["no-healthcheck"] != nil }

    /// Those of `--health-cmd` and its companions that were given, by long name.
    var health: [String: String] {
        options.compactMapValues(\.last).filter { $0.key.hasPrefix("health-") }
    }
}
