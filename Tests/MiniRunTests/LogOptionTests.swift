import Namespaces
import Testing

@testable import MiniRun

/// `--log-driver`, `--log-opt`, and the words of `logs`.
struct LogOptionTests {
    @Test func theDefaultsAreDockers() throws {
        let options = try LogOptions()
        #expect(options.driver == .jsonFile)
        #expect(options.maxSize == nil)
        #expect(options.maxFile == 1)
        #expect(try LogOptions(driver: "none").driver == .none)
        #expect(try LogOptions(driver: "").driver == .jsonFile)
    }

    @Test func sizesAreDecimal() throws {
        let options = try LogOptions(options: [
            "max-size=10m", "max-file=3", "mode=non-blocking", "max-buffer-size=4m", "compress=false", "labels=a,b",
            "max-size=20k",
        ])
        #expect(options.maxSize == 20000)
        #expect(options.maxFile == 3)
        #expect(options.given["max-size"] == "20k")
    }

    @Test(
        "what Docker refuses is refused in its words",
        arguments: [
            ("journald", [], "logger: no log driver named 'journald' is registered"),
            ("local", ["max-size=1m"], "logger: no log driver named 'local' is registered"),
            ("none", ["max-size=1m"], "invalid logging opts for driver none"),
            ("", ["x=1"], "unknown log opt 'x' for json-file log driver"),
            ("", ["max-file=0"], "failed to initialize logging driver: max-file cannot be less than 1"),
            (
                "", ["max-file=x"],
                #"failed to initialize logging driver: strconv.Atoi: parsing "x": invalid syntax"#
            ),
            ("", ["max-size=0"], "failed to initialize logging driver: max-size must be a positive number"),
            ("", ["max-size"], "failed to initialize logging driver: invalid size: ''"),
            ("", ["max-size=1x"], "failed to initialize logging driver: invalid suffix: 'x'"),
            ("", ["mode=fast"], "logger: logging mode not supported: fast"),
            ("", ["max-buffer-size=1m"], "logger: max-buffer-size option is only supported with 'mode=non-blocking'"),
            ("", ["compress=true"], "log opt 'compress' is not supported: rotated logs stay as they are"),
            (
                "", ["compress=x"],
                #"failed to initialize logging driver: strconv.ParseBool: parsing "x": invalid syntax"#
            ),
            ("", ["env-regex=^A"], "log opt 'env-regex' is not supported: name them with 'env'"),
        ])
    func refused(driver: String, options: [String], message: String) {
        #expect(throws: UsageError(message)) { try LogOptions(driver: driver, options: options) }
    }

    @Test func attributesAreTakenFromTheContainer() throws {
        let container = LogIdentity(
            id: String(repeating: "ab", count: 32), name: "web", image: "busybox", labels: ["tier": "front", "x": "y"],
            environment: ["LANG": "C"])
        let options = try LogOptions(options: ["labels=tier,none", "env=LANG", "tag={{.Name}}/{{.ID}}"])
        #expect(
            try options.attributes(of: container) == ["tier": "front", "LANG": "C", "tag": "web/abababababab"])
        #expect(try LogOptions().attributes(of: container) == [:])
    }

    @Test(
        "moments are read as Docker reads them, and written with and without zeros",
        arguments: [
            ("2026-11-25T02:03:04.123456789Z", 1_795_572_184_123_456_789, "2026-11-25T02:03:04.123456789Z"),
            ("2026-11-25T04:03:04.5+02:00", 1_795_572_184_500_000_000, "2026-11-25T02:03:04.5Z"),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000, "2024-02-29T00:00:00Z"),
            ("2026-11-25Z", 1_795_564_800_000_000_000, "2026-11-25T00:00:00Z"),
            ("2026-11-25T02:03Z", 1_795_572_180_000_000_000, "2026-11-25T02:03:00Z"),
            ("1136073600.000000001", 1_136_073_600_000_000_001, "2006-01-01T00:00:00.000000001Z"),
            ("0", 0, "1970-01-01T00:00:00Z"),
            ("1969-12-31T23:59:59.75Z", -250_000_000, "1969-12-31T23:59:59.75Z"),
            ("1h30m", 1_000_000_000, "1970-01-01T00:00:01Z"),
        ] as [(String, Int64, String)])
    func moments(text: String, nanoseconds: Int64, written: String) throws {
        #expect(try LogTime.argument(text, now: 5401 * 1_000_000_000) == nanoseconds)
        #expect(LogTime.text(nanoseconds) == written)
    }

    @Test func timesHaveNineDigitsAndAZoneWhereAsked() {
        let time: Int64 = 1_795_572_184_000_000_000
        #expect(LogTime.text(time, allDigits: true) == "2026-11-25T02:03:04.000000000Z")
        #expect(LogTime.text(time, allDigits: true, offset: 19800) == "2026-11-25T07:33:04.000000000+05:30")
        #expect(LogTime.text(time, offset: -3600 * 3) == "2026-11-24T23:03:04-03:00")
    }

    @Test(
        "what is no moment is none",
        arguments: ["x", "-", "", "2026-02-30Z", "2026-11-25T25:00Z", "12h3", "1.5.5", "é"])
    func noMoment(text: String) {
        #expect(throws: UsageError.self) { try LogTime.argument(text, now: 0) }
    }

    @Test func wordsOfLogs() throws {
        #expect(try LogQuery(tail: "all", since: nil, until: "0") == LogQuery())
        #expect(try LogQuery(tail: "-1", since: "", until: nil).tail == nil)
        #expect(try LogQuery(tail: "12", since: "5", until: nil).since == 5_000_000_000)
        #expect(throws: UsageError(#"invalid value for "since": failed to parse value as time or duration: "x""#)) {
            try LogQuery(tail: "all", since: "x", until: nil)
        }
        #expect(throws: UsageError.self) { try LogQuery(tail: "ten", since: nil, until: nil) }
    }
}
