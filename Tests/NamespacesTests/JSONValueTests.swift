import Testing

@testable import Namespaces

@Suite("JSON values")
struct JSONValueTests {
    @Test("printed as docker inspect does: four blanks, keys in their order")
    func pretty() {
        let value: JSONValue = ["b": [1, .number(0.5), nil], "a": [:], "c": [], "d": ["e\n\"<": true]]
        #expect(
            value.pretty == """
                {
                    "b": [
                        1,
                        0.5,
                        null
                    ],
                    "a": {},
                    "c": [],
                    "d": {
                        "e\\n\\"<": true
                    }
                }
                """)
        #expect(value.compact == "{\"b\":[1,0.5,null],\"a\":{},\"c\":[],\"d\":{\"e\\n\\\"<\":true}}")
    }

    @Test("control characters are escaped, everything else stays")
    func escapes() {
        #expect(JSONValue.string("a\u{1}\u{7f}教\\").compact == "\"a\\u0001\\u007f教\\\\\"")
    }

    @Test("a dictionary becomes an object in the order of its keys")
    func map() {
        #expect(JSONValue.map(["b": 1, "a": 2]).compact == "{\"a\":2,\"b\":1}")
        #expect(JSONValue.map(["b": 1])["b"] == 1)
    }
}
