import Namespaces

extension GoTemplate {
    /// What the parser sees: literal text, or the tokens of one action.
    enum Piece {
        case text(String)
        case action([Token], line: Int)
    }

    /// A word of an action.
    struct Token {
        enum Kind: Equatable {
            case dot
            case field(String)
            case variable(String)
            case word(String)
            case literal(JSONValue)
            /// `(`, `)`, `|`, `,`, `:=` or `=`.
            case sign(String)
        }

        var kind: Kind
        /// Offsets in the template's bytes.
        var range: Range<Int>
        /// Whether a blank stands before it: `.A .B` is two operands, `.A.B` is one.
        var isSpaced: Bool
    }

    /// Cuts a template into pieces and actions into tokens.
    struct Lexer {
        let bytes: [UInt8]
        private var place = 0
        private(set) var pieces: [Piece] = []

        init(_ text: String) throws(UsageError) {
            bytes = Array(text.utf8)
            try scan()
        }

        func line(at offset: Int) -> Int { bytes[..<offset].reduce(1) { $0 + ($1 == 10 ? 1 : 0) } }

        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

        private func failure(_ message: String) -> UsageError {
            UsageError("template: :\(line(at: min(place, bytes.count))): \(message)")
        }

        private func isAt(_ text: StaticString, _ offset: Int) -> Bool {
            offset <= bytes.count - text.utf8CodeUnitCount
                && text.withUTF8Buffer { $0.elementsEqual(bytes[offset..<(offset + $0.count)]) }
        }

        private func isBlank(_ offset: Int) -> Bool {
            offset < bytes.count && [32, 9, 10, 13].contains(bytes[offset])
        }

        private mutating func scan() throws(UsageError) {
            var trimsNext = false
            while true {
                let start = place
                while place < bytes.count, !isAt("{{", place) { place += 1 }
                var text = bytes[start..<place]
                if trimsNext { text = text.drop { [32, 9, 10, 13].contains($0) } }
                guard place < bytes.count else {
                    appendText(text)
                    return
                }
                place += 2
                if isAt("-", place), isBlank(place + 1) {
                    place += 2
                    while let last = text.last, [32, 9, 10, 13].contains(last) { text = text.dropLast() }
                }
                appendText(text)
                trimsNext = try scanAction()
            }
        }

        private mutating func appendText(_ text: ArraySlice<UInt8>) {
            if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
        }

        /// Reads up to `}}`; returns whether the text after it is trimmed.
        private mutating func scanAction() throws(UsageError) -> Bool {
            let line = line(at: place)
            if isAt("/*", place) {
                while place < bytes.count, !isAt("*/", place) { place += 1 }
                guard place < bytes.count else { throw failure("unclosed comment") }
                place += 2
                let trims = isBlank(place) && isAt("-}}", place + 1)
                if trims { place += 2 }
                guard isAt("}}", place) else { throw failure("comment ends before closing delimiter") }
                place += 2
                return trims
            }
            var tokens: [Token] = []
            while true {
                let before = place
                while isBlank(place) { place += 1 }
                let trims = place > before && isAt("-}}", place)
                if trims || isAt("}}", place) {
                    place += trims ? 3 : 2
                    pieces.append(.action(tokens, line: line))
                    return trims
                }
                guard place < bytes.count else { throw failure("unclosed action") }
                let start = place
                let kind = try token()
                tokens.append(Token(kind: kind, range: start..<place, isSpaced: start > before || tokens.isEmpty))
            }
        }

        private mutating func name() -> String {
            let start = place
            while place < bytes.count,
                bytes[place] == 95 || bytes[place] >= 128 || (48...57).contains(bytes[place])
                    || (65...90).contains(bytes[place] & 0xdf)
            {
                place += 1
            }
            return text(start..<place)
        }

        private mutating func token() throws(UsageError) -> Token.Kind {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "|"), UInt8(ascii: ","), UInt8(ascii: "="):
                place += 1
                return .sign(text((place - 1)..<place))
            case UInt8(ascii: ":"):
                guard isAt(":=", place) else { throw failure("expected :=") }
                place += 2
                return .sign(":=")
            case UInt8(ascii: "\""): return .literal(.string(try quoted()))
            case UInt8(ascii: "`"):
                let start = place + 1
                place = start
                while place < bytes.count, bytes[place] != byte { place += 1 }
                guard place < bytes.count else { throw failure("unterminated raw quoted string") }
                place += 1
                return .literal(.string(text(start..<(place - 1))))
            case UInt8(ascii: "."):
                place += 1
                let name = name()
                return name.isEmpty ? .dot : .field(name)
            case UInt8(ascii: "$"):
                place += 1
                return .variable("$" + name())
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"): return try number()
            default:
                let word = name()
                guard !word.isEmpty else {
                    throw failure("unexpected \(String(Unicode.Scalar(byte)).goQuoted) in operand")
                }
                switch word {
                case "true": return .literal(true)
                case "false": return .literal(false)
                case "nil": return .literal(nil)
                default: return .word(word)
                }
            }
        }

        private mutating func number() throws(UsageError) -> Token.Kind {
            let start = place
            place += 1
            while place < bytes.count, (48...57).contains(bytes[place]) || bytes[place] == 46 { place += 1 }
            let text = text(start..<place)
            if let whole = Int64(text) { return .literal(.integer(whole)) }
            guard let value = Double(text) else { throw failure("bad number syntax: \(text.goQuoted)") }
            return .literal(.number(value))
        }

        /// A string in double quotes, with Go's common escapes.
        private mutating func quoted() throws(UsageError) -> String {
            var result: [UInt8] = []
            place += 1
            while place < bytes.count, bytes[place] != 10 {
                let byte = bytes[place]
                place += 1
                if byte == UInt8(ascii: "\"") { return String(decoding: result, as: UTF8.self) }
                guard byte == UInt8(ascii: "\\"), place < bytes.count else {
                    result.append(byte)
                    continue
                }
                let escaped = bytes[place]
                place += 1
                switch escaped {
                case UInt8(ascii: "n"): result.append(10)
                case UInt8(ascii: "t"): result.append(9)
                case UInt8(ascii: "r"): result.append(13)
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): result.append(escaped)
                default: throw failure("invalid syntax")
                }
            }
            throw failure("unterminated quoted string")
        }
    }
}
