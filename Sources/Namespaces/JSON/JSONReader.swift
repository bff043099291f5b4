/// Reads JSON as RFC 8259 has it and nothing more: no comments, no commas too many, no bytes that are not UTF-8.
///
/// Works on bytes, because it stands on the way of every command that looks at containers: five hundred records are read in
/// a few milliseconds. Scalars are in `JSONReader+Scalars.swift`.
struct JSONReader {
    let bytes: [UInt8]
    /// The next byte.
    var place = 0
    private var depth = 0
    /// What is nested deeper was not written by us, and would only use up the stack.
    static let maximumDepth = 128

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The one value of the text.
    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value()
        skipBlanks()
        guard place == bytes.count else { throw unexpected("after the value") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipBlanks()
        guard place < bytes.count else { throw failure("unexpected end") }
        switch bytes[place] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw unexpected("instead of a value")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let end = place + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ $0.elementsEqual(bytes[place..<end]) }) else {
            throw failure("unknown word")
        }
        place = end
        return value
    }

    // MARK: Lists and objects

    private mutating func array() throws(JSONError) -> JSONValue {
        try open()
        var items: [JSONValue] = []
        guard !takes(UInt8(ascii: "]")) else { return close(.array(items)) }
        while true {
            items.append(try value())
            if takes(UInt8(ascii: "]")) { return close(.array(items)) }
            guard takes(UInt8(ascii: ",")) else { throw unexpected("instead of , or ]") }
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        try open()
        var members = JSONMembers()
        guard !takes(UInt8(ascii: "}")) else { return close(.object([])) }
        while true {
            skipBlanks()
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { throw unexpected("instead of a name") }
            let key = try string()
            guard takes(UInt8(ascii: ":")) else { throw unexpected("instead of :") }
            members.set(key, try value())
            if takes(UInt8(ascii: "}")) { return close(.object(members.list)) }
            guard takes(UInt8(ascii: ",")) else { throw unexpected("instead of , or }") }
        }
    }

    private mutating func open() throws(JSONError) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw failure("nested too deeply") }
        place += 1
    }

    private mutating func close(_ value: JSONValue) -> JSONValue {
        depth -= 1
        return value
    }

    // MARK: Bytes

    private mutating func skipBlanks() {
        while place < bytes.count {
            switch bytes[place] {
            case 0x20, 0x0a, 0x0d, 0x09: place += 1
            default: return
            }
        }
    }

    /// Moves behind this byte if it is the next one that is not blank.
    private mutating func takes(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    func failure(_ reason: String) -> JSONError { JSONError(reason, at: place) }

    private func unexpected(_ where: String) -> JSONError {
        guard place < bytes.count else { return failure("unexpected end") }
        let byte = bytes[place]
        let shown = (0x21...0x7e).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
        return failure("unexpected \(shown) \(`where`)")
    }
}

/// The members of an object while it is read: of two with one name the last one counts, as in Go.
private struct JSONMembers {
    private(set) var list: [JSONValue.Member] = []
    /// Places by name, once there are so many that looking through them would take long.
    private var places: [String: Int] = [:]
    private static let few = 16

    mutating func set(_ key: String, _ value: JSONValue) {
        let known = list.count < Self.few ? list.firstIndex { $0.key == key } : places[key]
        if let known {
            list[known].value = value
            return
        }
        list.append(JSONValue.Member(key, value))
        if list.count == Self.few {
            for (place, member) in list.enumerated() { places[member.key] = place }
        } else if list.count > Self.few {
            places[key] = list.count - 1
        }
    }
}

extension JSONValue {
    /// Reads a JSON text. Throws `JSONError` with the place where it stops being one.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        self = try reader.document()
    }

    /// The same from a text.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}
