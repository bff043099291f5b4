extension Timestamp {
    /// Reads `YYYY-MM-DDTHH:MM:SS[.fraction](Z|±HH:MM)`, the time of a log line; nil when it is anything else. Unlike
    /// `init(parsing:now:zone:)` it has no sentence for what is wrong, and makes no copy of anything.
    init?(rfc3339 text: UnsafeBufferPointer<UInt8>) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2, in: 1...12),
            reader.skip("-"), let day = reader.number(2, in: 1...CivilTime.days(inMonth: month, of: year)),
            reader.skip("T"), let hour = reader.number(2, in: 0...23), reader.skip(":"),
            let minute = reader.number(2, in: 0...59), reader.skip(":"), let second = reader.number(2, in: 0...59)
        else { return nil }
        var time = CivilTime(year: year, month: month, day: day)
        (time.hour, time.minute, time.second) = (hour, minute, second)
        if reader.skip(".") {
            guard let fraction = reader.fraction() else { return nil }
            time.nanosecond = fraction
        }
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        self = time.timestamp(offset: offset)
    }
}

/// Takes numbers of a known width off the front of a text.
private struct DigitReader {
    private var rest: Slice<UnsafeBufferPointer<UInt8>>

    init(_ text: UnsafeBufferPointer<UInt8>) { rest = text[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard let byte = rest.first, UInt32(byte) == mark.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ width: Int, in range: ClosedRange<Int> = 0...9999) -> Int? {
        guard rest.count >= width else { return nil }
        var value = 0
        for byte in rest.prefix(width) {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        rest = rest.dropFirst(width)
        return range.contains(value) ? value : nil
    }

    /// What follows the point.
    mutating func fraction() -> Int? {
        let digits = rest.prefix { (48...57).contains($0) }
        rest = rest[digits.endIndex...]
        return digits.isEmpty ? nil : CivilTime.nanoseconds(ofFraction: digits)
    }

    /// `Z` or `±HH:MM` in seconds.
    mutating func offset() -> Int? {
        if skip("Z") { return 0 }
        let isEast = skip("+")
        guard isEast || skip("-"), let hours = number(2, in: 0...23), skip(":"), let minutes = number(2, in: 0...59)
        else { return nil }
        return (isEast ? 60 : -60) * (hours * 60 + minutes)
    }
}
