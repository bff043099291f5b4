import CShim
import Namespaces
import Testing

@testable import MiniRun

@Suite("Times as Docker prints them")
struct TimestampTests {
    @Test(
        "a moment and its calendar date, both ways",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_799, "2000-02-29T23:59:59Z"), (951_868_800, "2000-03-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
            (1_795_572_184, "2026-11-25T02:03:04Z"), (-2_203_891_200, "1900-03-01T00:00:00Z"),
            (-8_520_336_000, "1700-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func civil(seconds: Int64, text: String) throws {
        let moment = Timestamp(seconds: seconds)
        #expect(moment.rfc3339 == text)
        #expect(CivilTime(moment).timestamp() == moment)
        #expect(try Timestamp(parsing: text, now: moment, zone: .utc) == moment)
    }

    @Test("every day of four hundred years has its own date, one after the other")
    func days() {
        var previous = CivilTime(Timestamp(seconds: -86400 * 106_000))
        for number in Int64(-105_999)...40_000 {
            let time = CivilTime(Timestamp(seconds: number * 86400))
            let isLast = previous.day == CivilTime.days(inMonth: previous.month, of: previous.year)
            let expected = isLast ? (previous.month % 12 + 1, 1) : (previous.month, previous.day + 1)
            guard (time.month, time.day) == expected, time.timestamp().nanoseconds == number * 86400 * Timestamp.second
            else {
                Issue.record("day \(number): \(time) after \(previous)")
                return
            }
            previous = time
        }
    }

    @Test("the fraction is as long as it has to be, or nine digits")
    func fractions() {
        let east = LocalZone(offset: 7200, name: "EET")
        let west = LocalZone(offset: -12600, name: "-0330")
        for (nanoseconds, short, fixed) in [
            (0, "", ".000000000"), (120_000_000, ".12", ".120000000"), (1, ".000000001", ".000000001"),
            (123_456_789, ".123456789", ".123456789"),
        ] as [(Int64, String, String)] {
            let moment = Timestamp(seconds: 1_795_572_184, nanoseconds: nanoseconds)
            #expect(moment.rfc3339 == "2026-11-25T02:03:04\(short)Z")
            #expect(moment.fixedRFC3339(in: .utc) == "2026-11-25T02:03:04\(fixed)Z")
            #expect(moment.fixedRFC3339(in: east) == "2026-11-25T04:03:04\(fixed)+02:00")
            #expect(moment.fixedRFC3339(in: west) == "2026-11-24T22:33:04\(fixed)-03:30")
        }
        #expect(Timestamp(nanoseconds: -1).rfc3339 == "1969-12-31T23:59:59.999999999Z")
    }

    @Test("Go's own form, in whole seconds with the name of the zone")
    func goText() {
        let moment = Timestamp(seconds: 1_795_572_184, nanoseconds: 5)
        #expect(moment.goText(in: .utc) == "2026-11-25 02:03:04 +0000 UTC")
        #expect(moment.goText(in: LocalZone(offset: 3600, name: "CET")) == "2026-11-25 03:03:04 +0100 CET")
    }

    @Test("local time is what the C library says")
    func local() {
        let old = getenv("TZ").map { String(cString: $0) }
        setenv("TZ", "AAA-5:30BBB,M3.5.0,M10.5.0", 1)
        defer {
            if let old { setenv("TZ", old, 1) } else { unsetenv("TZ") }
            tzset()
        }
        #expect(LocalZone.at(Timestamp(seconds: 1_795_572_184)) == LocalZone(offset: 19800, name: "AAA"))
        #expect(LocalZone.at(Timestamp(seconds: 1_782_000_000)) == LocalZone(offset: 23400, name: "BBB"))
    }

    @Test("what lies beyond the ends is the end, and no crash")
    func saturation() {
        #expect(Timestamp(seconds: .max).nanoseconds == .max)
        #expect(Timestamp(seconds: .min).nanoseconds == .min)
        #expect(Timestamp(seconds: -9_223_372_037, nanoseconds: 145_224_193).nanoseconds == .min + 1)
        #expect(Timestamp(seconds: -9_223_372_037, nanoseconds: 145_224_191).nanoseconds == .min)
        #expect(Timestamp(nanoseconds: .min).seconds == -9_223_372_037)
        #expect(Timestamp(seconds: 1e300).nanoseconds == .max)
        #expect(Timestamp(seconds: -1e300).nanoseconds == .min)
        #expect(Timestamp(seconds: 1.5).nanoseconds == 1_500_000_000)
        #expect(Timestamp(nanoseconds: .max).since(Timestamp(nanoseconds: .min)).nanoseconds == .max)
        #expect(Timestamp(nanoseconds: .max).rfc3339 == "2262-04-11T23:47:16.854775807Z")
        #expect(Timestamp(nanoseconds: .min).rfc3339 == "1677-09-21T00:12:43.145224192Z")
    }
}

@Suite("Times in the lines of a log")
struct LogTimeTests {
    private static func read(_ text: String) -> Timestamp? {
        Array(text.utf8).parsed { Timestamp(rfc3339: $0) }
    }

