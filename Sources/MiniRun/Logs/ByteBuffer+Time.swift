extension ByteBuffer {
    /// Appends `2026-11-25T02:03:04.12Z`: RFC 3339, the fraction as long as it has to be, or always with nine digits.
    mutating func append(_ moment: Timestamp, in zone: LocalZone = .utc, hasFixedFraction: Bool = false) {
        let time = CivilTime(moment, offset: zone.offset)
        appendDate(time)
        append("T")
        appendClock(time)
        appendFraction(time.nanosecond, isFixed: hasFixedFraction)
        if zone.offset == 0 { append("Z") } else { appendOffset(zone, ":") }
    }

    /// Appends `2026-11-25 03:03:04 +0100 CET`: Go's own form, in whole seconds or with as long a fraction as it has to be.
    mutating func appendGo(_ moment: Timestamp, in zone: LocalZone, hasFraction: Bool = false) {
        let time = CivilTime(moment, offset: zone.offset)
        appendDate(time)
        append(" ")
        appendClock(time)
        if hasFraction { appendFraction(time.nanosecond, isFixed: false) }
        append(" ")
        appendOffset(zone)
        append(" ")
        for byte in zone.name.utf8 { append(byte) }
    }

    private mutating func appendFraction(_ nanosecond: Int, isFixed: Bool) {
        var (fraction, width) = (nanosecond, 9)
        if !isFixed {
            while width > 0, fraction % 10 == 0 { (fraction, width) = (fraction / 10, width - 1) }
        }
        if width > 0 {
            append(".")
            appendDigits(fraction, width)
        }
    }

    private mutating func appendDate(_ time: CivilTime) {
        appendDigits(time.year, 4)
        append("-")
        appendDigits(time.month, 2)
        append("-")
        appendDigits(time.day, 2)
    }

    private mutating func appendClock(_ time: CivilTime) {
        appendDigits(time.hour, 2)
        append(":")
        appendDigits(time.minute, 2)
        append(":")
        appendDigits(time.second, 2)
    }

    private mutating func appendOffset(_ zone: LocalZone, _ separator: StaticString = "") {
        let minutes = abs(zone.offset) / 60
        append(zone.offset < 0 ? "-" : "+")
        appendDigits(minutes / 60, 2)
        append(separator)
        appendDigits(minutes % 60, 2)
    }

    /// Appends the last `width` decimal digits of a number that is not negative.
    private mutating func appendDigits(_ number: Int, _ width: Int) {
        _ = append(upTo: width) { room in
            var rest = number
            for place in room.indices.reversed() {
                room[place] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                rest /= 10
            }
            return width
        }
    }
}
