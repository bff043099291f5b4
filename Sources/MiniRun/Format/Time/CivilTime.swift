/// A moment as a calendar and a clock show it: the Gregorian calendar, also before it was invented, without leap seconds.
///
/// `day` is a day number since 1970-01-01. Years are counted from March, so that a leap day comes last, and in eras of 400,
/// after which the calendar repeats: then a day's place in the year follows from a division each for years and months.
struct CivilTime: Sendable, Hashable {
    var year: Int
    /// 1 to 12.
    var month: Int
    /// 1 to 31.
    var day: Int
    var hour = 0
    var minute = 0
    var second = 0
    var nanosecond = 0

    /// Midnight of a date.
    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// A moment where clocks are `offset` seconds ahead of UTC.
    init(_ moment: Timestamp, offset: Int = 0) {
        let (seconds, nanoseconds) = Self.divide(Int(moment.nanoseconds), Int(Timestamp.second))
        let (days, clock) = Self.divide(seconds + offset, 86400)
        self.init(day: days)
        hour = clock / 3600
        minute = clock / 60 % 60
        second = clock % 60
        nanosecond = nanoseconds
    }

    private init(day number: Int) {
        // 719468 days from 0000-03-01 to 1970-01-01; 146097 in an era.
        let (era, dayOfEra) = Self.divide(number + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // Five months from March on have 153 days, and so have the next five.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    private var dayNumber: Int {
        let (era, yearOfEra) = Self.divide(month <= 2 ? year - 1 : year, 400)
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The moment at which clocks `offset` seconds ahead of UTC show this.
    func timestamp(offset: Int = 0) -> Timestamp {
        let seconds = dayNumber * 86400 + hour * 3600 + minute * 60 + second - offset
        return Timestamp(seconds: Int64(seconds), nanoseconds: Int64(nanosecond))
    }

    /// How many days a month has.
    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// What digits behind a point mean, in billionths: those after the ninth do not count.
    static func nanoseconds(ofFraction digits: some Sequence<UInt8>) -> Int {
        var (value, unit) = (0, 100_000_000)
        for digit in digits {
            guard unit > 0 else { break }
            value += Int(digit - 48) * unit
            unit /= 10
        }
        return value
    }

    /// Division that rounds down, so that the remainder is never negative.
    static func divide(_ number: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension Int {
    /// The number in decimal digits, at least `width` of them.
    func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
    }
}
