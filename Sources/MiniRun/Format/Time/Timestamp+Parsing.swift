import Namespaces

extension Timestamp {
    /// A moment as `--since` and `--until` take it: a Go duration before `now` (`10m`, `1h30m`), a time of RFC 3339 or the
    /// beginning of one (`2026-11-25`, `2026-11-25T02:03`; local time where it names no zone), or seconds since 1970 with a
    /// fraction if need be.
    ///
    /// Throws Docker's sentences, to which `logs` puts `invalid value for "since": ` in front. Unlike Docker's, a duration
    /// is not cut to whole seconds.
    public init(parsing text: String, now: Timestamp = .now, zone: LocalZone? = nil) throws(UsageError) {
        if text != "0", let ago = try? GoDuration(parsing: text) {
            let (moment, overflow) = now.nanoseconds.subtractingReportingOverflow(ago.nanoseconds)
            self.init(nanoseconds: overflow ? (ago.nanoseconds > 0 ? .min : .max) : moment)
            return
        }
        do {
            self = try Self.layout(for: text).parse(text, zone: zone ?? .at(now))
        } catch {
            // With a dash in it, it was meant as a date.
            if text.utf8.contains(UInt8(ascii: "-")) { throw error }
            guard let moment = Self.unixTime(text) else {
                throw UsageError("failed to parse value as time or duration: \(text.goQuoted)")
            }
            self = moment
        }
    }

    /// The layout that a time with as many parts has.
    private static func layout(for text: String) -> GoTimeLayout {
        let bytes = Array(text.utf8)
        let namesUTC = bytes.contains { $0 | 0x20 == UInt8(ascii: "z") }
        let dashes = bytes.count { $0 == UInt8(ascii: "-") }
        let hasZone = namesUTC || bytes.contains(UInt8(ascii: "+")) || dashes == 3
        let zone = hasZone ? "Z07:00" : ""
        if bytes.contains(UInt8(ascii: ".")) { return GoTimeLayout("2006-01-02T15:04:05.999999999" + zone) }
        guard bytes.contains(UInt8(ascii: "T")) else { return GoTimeLayout("2006-01-02" + zone) }
        var colons = bytes.count { $0 == UInt8(ascii: ":") }
        // One of them is the zone's.
        if hasZone, !namesUTC { colons -= 1 }
        let clock = colons <= 0 ? "15" : colons == 1 ? "15:04" : "15:04:05"
        return GoTimeLayout("2006-01-02T" + clock + zone)
    }

    /// `1136073600` or `1136073600.000000001`.
    private static func unixTime(_ text: String) -> Timestamp? {
        let (whole, fraction) = text.cut(".")
        guard let seconds = Int64(whole) else { return nil }
        guard let fraction else { return Timestamp(seconds: seconds) }
        guard !fraction.isEmpty, fraction.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Timestamp(seconds: seconds, nanoseconds: Int64(CivilTime.nanoseconds(ofFraction: fraction.utf8)))
    }
}
