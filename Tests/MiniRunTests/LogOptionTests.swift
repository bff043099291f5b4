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

    @Test func wordsOfLogs() throws {
        #expect(try LogQuery(tail: "all", since: nil, until: "0") == LogQuery())
        #expect(try LogQuery(tail: "-1", since: "", until: nil).tail == nil)
        #expect(try LogQuery(tail: "12", since: "5", until: nil).since == Timestamp(seconds: 5))
        #expect(throws: UsageError(#"invalid value for "since": failed to parse value as time or duration: "x""#)) {
            try LogQuery(tail: "all", since: "x", until: nil)
        }
        #expect(throws: UsageError.self) { try LogQuery(tail: "ten", since: nil, until: nil) }
    }
}
