import CShim

extension ByteBuffer {
    /// The bytes at and above 0x20 that stand for themselves in a JSON string as Docker writes it, bit by bit: all of
    /// ASCII but `"`, `\`, and `<`, `>`, `&`, which could mean something to a browser.
    private static let plain: (UInt64, UInt64) = (0xafff_ffbb_0000_0000, 0xffff_ffff_efff_ffff)
    private static let hexadecimal: StaticString = "0123456789abcdef"

    /// Appends the inside of a JSON string, byte for byte what Docker writes into its log: what is no UTF-8 is replaced,
    /// one U+FFFD for each byte. At most six bytes are written for one.
    mutating func appendJSON(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                if (byte < 64 ? Self.plain.0 : Self.plain.1) >> UInt64(byte & 63) & 1 == 1 {
                    index += 1
                    continue
                }
                append(UnsafeBufferPointer(rebasing: text[start..<index]))
                appendEscape(of: byte)
                index += 1
                start = index
                continue
            }
            let length = UTF8Sequence.length(at: index, in: text)
            let isSeparator = length == 3 && byte == 0xe2 && text[index + 1] == 0x80 && text[index + 2] & 0xfe == 0xa8
            if length > 0, !isSeparator {
                index += length
                continue
            }
            append(UnsafeBufferPointer(rebasing: text[start..<index]))
            if isSeparator {
                append(text[index + 2] == 0xa8 ? "\\u2028" : "\\u2029")
            } else {
                append("\\ufffd")
            }
            index += max(1, length)
            start = index
        }
        append(UnsafeBufferPointer(rebasing: text[start...]))
    }

    private mutating func appendEscape(of byte: UInt8) {
        switch byte {
        case 34: append("\\\"")
        case 92: append("\\\\")
        case 10: append("\\n")
        case 13: append("\\r")
        default:
            append("\\u00")
            append(Self.hexadecimal.utf8Start[Int(byte >> 4)])
            append(Self.hexadecimal.utf8Start[Int(byte & 15)])
        }
    }
}

/// The shapes of UTF-8 (Unicode, table 3-7), as far as a log has to know them.
enum UTF8Sequence {
    /// The length of the valid sequence that begins at `index` with a byte of 0x80 or above; 0 when none does.
    static func length(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        let lead = text[index]
        let length = announced(by: lead)
        guard length > 1, text.count - index >= length else { return 0 }
        let second = text[index + 1]
        let allowed: ClosedRange<UInt8> =
            switch lead {
            case 0xe0: 0xa0...0xbf
            case 0xed: 0x80...0x9f
            case 0xf0: 0x90...0xbf
            case 0xf4: 0x80...0x8f
            default: 0x80...0xbf
            }
        guard allowed.contains(second) else { return 0 }
        for offset in 2..<max(2, length) where text[index + offset] & 0xc0 != 0x80 { return 0 }
        return length
    }

    /// How many bytes at the end are the beginning of a sequence that goes on behind it.
    static func unfinished(at end: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        for distance in 1...3 where distance <= end {
            let byte = text[end - distance]
            if byte & 0xc0 == 0x80 { continue }
            return announced(by: byte) > distance ? distance : 0
        }
        return 0
    }

    private static func announced(by lead: UInt8) -> Int {
        switch lead {
        case 0..<0x80: 1
        case 0xc2...0xdf: 2
        case 0xe0...0xef: 3
        case 0xf0...0xf4: 4
        default: 0
        }
    }
}
