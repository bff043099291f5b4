import Namespaces

/// A layout of Go's `time.Parse`: the reference time 2006-01-02 15:04:05, of which every part stands for itself.
struct GoTimeLayout {
    /// Its text.
    let text: String
    private let elements: [Substring]

    /// The parts that mean something; whatever else stands in a layout has to be there as it is.
    private static let parts = ["2006", "01", "02", "15", "04", "05", ".999999999", "Z07:00"]

    init(_ text: String) {
        self.text = text
        var elements: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            let length = Self.parts.first { rest.utf8.starts(with: $0.utf8) }?.count ?? 1
            elements.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        self.elements = elements
    }

    /// Reads a time that is written like this; without a zone in the layout it is `zone`'s. Throws Go's sentences:
    /// `parsing time "x" as "2006-01-02": cannot parse "x" as "2006"`, `parsing time "2026-13-01": month out of range`.
    func parse(_ value: String, zone: LocalZone) throws(UsageError) -> Timestamp {
        var time = CivilTime(year: 0, month: 1, day: 1)
        var offset = zone.offset
        var rest = Array(value.utf8)[...]

        func outOfRange(_ what: String) -> UsageError {
            UsageError("parsing time \(value.goQuoted): \(what) out of range")
        }
        func take(_ range: ClosedRange<Int>, _ what: String, _ element: Substring) throws(UsageError) -> Int {
            let width = element == "2006" ? 4 : 2
            // Go wants two digits everywhere but for the day and the hour.
            let fewest = element == "02" || element == "15" ? 1 : width
            let digits = rest.prefix(width).prefix { (48...57).contains($0) }
            guard digits.count >= fewest else { throw mismatch(element) }
            let number = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
            guard range.contains(number) else { throw outOfRange(what) }
            rest = rest[digits.endIndex...]
            return number
        }
        func mismatch(_ element: Substring) -> UsageError {
            UsageError(
                "parsing time \(value.goQuoted) as \(text.goQuoted): cannot parse "
                    + "\(String(decoding: rest, as: UTF8.self).goQuoted) as \(String(element).goQuoted)")
        }

        for element in elements {
            switch element {
            case "2006": time.year = try take(0...9999, "year", element)
            case "01": time.month = try take(1...12, "month", element)
            case "02": time.day = try take(0...99, "day", element)
            case "15": time.hour = try take(0...23, "hour", element)
            case "04": time.minute = try take(0...59, "minute", element)
            case "05":
                time.second = try take(0...59, "second", element)
                // A fraction is read whether the layout has one or not.
                time.nanosecond = Self.fraction(&rest)
            case ".999999999": break
            case "Z07:00":
                guard let zone = try Self.zone(&rest, outOfRange) else { throw mismatch(element) }
                offset = zone
            default:
                guard rest.first == element.utf8.first else { throw mismatch(element) }
                rest.removeFirst()
            }
        }
        guard rest.isEmpty else {
            throw UsageError(
                "parsing time \(value.goQuoted): extra text: \(String(decoding: rest, as: UTF8.self).goQuoted)")
        }
        guard (1...CivilTime.days(inMonth: time.month, of: time.year)).contains(time.day) else {
            throw outOfRange("day")
        }
        return time.timestamp(offset: offset)
    }

    /// A point or comma and digits, the first nine of which count; 0 when there is nothing of that kind.
    private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int {
        guard let point = rest.first, point == UInt8(ascii: ".") || point == UInt8(ascii: ",") else { return 0 }
        let digits = rest.dropFirst().prefix { (48...57).contains($0) }
        guard !digits.isEmpty else { return 0 }
        rest = rest[digits.endIndex...]
        return CivilTime.nanoseconds(ofFraction: digits)
    }

    /// `Z`, `+02:00` or `-02:00` in seconds; nil when it is none of them.
    private static func zone(
        _ rest: inout ArraySlice<UInt8>, _ outOfRange: (String) -> UsageError
    ) throws(UsageError) -> Int? {
        if rest.first == UInt8(ascii: "Z") {
            rest.removeFirst()
            return 0
        }
        let text = Array(rest.prefix(6))
        guard text.count == 6, text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-"),
            text[3] == UInt8(ascii: ":"), [1, 2, 4, 5].allSatisfy({ (48...57).contains(text[$0]) })
        else { return nil }
        let hours = Int(text[1] - 48) * 10 + Int(text[2] - 48)
        let minutes = Int(text[4] - 48) * 10 + Int(text[5] - 48)
        guard hours <= 24 else { throw outOfRange("time zone offset hour") }
        guard minutes <= 60 else { throw outOfRange("time zone offset minute") }
        rest = rest.dropFirst(6)
        return (text[0] == UInt8(ascii: "-") ? -60 : 60) * (hours * 60 + minutes)
    }
}
