import Namespaces

/// What of a log is wanted, and how it is to be shown.
public struct LogQuery: Sendable, Equatable {
    /// Go on with what is still to come.
    public var follows = false
    /// Only the last lines, that many; all when nil.
    public var tail: Int?
    /// Nothing before this moment.
    public var since: Timestamp?
    /// Nothing after this one.
    public var until: Timestamp?
    /// When a line was written, in front of it.
    public var showsTime = false
    /// The attributes that `--log-opt` put into it, in front of it.
    public var showsDetails = false

    /// Everything there is now.
    public init() {}

    /// Reads the values of `--tail`, `--since` and `--until`; throws Docker's sentences.
    public init(tail: String, since: String?, until: String?) throws(UsageError) {
        let now = Timestamp.now
        self.tail = try Self.count(tail)
        self.since = try Self.moment(since, "since", now)
        self.until = try Self.moment(until, "until", now)
    }

    /// Docker takes any word for `all`; a slip of the finger then prints gigabytes.
    private static func count(_ text: String) throws(UsageError) -> Int? {
        if text == "all" || text.isEmpty { return nil }
        guard let count = Int(text) else {
            throw UsageError(
                "invalid argument \(text.goQuoted) for \"-n, --tail\" flag: neither a number of lines nor \"all\"")
        }
        return count < 0 ? nil : count
    }

    /// `0` and nothing are no limit, as in Docker.
    static func moment(_ text: String?, _ name: String, _ now: Timestamp) throws(UsageError) -> Timestamp? {
        guard let text, !text.isEmpty, text != "0" else { return nil }
        do { return try Timestamp(parsing: text, now: now) } catch {
            throw UsageError("invalid value for \(name.goQuoted): \(error)")
        }
    }
}
