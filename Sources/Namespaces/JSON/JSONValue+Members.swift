/// What a hand-written decoder asks of an object. Each question has two forms: `string("name")` throws when there is no such
/// member, `string(ifPresent: "name")` is nil when there is none or it is `null`. Errors name the path of the member.
extension JSONValue {
    /// The member as `read` understands it.
    package func member<Value>(
        _ key: String, _ read: (JSONValue) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        guard let value = try member(ifPresent: key, read) else { throw JSONError("is missing", path: key) }
        return value
    }

    /// The member as `read` understands it, if there is one.
    package func member<Value>(
        ifPresent key: String, _ read: (JSONValue) throws(JSONError) -> Value
    ) throws(JSONError) -> Value? {
        guard case .object = self else { throw JSONError("is no object") }
        guard let value = self[key], value != .null else { return nil }
        do { return try read(value) } catch { throw error.inside(key) }
    }

    /// A text.
    package func string(_ key: String) throws(JSONError) -> String { try member(key, Self.string(of:)) }

    /// A text, if there is one.
    package func string(ifPresent key: String) throws(JSONError) -> String? {
        try member(ifPresent: key, Self.string(of:))
    }

    /// `true` or `false`.
    package func bool(_ key: String) throws(JSONError) -> Bool { try member(key, Self.bool(of:)) }

    /// `true` or `false`, if it is said.
    package func bool(ifPresent key: String) throws(JSONError) -> Bool? { try member(ifPresent: key, Self.bool(of:)) }

    /// A whole number of the type that is wanted; what does not fit is an error.
    package func integer<Number: FixedWidthInteger & SendableMetatype>(_ key: String) throws(JSONError) -> Number {
        try member(key, Self.integer(of:))
    }

    /// A whole number, if there is one.
    package func integer<Number: FixedWidthInteger & SendableMetatype>(ifPresent key: String) throws(JSONError)
        -> Number?
    {
        try member(ifPresent: key, Self.integer(of:))
    }

    /// Any number.
    package func number(_ key: String) throws(JSONError) -> Double { try member(key, Self.number(of:)) }

    /// A value that has a text form, such as an address.
    package func parsed<Value: LosslessStringConvertible & SendableMetatype>(_ key: String) throws(JSONError) -> Value {
        try member(key, Self.parsed(of:))
    }

    /// A value that has a text form, if there is one.
    package func parsed<Value: LosslessStringConvertible & SendableMetatype>(ifPresent key: String) throws(JSONError)
        -> Value?
    {
        try member(ifPresent: key, Self.parsed(of:))
    }

    /// A list, each item as `read` understands it; empty when there is none.
    package func list<Item>(
        _ key: String, of read: (JSONValue) throws(JSONError) -> Item
    ) throws(JSONError) -> [Item] {
        try member(ifPresent: key) { (value) throws(JSONError) in try value.items(read) } ?? []
    }

    /// A list of texts; empty when there is none.
    package func strings(_ key: String) throws(JSONError) -> [String] { try list(key, of: Self.string(of:)) }

    /// An object whose members are alike, each as `read` understands it; empty when there is none.
    package func map<Item>(
        _ key: String, of read: (JSONValue) throws(JSONError) -> Item
    ) throws(JSONError) -> [String: Item] {
        try member(ifPresent: key) { (value) throws(JSONError) in try value.entries(read) } ?? [:]
    }

    /// An object whose members are texts; empty when there is none.
    package func stringMap(_ key: String) throws(JSONError) -> [String: String] { try map(key, of: Self.string(of:)) }

    // MARK: One value

    /// The text that a value is.
    package static func string(of value: JSONValue) throws(JSONError) -> String {
        guard case .string(let text) = value else { throw JSONError("is no text") }
        return text
    }

    /// The truth that a value is.
    package static func bool(of value: JSONValue) throws(JSONError) -> Bool {
        guard case .bool(let truth) = value else { throw JSONError("is neither true nor false") }
        return truth
    }

    /// The whole number that a value is.
    package static func integer<Number: FixedWidthInteger & SendableMetatype>(of value: JSONValue) throws(JSONError)
        -> Number
    {
        let number: Number?
        switch value {
        case .integer(let whole): number = Number(exactly: whole)
        case .unsigned(let whole): number = Number(exactly: whole)
        case .number(let fraction): number = Number(exactly: fraction)
        default: throw JSONError("is no number")
        }
        guard let number else {
            throw JSONError("is no whole number from \(Number.min) to \(Number.max): \(value.compact)")
        }
        return number
    }

    /// The number that a value is.
    package static func number(of value: JSONValue) throws(JSONError) -> Double {
        switch value {
        case .integer(let whole): return Double(whole)
        case .unsigned(let whole): return Double(whole)
        case .number(let fraction): return fraction
        default: throw JSONError("is no number")
        }
    }

    /// The value that a text stands for.
    package static func parsed<Value: LosslessStringConvertible & SendableMetatype>(of value: JSONValue)
        throws(JSONError) -> Value
    {
        let text = try string(of: value)
        guard let parsed = Value(text) else { throw JSONError("is no \(Value.self): \(text.goQuoted)") }
        return parsed
    }

    /// The items of a list, each as `read` understands it.
    package func items<Item>(_ read: (JSONValue) throws(JSONError) -> Item) throws(JSONError) -> [Item] {
        guard case .array(let values) = self else { throw JSONError("is no list") }
        var items: [Item] = []
        items.reserveCapacity(values.count)
        for (place, value) in values.enumerated() {
            do { items.append(try read(value)) } catch { throw error.inside("[\(place)]") }
        }
        return items
    }

    /// The members of an object by name, each as `read` understands it.
    package func entries<Item>(_ read: (JSONValue) throws(JSONError) -> Item) throws(JSONError) -> [String: Item] {
        guard case .object(let members) = self else { throw JSONError("is no object") }
        var entries: [String: Item] = [:]
        entries.reserveCapacity(members.count)
        for member in members {
            do { entries[member.key] = try read(member.value) } catch { throw error.inside(member.key) }
        }
        return entries
    }
}
