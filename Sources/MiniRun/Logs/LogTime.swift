import CShim

/// A moment as nanoseconds since 1970, and the form that it has in logs and events: RFC 3339 in UTC.
enum LogTime {
    private static let second: Int64 = 1_000_000_000
    /// The years that fit wholly into the nanoseconds of an `Int64`.
    private static let years: ClosedRange<Int64> = 1678...2261

    /// Now.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * second + Int64(time.tv_nsec)
    }

    /// Appends `2026-11-25T02:03:04.123456789Z`: as Go's RFC3339Nano, which drops the zeros at the end of the fraction, or
    /// with all nine digits. `offset` is that of the zone, in seconds to the east.
    static func append(_ time: Int64, to output: inout ByteBuffer, allDigits: Bool = false, offset: Int64 = 0) {
        let (seconds, fraction) = divided(time, second)
        let (days, inDay) = divided(seconds + offset, 86400)
        let (year, month, day) = date(days)
        digits(year, 4, to: &output)
        for (mark, value) in [("-", month), ("-", day), ("T", inDay / 3600)] as [(StaticString, Int64)] {
            output.append(mark)
            digits(value, 2, to: &output)
        }
        output.append(":")
        digits(inDay / 60 % 60, 2, to: &output)
        output.append(":")
        digits(inDay % 60, 2, to: &output)
        var (rest, width) = (fraction, 9)
        if !allDigits {
            while width > 0, rest % 10 == 0 { (rest, width) = (rest / 10, width - 1) }
        }
        if width > 0 {
            output.append(".")
            digits(rest, width, to: &output)
        }
        guard offset != 0 else { return output.append("Z") }
        output.append(offset < 0 ? "-" : "+")
        digits(abs(offset) / 3600, 2, to: &output)
        output.append(":")
        digits(abs(offset) / 60 % 60, 2, to: &output)
    }

    /// The same as text.
    static func text(_ time: Int64, allDigits: Bool = false, offset: Int64 = 0) -> String {
        var output = ByteBuffer(capacity: 40)
        append(time, to: &output, allDigits: allDigits, offset: offset)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// Reads `YYYY-MM-DDTHH:MM:SS[.fraction](Z|±HH:MM)`; nil when it is anything else. Digits behind the ninth are cut off.
    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        var reader = Digits(text)
        guard let year = reader.number(4), reader.skip(45), let month = reader.number(2), reader.skip(45),
            let day = reader.number(2), reader.skip(84), let hour = reader.number(2), reader.skip(58),
            let minute = reader.number(2), reader.skip(58), let seconds = reader.number(2)
        else { return nil }
        var fraction: Int64 = 0
        if reader.skip(46) {
            guard let value = reader.fraction() else { return nil }
            fraction = value
        }
        var offset: Int64 = 0
        if !reader.skip(90) {
            let isEast = reader.skip(43)
            guard isEast || reader.skip(45), let hours = reader.number(2), reader.skip(58),
                let minutes = reader.number(2), hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 3600 + minutes * 60) * (isEast ? 1 : -1)
        }
        guard reader.isAtEnd, hour < 24, minute < 60, seconds < 60, let days = days(year, month, day) else {
            return nil
        }
        return (days * 86400 + hour * 3600 + minute * 60 + seconds - offset) * second + fraction
    }

    /// The local zone's offset at a moment, in seconds to the east.
    static func localOffset(at time: Int64) -> Int64 {
        var seconds = time_t(divided(time, second).quotient)
        var local = tm()
        localtime_r(&seconds, &local)
        return Int64(local.tm_gmtoff)
    }

    // MARK: The calendar

    /// Days since 1970 of a date; nil when there is no such day. Years begin in March here, so that a leap day is the last
    /// of its year; eras of 400 years all have the same number of days.
    static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard years.contains(year), (1...12).contains(month), day >= 1, day <= lengths[Int(month) - 1] else {
            return nil
        }
        let shifted = month > 2 ? year : year - 1
        let (era, inEra) = divided(shifted, 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + inEra * 365 + inEra / 4 - inEra / 100 + dayOfYear - 719_468
    }

    private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, inEra) = divided(days + 719_468, 146_097)
        let year = (inEra - inEra / 1460 + inEra / 36524 - inEra / 146_096) / 365
        let dayOfYear = inEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        return (era * 400 + year + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day)
    }

    /// Division that rounds down, before 1970 too.
    private static func divided(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func digits(_ value: Int64, _ width: Int, to output: inout ByteBuffer) {
        var power: Int64 = 1
        for _ in 1..<width { power *= 10 }
        while power > 0 {
            output.append(UInt8(truncatingIfNeeded: 48 + value / power % 10))
            power /= 10
        }
    }

    /// Takes decimal numbers off the front of a text.
    private struct Digits {
        private var rest: Slice<UnsafeBufferPointer<UInt8>>

        init(_ text: UnsafeBufferPointer<UInt8>) { rest = text[...] }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func skip(_ byte: UInt8) -> Bool {
            guard rest.first == byte else { return false }
            rest.removeFirst()
            return true
        }

        mutating func number(_ width: Int) -> Int64? {
            guard rest.count >= width else { return nil }
            var value: Int64 = 0
            for byte in rest.prefix(width) {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            rest = rest.dropFirst(width)
            return value
        }

        /// What follows the point, in billionths.
        mutating func fraction() -> Int64? {
            let digits = rest.prefix { (48...57).contains($0) }
            guard !digits.isEmpty else { return nil }
            rest = rest[digits.endIndex...]
            var value: Int64 = 0
            for index in 0..<9 {
                value = value * 10
                if index < digits.count { value += Int64(digits[digits.startIndex + index] - 48) }
            }
            return value
        }
    }
}