    @Test(
        "read with a fraction of any length and any zone",
        arguments: [
            ("2026-11-25T02:03:04.123456789Z", 1_795_572_184_123_456_789),
            ("2026-11-25T02:03:04Z", 1_795_572_184_000_000_000),
            ("2026-11-25T02:03:04.5Z", 1_795_572_184_500_000_000),
            ("2026-11-25T04:03:04.5+02:00", 1_795_572_184_500_000_000),
            ("2026-11-24T22:33:04-03:30", 1_795_572_184_000_000_000),
            ("2026-11-25T02:03:04.1234567899Z", 1_795_572_184_123_456_789),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000), ("1969-12-31T23:59:59.75Z", -250_000_000),
            ("0001-01-01T00:00:00Z", .min), ("9999-12-31T23:59:59Z", .max),
        ] as [(String, Int64)])
    func good(text: String, nanoseconds: Int64) { #expect(Self.read(text)?.nanoseconds == nanoseconds) }

    @Test(
        "what is written comes back, from the first moment to the last",
        arguments: [.min, .min + 1, -1, 0, 1, 1_795_572_184_120_000_000, .max] as [Int64])
    func roundTrip(nanoseconds: Int64) {
        let moment = Timestamp(nanoseconds: nanoseconds)
        #expect(Self.read(moment.rfc3339) == moment)
        #expect(Self.read(moment.fixedRFC3339(in: LocalZone(offset: -12600, name: "-0330"))) == moment)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "2026-11-25", "2026-11-25T02:03:04", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-25T24:00:00Z", "2026-11-25T02:60:00Z",
            "2026-11-25T02:03:60Z", "2026-11-25T02:03:04.Z", "2026-11-25T02:03:04Zx", "2026-11-25T02:03:04+24:00",
            "2026-11-25T02:03:04+01:60", "2026-11-25T02:03:04+0100", "2026-11-5T02:03:04Z", "+026-11-25T02:03:04Z",
            "2026-11-25t02:03:04Z",
        ])
    func bad(text: String) { #expect(Self.read(text) == nil) }
}

@Suite("Values of --since and --until")
struct SinceTests {
    private let now = Timestamp(seconds: 1_795_572_184, nanoseconds: 500_000_000)
    private let zone = LocalZone(offset: 7200, name: "EET")

