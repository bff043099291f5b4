import CShim

/// A moment of the clock that is never set back (CLOCK_MONOTONIC), in nanoseconds.
public struct Moment: Comparable, Sendable {
    private let nanoseconds: Int64

    /// So many nanoseconds from now.
    public static func after(nanoseconds: Int64) -> Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        return Moment(nanoseconds: now.addingReportingOverflow(nanoseconds).overflow ? .max : now + nanoseconds)
    }

    /// So many seconds from now.
    public static func after(seconds: Double) -> Moment { after(nanoseconds: Int64(min(seconds, 1e9) * 1e9)) }

    /// This moment.
    public static var now: Moment { after(nanoseconds: 0) }

    /// Whether it has come.
    public var hasCome: Bool { self <= .now }

    /// Nanoseconds from an earlier one.
    public func nanoseconds(since earlier: Moment) -> Int64 { nanoseconds - earlier.nanoseconds }

    /// Earlier comes first.
    public static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    /// What poll(2) is to wait: rounded up, so that the moment has come afterwards; -1 for ever.
    public static func milliseconds(until moment: Moment?) -> CInt {
        guard let moment else { return -1 }
        let left = max(0, moment.nanoseconds(since: .now))
        return CInt(min(left / 1_000_000 + (left % 1_000_000 == 0 ? 0 : 1), Int64(CInt.max)))
    }
}
