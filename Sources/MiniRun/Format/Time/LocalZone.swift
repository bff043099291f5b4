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
        var seconds = time_t(moment.nanoseconds / Timestamp.second)
        var fields = tm()
        tzset()
        guard localtime_r(&seconds, &fields) != nil, let name = fields.tm_zone else { return utc }
        return LocalZone(offset: fields.tm_gmtoff, name: String(cString: name))
    }

    /// `Z`, `+02:00`: as RFC 3339 writes it.
    var rfc3339: String { offset == 0 ? "Z" : text(separator: ":") }

    /// `+0000`, `+0200`.
    var digits: String { text(separator: "") }

    private func text(separator: String) -> String {
        let minutes = abs(offset) / 60
        return (offset < 0 ? "-" : "+") + (minutes / 60).padded(2) + separator + (minutes % 60).padded(2)
    }
}