    @Test(
        "durations before now, dates with and without a zone, seconds since 1970",
        arguments: [
            ("10m", "2026-11-25T01:53:04.5Z"), ("1h30m", "2026-11-25T00:33:04.5Z"), ("1.5s", "2026-11-25T02:03:03Z"),
            ("-1h", "2026-11-25T03:03:04.5Z"), ("0s", "2026-11-25T02:03:04.5Z"), ("0", "1970-01-01T00:00:00Z"),
            ("2026-11-25", "2026-11-24T22:00:00Z"), ("2026-11-25Z", "2026-11-25T00:00:00Z"),
            ("2026-11-25+01:00", "2026-11-24T23:00:00Z"), ("2026-11-25-01:00", "2026-11-25T01:00:00Z"),
            ("2026-11-25T02", "2026-11-25T00:00:00Z"), ("2026-11-25T02:03", "2026-11-25T00:03:00Z"),
            ("2026-11-25T02:03:04", "2026-11-25T00:03:04Z"), ("2026-11-25T02:03:04.25", "2026-11-25T00:03:04.25Z"),
            ("2026-11-25T02Z", "2026-11-25T02:00:00Z"), ("2026-11-25T02:03Z", "2026-11-25T02:03:00Z"),
            ("2026-11-25T02:03+03:00", "2026-11-24T23:03:00Z"), ("2026-11-25T02:03:04Z", "2026-11-25T02:03:04Z"),
            ("2026-11-25T02:03:04-03:30", "2026-11-25T05:33:04Z"),
            ("2026-11-25T02:03:04.123456789123Z", "2026-11-25T02:03:04.123456789Z"),
            ("2026-11-25T02:03:04.123456789+01:00", "2026-11-25T01:03:04.123456789Z"),
            ("2026-11-5", "2026-11-04T22:00:00Z"), ("1136073600", "2006-01-01T00:00:00Z"),
            ("1136073600.5", "2006-01-01T00:00:00.5Z"), ("1136073600.000000001", "2006-01-01T00:00:00.000000001Z"),
            ("1136073600.1234567891", "2006-01-01T00:00:00.123456789Z"),
        ])
    func understood(text: String, expected: String) throws {
        #expect(try Timestamp(parsing: text, now: now, zone: zone).rfc3339 == expected)
    }

    @Test(
        "what is none of them is refused in Docker's words",
        arguments: [
            ("", "failed to parse value as time or duration: \"\""),
            ("foo", "failed to parse value as time or duration: \"foo\""),
            ("10", nil), ("1.x", "failed to parse value as time or duration: \"1.x\""),
            ("1.5d", "failed to parse value as time or duration: \"1.5d\""),
            ("2026-13-01", "parsing time \"2026-13-01\": month out of range"),
            ("2026-02-29", "parsing time \"2026-02-29\": day out of range"),
            ("2026-11-25T24:00", "parsing time \"2026-11-25T24:00\": hour out of range"),
            ("2026-11-25T23:60", "parsing time \"2026-11-25T23:60\": minute out of range"),
            ("2026-1-25", "parsing time \"2026-1-25\" as \"2006-01-02\": cannot parse \"1-25\" as \"01\""),
            ("x-y", "parsing time \"x-y\" as \"2006-01-02\": cannot parse \"x-y\" as \"2006\""),
            (
                "2026-11-25T02:03:04+0100",
                "parsing time \"2026-11-25T02:03:04+0100\" as \"2006-01-02T15:04Z07:00\": cannot parse \":04+0100\" as \"Z07:00\""
            ),
            ("2026-11-25 02:03", "parsing time \"2026-11-25 02:03\": extra text: \" 02:03\""),
            ("2026-11-25T02:03:04:05", "parsing time \"2026-11-25T02:03:04:05\": extra text: \":05\""),
        ] as [(String, String?)])
    func refused(text: String, message: String?) {
        guard let message else {
            #expect(throws: Never.self) { try Timestamp(parsing: text, now: now, zone: zone) }
            return
        }
        #expect(throws: UsageError(message)) { try Timestamp(parsing: text, now: now, zone: zone) }
    }
}

@Suite("Durations in Go's notation")
struct GoDurationTests {
    @Test(
        "read and printed",
        arguments: [
            ("0", 0, "0s"), ("30s", 30_000_000_000, "30s"), ("90s", 90_000_000_000, "1m30s"),
            ("1m30s", 90_000_000_000, "1m30s"),
            ("1.5h", 5_400_000_000_000, "1h30m0s"), ("2h", 7_200_000_000_000, "2h0m0s"),
            ("-1.5s", -1_500_000_000, "-1.5s"),
            ("+5ms", 5_000_000, "5ms"), ("1.25ms", 1_250_000, "1.25ms"), ("10us", 10_000, "10µs"),
            ("10µs", 10_000, "10µs"),
            ("10μs", 10_000, "10µs"), ("7ns", 7, "7ns"), (".5s", 500_000_000, "500ms"), ("1.s", 1_000_000_000, "1s"),
            ("1h0.001s", 3_600_001_000_000, "1h0m0.001s"), ("0.3333333333333333333h", 1_200_000_000_000, "20m0s"),
            ("9223372036854775807ns", .max, "2562047h47m16.854775807s"),
            ("-9223372036854775808ns", .min, "-2562047h47m16.854775808s"),
        ] as [(String, Int64, String)])
    func good(text: String, nanoseconds: Int64, printed: String) throws {
        let duration = try GoDuration(parsing: text)
        #expect(duration.nanoseconds == nanoseconds)
        #expect(duration.description == printed)
        #expect(try GoDuration(parsing: printed) == duration)
    }

