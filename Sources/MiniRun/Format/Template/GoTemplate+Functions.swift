import Namespaces

extension GoTemplate {
    /// Go's own functions and those that Docker adds.
    enum Functions {
        static let names: Set<String> = [
            "json", "index", "len", "join", "split", "lower", "upper", "title", "println", "print", "printf", "eq",
            "ne", "lt", "le", "gt", "ge", "and", "or", "not", "truncate", "pad", "slice",
        ]

        /// Calls one; the error is the bare reason.
        static func call(_ name: String, _ arguments: [JSONValue]) throws(UsageError) -> JSONValue {
            switch name {
            case "json": return .string(try one(name, arguments).compact)
            case "index": return try index(arguments)
            case "len": return .integer(Int64(try length(one(name, arguments))))
            case "join": return try join(arguments)
            case "split": return try split(arguments)
            case "lower": return .string(try string(name, arguments).lowercased())
            case "upper": return .string(try string(name, arguments).uppercased())
            case "title": return .string(title(try string(name, arguments)))
            case "print": return .string(arguments.map(\.goText).joined())
            case "println": return .string(arguments.map(\.goText).joined(separator: " ") + "\n")
            case "printf": return .string(try GoFormat.text(arguments))
            case "and": return arguments.first(where: \.isEmpty) ?? arguments.last ?? .null
            case "or": return arguments.first { !$0.isEmpty } ?? arguments.last ?? .null
            case "not": return .bool(try one(name, arguments).isEmpty)
            case "slice": return try slice(arguments)
            case "truncate":
                guard arguments.count == 2, case .string(let text) = arguments[0],
                    case .integer(let count) = arguments[1]
                else { throw UsageError("want a string and a number") }
                return .string(String(text.prefix(Int(clamping: max(0, count)))))
            case "pad":
                guard arguments.count == 3, case .string(let text) = arguments[0],
                    case .integer(let before) = arguments[1],
                    case .integer(let after) = arguments[2], (0...1000).contains(before), (0...1000).contains(after)
                else { throw UsageError("want a string and two numbers") }
                let blanks = { (count: Int64) in String(repeating: " ", count: Int(count)) }
                return .string(text.isEmpty ? text : blanks(before) + text + blanks(after))
            default: return .bool(try compare(name, arguments))
            }
        }

        /// What a function makes of a column's heading: nothing, where it would change what the heading says. Only `pad`
        /// and `print` and the like do to it what they do to the column.
        static func inHeading(_ name: String, _ arguments: [JSONValue]) -> JSONValue? {
            switch name {
            case "json", "split", "join", "title", "lower", "upper", "truncate": arguments.first
            default: nil
            }
        }

        /// `slice x 1 2` is `x[1:2]` in Go: bytes of a text, or items of a list.
        private static func slice(_ arguments: [JSONValue]) throws(UsageError) -> JSONValue {
            guard let value = arguments.first, arguments.count <= 3 else {
                throw UsageError("wrong number of args for slice: want at least 1 got \(arguments.count)")
            }
            let count = try length(value)
            var bounds = [0, count]
            for (place, argument) in arguments.dropFirst().enumerated() {
                guard case .integer(let index) = argument else {
                    throw UsageError("cannot index slice/array with \(argument.goText)")
                }
                guard index >= 0, index <= count else { throw UsageError("index out of range: \(index)") }
                bounds[place] = Int(index)
            }
            guard bounds[0] <= bounds[1] else { throw UsageError("invalid slice index: \(bounds[0]) > \(bounds[1])") }
            switch value {
            case .string(let text):
                return .string(String(decoding: Array(text.utf8)[bounds[0]..<bounds[1]], as: UTF8.self))
            case .array(let items): return .array(Array(items[bounds[0]..<bounds[1]]))
            default: throw UsageError("can't slice item of type \(value.goType)")
            }
        }

