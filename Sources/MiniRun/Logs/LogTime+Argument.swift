import Namespaces

extension LogTime {
    /// Reads the value of `--since` and `--until` as Docker does: a time ago (`90s`, `1h30m`), seconds since 1970 with an
    /// optional fraction, or RFC 3339, which may end after the day, the hour or the minute and is local without a zone.
    /// Throws Docker's sentence.
    static func argument(_ text: String, now: Int64) throws(UsageError) -> Int64 {
        if text != "0", let ago = duration(text) { return now &- ago }
        if let moment = unix(text) ?? completed(text) { return moment }
        throw UsageError("failed to parse value as time or duration: \(text.goQuoted)")
    }

    /// A length of time as Go writes it: `1.5h`, `1h30m`, `300ms`; in nanoseconds.
    private static func duration(_ text: String) -> Int64? {
        let units: [(name: String, length: Double)] = [
            ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
        ]
        var rest = text[...]
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            rest = rest[digits.endIndex...]
            let name = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
            rest = rest[name.endIndex...]
            guard let value = Double(digits), let unit = units.first(where: { $0.name == name }) else { return nil }
            total += value * unit.length
        }
        return Int64(exactly: total.rounded()).map { isNegative ? -$0 : $0 }
    }

    private static func unix(_ text: String) -> Int64? {
        let (whole, fraction) = text.cut(".")
        guard let seconds = Int64(whole) else { return nil }
        let digits = fraction ?? ""
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let padded = String((digits + "000000000").prefix(9))
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(Int64(padded) ?? 0)
        return overflow || carry ? nil : sum
    }

    /// Fills in what a shortened form leaves out.
    private static func completed(_ text: String) -> Int64? {
        let (date, clock) = text.cut("T")
        let zoneStart = (clock ?? String(date.dropFirst(10))).firstIndex { "Zz+-".contains($0) }
        let body = clock ?? String(date.dropFirst(10))
        let zone = zoneStart.map { String(body[$0...]).uppercased() }
        var time = zoneStart.map { String(body[..<$0]) } ?? body
        if time.isEmpty { time = "00" }
        while time.utf8.filter({ $0 == 58 }).count < 2 { time += ":00" }
        guard let moment = parsed("\(date.prefix(10))T\(time)\(zone ?? "Z")") else { return nil }
        guard zone == nil else { return moment }
        // The offset in force then, not the one now.
        return moment - localOffset(at: moment - localOffset(at: moment) * 1_000_000_000) * 1_000_000_000
    }

    private static func parsed(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { parse($0) }
    }
}
