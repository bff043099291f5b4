import CShim

/// How far local time is ahead of UTC, and what people call that.
public struct LocalZone: Sendable, Hashable {
    /// Seconds east of Greenwich.
    public var offset: Int
    /// `UTC`, `CET`, or `+03` where there is no name.
    public var name: String

    /// A zone from its two parts.
    public init(offset: Int, name: String) {
        self.offset = offset
        self.name = name
    }

    /// No offset at all.
    public static let utc = LocalZone(offset: 0, name: "UTC")

    /// What the machine, or the variable TZ, says for this moment (localtime(3)).
    public static func at(_ moment: Timestamp) -> LocalZone {
        var seconds = time_t(moment.seconds)
        var fields = tm()
        tzset()
        guard localtime_r(&seconds, &fields) != nil, let name = fields.tm_zone else { return utc }
        return LocalZone(offset: fields.tm_gmtoff, name: String(cString: name))
    }
}