        /// Every word with a capital letter.
        private static func title(_ text: String) -> String {
            var isInWord = false
            return text.reduce(into: "") { result, character in
                result += isInWord ? String(character) : character.uppercased()
                isInWord = character.isLetter || character.isNumber || character == "_"
            }
        }

        private static func one(_ name: String, _ arguments: [JSONValue]) throws(UsageError) -> JSONValue {
            guard arguments.count == 1 else {
                throw UsageError("wrong number of args for \(name): want 1 got \(arguments.count)")
            }
            return arguments[0]
        }

        private static func string(_ name: String, _ arguments: [JSONValue]) throws(UsageError) -> String {
            let value = try one(name, arguments)
            guard case .string(let text) = value else {
                throw UsageError("wrong type for value; expected string; got \(value.goType)")
            }
            return text
        }

        private static func index(_ arguments: [JSONValue]) throws(UsageError) -> JSONValue {
            guard var value = arguments.first else {
                throw UsageError("wrong number of args for index: want at least 1 got 0")
            }
            for key in arguments.dropFirst() {
                switch (value, key) {
                case (.object, .string(let name)): value = value[name] ?? .null
                case (.array(let items), .integer(let place)):
                    guard let place = Int(exactly: place), items.indices.contains(place) else {
                        throw UsageError("index out of range: \(place)")
                    }
                    value = items[place]
                case (.null, _): throw UsageError("index of untyped nil")
                case (.object, _): throw UsageError("value has type \(key.goType); should be string")
                case (.array, _): throw UsageError("cannot index slice/array with type \(key.goType)")
                default: throw UsageError("can't index item of type \(value.goType)")
                }
            }
            return value
        }

        private static func length(_ value: JSONValue) throws(UsageError) -> Int {
            switch value {
            case .string(let text): return text.utf8.count
            case .array(let items): return items.count
            case .object(let members): return members.count
            case .null: throw UsageError("len of nil pointer")
            default: throw UsageError("len of type \(value.goType)")
            }
        }

        private static func join(_ arguments: [JSONValue]) throws(UsageError) -> JSONValue {
            guard arguments.count == 2, case .string(let separator) = arguments[1] else {
                throw UsageError("want a list and a string")
            }
            switch arguments[0] {
            case .array(let items): return .string(items.map(\.goText).joined(separator: separator))
            case .null: return ""
            default: throw UsageError("wrong type for value; expected []string; got \(arguments[0].goType)")
            }
        }

        private static func split(_ arguments: [JSONValue]) throws(UsageError) -> JSONValue {
            guard arguments.count == 2, case .string(let text) = arguments[0],
                case .string(let separator) = arguments[1]
            else { throw UsageError("want two strings") }
            guard !separator.isEmpty else { return .array(text.map { .string(String($0)) }) }
            return .array(
                text.split(separator: separator, omittingEmptySubsequences: false).map { .string(String($0)) })
        }

        private static func compare(_ name: String, _ arguments: [JSONValue]) throws(UsageError) -> Bool {
            guard let first = arguments.first, arguments.count >= 2 else {
                throw UsageError("missing argument for comparison")
            }
            // Only `eq` takes more than two: is the first one any of the others?
            if name == "eq" { return arguments.dropFirst().contains(first) }
            guard arguments.count == 2 else {
                throw UsageError("wrong number of args for \(name): want 2 got \(arguments.count)")
            }
            if name == "ne" { return first != arguments[1] }
            let order: Int
            switch (first, arguments[1]) {
            case (.integer(let left), .integer(let right)): order = left < right ? -1 : left == right ? 0 : 1
            case (.string(let left), .string(let right)):
                order = left == right ? 0 : left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
            case (.number(let left), .number(let right)): order = left < right ? -1 : left == right ? 0 : 1
            default: throw UsageError("incompatible types for comparison")
            }
            switch name {
            case "lt": return order < 0
            case "le": return order <= 0
            case "gt": return order > 0
            default: return order >= 0
            }
        }
    }
}
