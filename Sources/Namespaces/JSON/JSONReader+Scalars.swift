extension JSONReader {
    // MARK: Texts

    /// The text that begins with the quotation mark at `place`.
    mutating func string() throws(JSONError) -> String {
        place += 1
        let start = place
        var isASCII = skipPlain()
        // Most texts have no escape: one look, one copy.
        if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
            let text = try text(bytes[start..<place], isASCII)
            place += 1
            return text
        }
        var content = Array(bytes[start..<place])
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                let text = try text(content[...], isASCII)
                place += 1
                return text
            case UInt8(ascii: "\\"):
                try unescape(into: &content)
                isASCII = false
            case ..<0x20: throw failure("control character in a text")
            default:
                let start = place
                if !skipPlain() { isASCII = false }
                content += bytes[start..<place]
            }
        }
        throw failure("unexpected end")
    }

    /// Moves to the next quotation mark, backslash or control character; whether all before it is ASCII.
    private mutating func skipPlain() -> Bool {
        var seen: UInt8 = 0
        var next = place
        while next < bytes.count {
            let byte = bytes[next]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            seen |= byte
            next += 1
        }
        place = next
        return seen < 0x80
    }

    /// ASCII needs no check, which takes longer than all the rest.
    private func text(_ content: ArraySlice<UInt8>, _ isASCII: Bool) throws(JSONError) -> String {
        if isASCII { return String(decoding: content, as: UTF8.self) }
        guard let text = String(validating: content, as: UTF8.self) else { throw failure("text that is no UTF-8") }
        return text
    }

    private mutating func unescape(into content: inout [UInt8]) throws(JSONError) {
        guard place + 1 < bytes.count else { throw failure("unexpected end") }
        let letter = bytes[place + 1]
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(letter)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0c)
        case UInt8(ascii: "n"): content.append(0x0a)
        case UInt8(ascii: "r"): content.append(0x0d)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            content += String(try codePoint()).utf8
            return
        default: throw failure("unknown escape")
        }
        place += 2
    }

    /// `\u` and four digits; beyond U+FFFF a pair of them, first the high surrogate, then the low one.
    private mutating func codePoint() throws(JSONError) -> Unicode.Scalar {
        let start = place
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if (0xd800..<0xdc00).contains(first), place < bytes.count, bytes[place] == UInt8(ascii: "\\") {
            let second = try codeUnit()
            if (0xdc00..<0xe000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xd800) << 10 + UInt32(second) - 0xdc00)
            {
                return scalar
            }
        }
        place = start
        throw failure("half a surrogate pair")
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        guard place + 6 <= bytes.count, bytes[place + 1] == UInt8(ascii: "u") else { throw failure("unknown escape") }
        var unit: UInt16 = 0
        for byte in bytes[(place + 2)..<(place + 6)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw failure("unknown escape") }
            unit = unit << 4 | UInt16(digit)
        }
        place += 6
        return unit
    }

    // MARK: Numbers

    /// The number that begins at `place`: whole where it is written without fraction and exponent and fits 64 bits.
    mutating func number() throws(JSONError) -> JSONValue {
        let start = place
        let isNegative = bytes[place] == UInt8(ascii: "-")
        if isNegative { place += 1 }
        let first = place
        let magnitude = try digits()
        guard bytes[first] != UInt8(ascii: "0") || place == first + 1 else {
            place = first
            throw failure("leading zero")
        }
        let hasFraction = try skipFraction()
        let hasExponent = try skipExponent()
        if !hasFraction, !hasExponent, let magnitude {
            if isNegative, magnitude <= Int64.min.magnitude {
                return .integer(Int64(truncatingIfNeeded: 0 &- magnitude))
            }
            if !isNegative { return Int64(exactly: magnitude).map { .integer($0) } ?? .unsigned(magnitude) }
        }
        guard let value = Double(String(decoding: bytes[start..<place], as: UTF8.self)), value.isFinite else {
            place = start
            throw failure("number out of range")
        }
        return .number(value)
    }

    /// Digits, at least one; their value, as far as it fits.
    @discardableResult
    private mutating func digits() throws(JSONError) -> UInt64? {
        let start = place
        var value: UInt64? = 0
        while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) {
            value = value.flatMap { value in
                let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, carry) = tens.addingReportingOverflow(UInt64(bytes[place] - UInt8(ascii: "0")))
                return overflow || carry ? nil : sum
            }
            place += 1
        }
        guard place > start else { throw failure("digit missing") }
        return value
    }

    private mutating func skipFraction() throws(JSONError) -> Bool {
        guard place < bytes.count, bytes[place] == UInt8(ascii: ".") else { return false }
        place += 1
        try digits()
        return true
    }

    private mutating func skipExponent() throws(JSONError) -> Bool {
        guard place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") else { return false }
        place += 1
        if place < bytes.count, bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") { place += 1 }
        try digits()
        return true
    }
}