    @Test(
        "refused in Go's words",
        arguments: [
            ("", "invalid duration \"\""), ("x", "invalid duration \"x\""), ("-", "invalid duration \"-\""),
            ("10", "missing unit in duration \"10\""), ("1m30", "missing unit in duration \"1m30\""),
            ("1d", "unknown unit \"d\" in duration \"1d\""), ("1 s", "unknown unit \" s\" in duration \"1 s\""),
            (".s", "invalid duration \".s\""), ("1.5.5s", "missing unit in duration \"1.5.5s\""),
            ("9223372036854775808ns", "invalid duration \"9223372036854775808ns\""),
            ("99999999999999999999s", "invalid duration \"99999999999999999999s\""),
            ("2562048h", "invalid duration \"2562048h\""),
        ])
    func bad(text: String, message: String) {
        #expect(throws: UsageError("time: \(message)")) { try GoDuration(parsing: text) }
    }
}

@Suite("Lengths and sizes for people")
struct HumanTests {
    @Test(
        "lengths of time as go-units words them",
        arguments: [
            (-5, "Less than a second"), (0.9, "Less than a second"), (1, "1 second"), (59.9, "59 seconds"),
            (60, "About a minute"), (119, "About a minute"), (120, "2 minutes"), (3599, "59 minutes"),
            (3600, "About an hour"), (5399, "About an hour"), (5400, "2 hours"), (47 * 3600, "47 hours"),
            (48 * 3600, "2 days"), (14 * 86400, "2 weeks"), (60 * 86400, "2 months"), (730 * 86400, "2 years"),
            (1e300, "317 years"),
        ] as [(Double, String)])
    func durations(seconds: Double, text: String) {
        #expect(HumanDuration.text(seconds: seconds) == text)
    }

    @Test(
        "sizes as go-units words them",
        arguments: [
            (0, "0B", "0B"), (999, "999B", "999B"), (1000, "1kB", "1000B"), (1024, "1.02kB", "1KiB"),
            (1_234_567, "1.23MB", "1.177MiB"), (123_456_789, "123MB", "117.7MiB"), (5_000_000_000, "5GB", "4.657GiB"),
            (.max, "9.22EB", "8EiB"), (-1, "0B", "0B"),
        ] as [(Int64, String, String)])
    func sizes(bytes: Int64, decimal: String, binary: String) {
        #expect(HumanSize.decimal(bytes) == decimal)
        #expect(HumanSize.binary(bytes) == binary)
    }
}
