import Namespaces

/// What readers of checks share.
extension JSONValue {
    /// Refuses members that nobody asks for: a teacher writes these by hand, and a slip must not make a check that says nothing.
    func allow(_ members: [String]) throws(JSONError) {
        guard case .object(let own) = self else { throw JSONError("is no object") }
        if let odd = own.first(where: { !members.contains($0.key) }) {
            throw JSONError("is not known here (known are: \(members.joined(separator: ", ")))", path: odd.key)
        }
    }

    /// Whether something is to be there, which goes without saying.
    func isWanted() throws(JSONError) -> Bool { try bool(ifPresent: "exists") ?? true }

    /// One of some words; the first one when nothing is said.
    func word<Word: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ key: String, usual: Word? = nil
    ) throws(JSONError) -> Word {
        let read: (JSONValue) throws(JSONError) -> Word = { (value) throws(JSONError) in
            let text = try Self.string(of: value)
            guard let word = Word(rawValue: text) else {
                let known = Word.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")
                throw JSONError("is none of \(known): \(text.goQuoted)")
            }
            return word
        }
        if let word = try member(ifPresent: key, read) { return word }
        if let usual { return usual }
        return try member(key, read)
    }

    /// A regular expression, tried out so that it can be used later.
    func expression(ifPresent key: String) throws(JSONError) -> String? {
        try member(ifPresent: key) { (value) throws(JSONError) in
            let text = try Self.string(of: value)
            guard Pattern(text) != nil else { throw JSONError("is no regular expression: \(text.goQuoted)") }
            return text
        }
    }

    /// The text of a text, a number or a truth, as it is compared with what files and templates say.
    static func plainText(of value: JSONValue) throws(JSONError) -> String {
        switch value {
        case .string(let text): return text
        case .integer, .unsigned, .number, .bool: return value.compact
        default: throw JSONError("is neither a text nor a number")
        }
    }
}

/// How many of something there may be.
struct LabRange: Sendable, Hashable {
    var min: Int?
    var max: Int?

    init(min: Int? = nil, max: Int? = nil) { (self.min, self.max) = (min, max) }

    init(json: JSONValue) throws(JSONError) {
        try json.allow(["min", "max"])
        min = try json.integer(ifPresent: "min")
        max = try json.integer(ifPresent: "max")
        guard min != nil || max != nil else { throw JSONError("has neither min nor max") }
    }

    func contains(_ count: Int) -> Bool { count >= min ?? .min && count <= max ?? .max }
}

/// A number that something is, or is not: `1000`, `{"not": 0}`.
struct LabNumber: Sendable, Hashable {
    var number: Int64
    var isNegated: Bool

    init(json: JSONValue) throws(JSONError) {
        isNegated = if case .object = json { true } else { false }
        if isNegated {
            try json.allow(["not"])
            number = try json.integer("not")
        } else {
            number = try JSONValue.integer(of: json)
        }
    }

    func admits(_ other: Int64) -> Bool { (other == number) != isNegated }
}

/// A text with `*` for any characters, as labs name interfaces.
struct LabGlob: Sendable, Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    func matches(_ other: String) -> Bool {
        let parts = text.parts("*")
        guard let first = parts.first, let last = parts.last, parts.count > 1 else { return text == other }
        guard other.utf8.count >= first.utf8.count + last.utf8.count, other.hasPrefix(first), other.hasSuffix(last)
        else { return false }
        var rest = other.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = rest.firstRange(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return true
    }
}
