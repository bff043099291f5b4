import Namespaces

/// A length of time in Go's notation: `30s`, `1m30s`, `1.5h`. Options such as `--health-interval` are written so.
public struct GoDuration: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The length; may be negative.
    public var nanoseconds: Int64

    /// A length in nanoseconds.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The length in seconds.
    public var seconds: Double { Double(nanoseconds) / Double(Timestamp.second) }

    /// The shorter one is less.
    public static func < (left: GoDuration, right: GoDuration) -> Bool { left.nanoseconds < right.nanoseconds }

    // MARK: Reading

    /// Parses numbers with units, one behind the other. Throws Go's sentences: `time: invalid duration "x"`,
    /// `time: missing unit in duration "10"`, `time: unknown unit "d" in duration "1d"`.
    public init(parsing text: String) throws(UsageError) {
        let invalid = UsageError("time: invalid duration \(text.goQuoted)")
        var rest = Array(text.utf8)[...]
        let sign = rest.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
        if rest.elementsEqual([UInt8(ascii: "0")]) {
            nanoseconds = 0
            return
        }
        guard !rest.isEmpty else { throw invalid }
        var sum: UInt64 = 0
        while !rest.isEmpty {
            guard let (whole, wholeDigits) = Self.number(&rest) else { throw invalid }
            var (fraction, scale, fractionDigits) = (UInt64(0), 1.0, 0)
            if rest.first == UInt8(ascii: ".") {
                rest.removeFirst()
                (fraction, scale, fractionDigits) = Self.fraction(&rest)
            }
            guard wholeDigits + fractionDigits > 0 else { throw invalid }
            let name = rest.prefix { $0 != UInt8(ascii: ".") && !Self.isDigit($0) }
            rest = rest[name.endIndex...]
            let unitName = String(decoding: name, as: UTF8.self)
            guard !name.isEmpty else { throw UsageError("time: missing unit in duration \(text.goQuoted)") }
            guard let unit = Self.units[unitName] else {
                throw UsageError("time: unknown unit \(unitName.goQuoted) in duration \(text.goQuoted)")
            }
            let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
            let part = UInt64(Double(fraction) * (Double(unit) / scale))
            let (total, carry) = product.addingReportingOverflow(part)
            let (next, end) = sum.addingReportingOverflow(total)
            guard !overflow, !carry, !end, next <= Int64.min.magnitude else { throw invalid }
            sum = next
        }
        if sign == UInt8(ascii: "-") {
            nanoseconds = Int64(truncatingIfNeeded: 0 &- sum)
        } else {
            guard let length = Int64(exactly: sum) else { throw invalid }
            nanoseconds = length
        }
    }

    private static let units: [String: UInt64] = [
        "ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
        "h": 3_600_000_000_000,
    ]

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Digits and how many there are; nil when their number is too large.
    private static func number(_ rest: inout ArraySlice<UInt8>) -> (UInt64, Int)? {
        let digits = rest.prefix(while: isDigit)
        rest = rest[digits.endIndex...]
        var value: UInt64 = 0
        for byte in digits {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return (value, digits.count)
    }

    /// Digits behind the point, what they have to be divided by, and how many there are. Those that no longer fit are less
    /// than a nanosecond of anything.
    private static func fraction(_ rest: inout ArraySlice<UInt8>) -> (UInt64, Double, Int) {
        let digits = rest.prefix(while: isDigit)
        rest = rest[digits.endIndex...]
        var (value, scale) = (UInt64(0), 1.0)
        for byte in digits {
            guard value <= UInt64(Int64.max) / 10 else { break }
            value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
            scale *= 10
        }
        return (value, scale, digits.count)
    }

    // MARK: Printing

    /// `1h0m0s`, `1m30s`, `1.5s`, `20ms`, `0s`: as Go prints it.
    public var description: String {
        let magnitude = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        switch magnitude {
        case 0: return "0s"
        case ..<1000: return "\(sign)\(magnitude)ns"
        case ..<1_000_000: return sign + Self.decimal(magnitude, unit: 1000) + "µs"
        case ..<1_000_000_000: return sign + Self.decimal(magnitude, unit: 1_000_000) + "ms"
        default:
            let minutes = magnitude / 60_000_000_000
            let seconds = Self.decimal(magnitude % 60_000_000_000, unit: 1_000_000_000) + "s"
            if minutes == 0 { return sign + seconds }
            return sign + (minutes < 60 ? "" : "\(minutes / 60)h") + "\(minutes % 60)m" + seconds
        }
    }

    private static func decimal(_ value: UInt64, unit: UInt64) -> String {
        guard value % unit > 0 else { return "\(value / unit)" }
        var digits = String(value % unit + unit).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(value / unit).\(digits)"
    }
}
