import CShim

/// A moment: nanoseconds since 1970 (UTC).
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00:00Z, without leap seconds.
    public var nanoseconds: Int64

    /// That many nanoseconds after 1970.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// That many seconds and nanoseconds after 1970; what lies beyond 1677 or 2262 becomes the first or the last moment.
    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        // Before 1970 the seconds alone may already lie beyond the end.
        self.nanoseconds = Int64(clamping: Int128(seconds) * Int128(Self.second) + Int128(nanoseconds))
    }

    /// That many seconds after 1970, to the nearest nanosecond; beyond the ends likewise.
    public init(seconds: Double) {
        let exact = (seconds * Double(Self.second)).rounded()
        nanoseconds = Int64(exactly: exact) ?? (exact < 0 ? .min : .max)
    }

    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 { Int64(CivilTime.divide(Int(nanoseconds), Int(Self.second)).quotient) }

    /// This very moment (CLOCK_REALTIME).
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }

    /// The earlier one is less.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// How long it is from `start` to this moment; as long as can be said where that is too long.
    public func since(_ start: Timestamp) -> GoDuration {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        return GoDuration(nanoseconds: overflow ? (self < start ? .min : .max) : difference)
    }

    /// Nanoseconds in a second.
    static let second: Int64 = 1_000_000_000
}
