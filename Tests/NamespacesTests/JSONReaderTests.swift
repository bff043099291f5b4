import Testing

@testable import Namespaces

/// RFC 8259 as the reader has it, and the members that decoders take out of it.
@Suite("Reading JSON")
struct JSONReaderTests {
    @Test(
        "every kind of value",
        arguments: [
            ("null", .null), (" true\r\n", .bool(true)), ("\tfalse", .bool(false)), ("[]", []), ("[ ]", []),
            ("{}", [:]),
            ("{ }", [:]), ("\"\"", ""), ("[1,\"a\",[null]]", [1, "a", [nil]]),
            ("{\"b\": 1, \"a\": {\"c\": []}}", ["b": 1, "a": ["c": []]]),
            ("{\"a\":1,\"b\":2,\"a\":3}", ["a": 3, "b": 2]),
        ] as [(String, JSONValue)])
    func values(text: String, expected: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == expected)
    }

    @Test(
        "numbers: whole ones exactly, others as doubles",
        arguments: [
            ("0", 0), ("-0", 0), ("12", 12), ("-7", -7), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .unsigned(1 << 63)),
            ("18446744073709551615", .unsigned(.max)), ("18446744073709551616", .number(0x1p64)),
            ("-9223372036854775809", .number(-0x1p63)), ("1.0", .number(1)), ("0.5e1", .number(5)),
            ("1E-2", .number(0.01)), ("1e+2", .number(100)), ("-1.5", .number(-1.5)),
        ] as [(String, JSONValue)])
    func numbers(text: String, expected: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == expected)
    }

    @Test(
        "texts and their escapes",
        arguments: [
            (#""plain ü 教 🐳""#, "plain ü 教 🐳"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
            (#""\u0041\u00fc\u6559""#, "Aü教"), (#""\uD83D\uDC33!""#, "🐳!"), (#""a\u0000b""#, "a\0b"),
            (#""x\u00E9y\n""#, "x\u{e9}y\n"),
        ])
    func texts(json: String, expected: String) throws {
        #expect(try JSONValue(parsing: json) == .string(expected))
    }

    @Test(
        "what is no JSON, and from which byte on",
        arguments: [
            ("", "unexpected end at byte 0"), ("  ", "unexpected end at byte 2"), ("{", "unexpected end at byte 1"),
            ("[1", "unexpected end at byte 2"), ("[1,]", "unexpected ']' instead of a value at byte 3"),
            ("{\"a\":1,}", "unexpected '}' instead of a name at byte 7"),
            ("{a:1}", "unexpected 'a' instead of a name at byte 1"),
            ("{\"a\" 1}", "unexpected '1' instead of : at byte 5"),
            ("[1 2]", "unexpected '2' instead of , or ] at byte 3"),
            ("{\"a\":1 \"b\"}", "unexpected '\"' instead of , or } at byte 7"),
            ("1 2", "unexpected '2' after the value at byte 2"),
            ("nul", "unknown word at byte 0"), ("trux", "unknown word at byte 0"),
            ("+1", "unexpected '+' instead of a value at byte 0"),
            ("01", "leading zero at byte 0"), ("-", "digit missing at byte 1"), ("1.", "digit missing at byte 2"),
            (".5", "unexpected '.' instead of a value at byte 0"), ("1e", "digit missing at byte 2"),
            ("1e999", "number out of range at byte 0"),
            ("NaN", "unexpected 'N' instead of a value at byte 0"), ("\"a", "unexpected end at byte 2"),
            ("\"a\nb\"", "control character in a text at byte 2"), (#""\x""#, "unknown escape at byte 1"),
            (#""\u12g4""#, "unknown escape at byte 1"), (#""\u12""#, "unknown escape at byte 1"),
            ("\"\\", "unexpected end at byte 1"),
            (#""\ud83d""#, "half a surrogate pair at byte 1"), (#""\udc33\ud83d""#, "half a surrogate pair at byte 1"),
            (#""\ud83d\u0041""#, "half a surrogate pair at byte 1"),
            ("\u{feff}1", "unexpected byte 239 instead of a value at byte 0"),
        ])
    func broken(text: String, message: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.description == message)
    }

    @Test("bytes that are no UTF-8 are refused, raw and beside an escape")
    func encoding() {
        for bytes: [UInt8] in [[0x22, 0xff, 0x22], [0x22, 0x5c, 0x6e, 0xc3, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22]] {
            #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        }
    }

    @Test("nesting ends before the stack does")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(JSONReader.maximumDepth)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(JSONReader.maximumDepth + 1)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 100_000)) }
        #expect(throws: Never.self) { try JSONValue(parsing: "[" + String(repeating: "[],", count: 1000) + "[]]") }
    }

    @Test("of many names as of few the last one counts")
    func duplicates() throws {
        let names = (0..<40).map { "\"k\($0 % 20)\": \($0)" }.joined(separator: ",")
        let value = try JSONValue(parsing: "{\(names)}")
        #expect(value == .object((0..<20).map { JSONValue.Member("k\($0)", .integer(Int64($0 + 20))) }))
    }

    @Test("what was printed is read again, in both forms")
    func roundTrip() throws {
        let value: JSONValue = [
            "a": [1, .number(0.1), .unsigned(.max), nil, true], "b\"\\\n\u{2028}\u{7f}": ["ü": "教\u{1}"], "c": [:],
            "d": [],
        ]
        #expect(try JSONValue(parsing: value.compact) == value)
        #expect(try JSONValue(parsing: value.pretty) == value)
    }
}

@Suite("Members of JSON objects")
struct JSONMemberTests {
    private let value: JSONValue = [
        "name": "web", "none": nil, "small": 7, "big": .unsigned(.max), "half": .number(0.5), "whole": .number(3),
        "on": true, "list": ["a", 1], "words": ["a", "b"], "map": ["k": "v", "n": 1], "inner": ["deep": [["pid": "x"]]],
    ]

    @Test("are given in the type that is wanted")
    func typed() throws {
        #expect(try value.string("name") == "web")
        #expect(try value.string(ifPresent: "none") == nil)
        #expect(try value.string(ifPresent: "missing") == nil)
        #expect(try value.integer("small") as UInt8 == 7)
        #expect(try value.integer("big") as UInt64 == .max)
        #expect(try value.integer("whole") as Int == 3)
        #expect(try value.number("small") == 7)
        #expect(try value.number("half") == 0.5)
        #expect(try value.bool("on"))
        #expect(try value.strings("words") == ["a", "b"])
        #expect(try value.strings("missing") == [])
        #expect(try value.stringMap("missing") == [:])
    }

    @Test("that are missing or wrong are named by their path")
    func named() {
        func message(_ read: (JSONValue) throws(JSONError) -> Void) -> String? {
            do { try read(value) } catch { return error.description }
            return nil
        }
        #expect(message { (value) throws(JSONError) in _ = try value.string("missing") } == "missing is missing")
        #expect(message { (value) throws(JSONError) in _ = try value.string("none") } == "none is missing")
        #expect(message { (value) throws(JSONError) in _ = try value.string("small") } == "small is no text")
        #expect(message { (value) throws(JSONError) in _ = try value.bool("name") } == "name is neither true nor false")
        #expect(
            message { (value) throws(JSONError) in _ = try value.integer("big") as Int64 }
                == "big is no whole number from -9223372036854775808 to 9223372036854775807: 18446744073709551615")
        #expect(
            message { (value) throws(JSONError) in _ = try value.integer("half") as UInt8 }
                == "half is no whole number from 0 to 255: 0.5")
        #expect(message { (value) throws(JSONError) in _ = try value.strings("list") } == "list[1] is no text")
        #expect(message { (value) throws(JSONError) in _ = try value.strings("map") } == "map is no list")
        #expect(message { (value) throws(JSONError) in _ = try value.stringMap("map") } == "map.n is no text")
        #expect(message { (value) throws(JSONError) in _ = try value.stringMap("list") } == "list is no object")
        #expect(
            message { (value) throws(JSONError) in
                _ = try value.member("inner") { (inner) throws(JSONError) in
                    try inner.list("deep", of: { (item) throws(JSONError) in try item.integer("pid") as Int })
                }
            } == "inner.deep[0].pid is no number")
        #expect(throws: JSONError("is no object")) { try JSONValue.null.string(ifPresent: "a") }
    }
}
