extension Timestamp {
    /// What Docker prints for a moment that never was, Go's zero time.
    public static let never = "0001-01-01T00:00:00Z"

    /// `2026-11-25T02:03:04.12Z`: UTC, the fraction as long as it has to be (Go's RFC3339Nano). `inspect` prints times so.
    public var rfc3339: String { text(in: .utc, fixedFraction: false) }

    /// `2026-11-25T03:03:04.120000000+01:00`: always nine digits, so that lines stand below each other. `logs -t` prints
    /// UTC, `events` local time.
    public func fixedRFC3339(in zone: LocalZone) -> String { text(in: zone, fixedFraction: true) }

    /// `2026-11-25 03:03:04 +0100 CET`: Go's way to print a time, in whole seconds, as `ps` shows `CreatedAt`.
    public func goText(in zone: LocalZone) -> String {
        let time = CivilTime(self, offset: zone.offset)
        return "\(time.date) \(time.clock) \(zone.digits) \(zone.name)"
    }

    private func text(in zone: LocalZone, fixedFraction: Bool) -> String {
        let time = CivilTime(self, offset: zone.offset)
        return "\(time.date)T\(time.clock)\(time.fraction(isFixed: fixedFraction))\(zone.rfc3339)"
    }
}

extension CivilTime {
    fileprivate var date: String { "\(year.padded(4))-\(month.padded(2))-\(day.padded(2))" }

    fileprivate var clock: String { "\(hour.padded(2)):\(minute.padded(2)):\(second.padded(2))" }

    fileprivate func fraction(isFixed: Bool) -> String {
        let digits = "." + nanosecond.padded(9)
        if isFixed { return digits }
        guard let last = digits.lastIndex(where: { $0 != "0" }), nanosecond > 0 else { return "" }
        return String(digits[...last])
    }
}
