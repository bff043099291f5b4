import Namespaces

/// What a lab's `%names%` stand for: the values of the notes, or with a seed others, the same for everybody who has the seed.
public struct LabValues: Sendable, Equatable {
    /// The seed of the notes' own values.
    public static let plainSeed: UInt64 = 0

    private let values: [String: String]

    /// Draws the values of a lab's `variables`. Throws `JSONError` for what is no declaration of one.
    init(_ declarations: JSONValue?, of lab: String, seed: UInt64) throws(JSONError) {
        guard let declarations else {
            values = [:]
            return
        }
        let kinds = try declarations.entries { (json) throws(JSONError) in try Variable(json) }
        var drawn: [String: String] = [:]
        // In the order of the names, so that which value a name gets depends on nothing but the seed.
        for (name, variable) in kinds.sorted(by: { $0.key < $1.key }) {
            var source = SeededSource("\(lab)/\(name)", seed: seed)
            var value = seed == Self.plainSeed ? variable.plain : variable.draw(&source)
            for _ in 0..<100 where seed != Self.plainSeed && drawn.values.contains(value) {
                value = variable.draw(&source)
            }
            drawn[name] = value
        }
        values = drawn
    }

    /// What a name stands for; nil when it is none of ours.
    subscript(_ name: Substring) -> String? { values[String(name)] }

    /// The text with each `%name%` that is one of ours replaced by its value.
    public func filled(_ text: String) -> String {
        guard !values.isEmpty, text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var filled = ""
        var hasOpenSign = false
        for part in text.split(separator: "%", omittingEmptySubsequences: false) {
            if hasOpenSign, let value = values[String(part)] {
                filled += value
                hasOpenSign = false
            } else {
                if hasOpenSign { filled += "%" }
                filled += part
                hasOpenSign = true
            }
        }
        return filled
    }

    /// The same in JSON, where `"%#name%"` becomes a number.
    func filledJSON(_ text: String) -> String {
        filled(values.reduce(text) { text, pair in text.replacing("\"%#\(pair.key)%\"", with: pair.value) })
    }

    /// One declaration: the value of the notes, and where others come from.
    private struct Variable {
        let plain: String
        private let choices: [String]
        /// With `{1-200}` for numbers.
        private let pattern: String?

        init(_ json: JSONValue) throws(JSONError) {
            plain = try json.string("default")
            switch json["random"] {
            case .string(let text):
                pattern = text
                choices = []
            case .array:
                pattern = nil
                choices = try json.strings("random")
                if choices.isEmpty { throw JSONError("is empty", path: "random") }
            default: throw JSONError("is neither a pattern nor a list", path: "random")
            }
        }

        func draw(_ source: inout SeededSource) -> String {
            guard let pattern else { return choices[source.number(below: choices.count)] }
            var text = ""
            for (index, part) in pattern.split(separator: "{", omittingEmptySubsequences: false).enumerated() {
                let halves = part.split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
                let bounds = halves[0].split(separator: "-").compactMap { Int($0) }
                guard index > 0, halves.count == 2, bounds.count == 2, bounds[0] <= bounds[1], bounds[1] < 1 << 31
                else {
                    text += part
                    continue
                }
                text += "\(bounds[0] + source.number(below: bounds[1] - bounds[0] + 1))\(halves[1])"
            }
            return text
        }
    }
}

/// Numbers that follow from a seed and a name (SplitMix64 over FNV-1a): the same on every machine and in every version.
struct SeededSource: RandomNumberGenerator {
    private var state: UInt64

    init(_ name: String, seed: UInt64) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        state = hash ^ seed &* 0x9e37_79b9_7f4a_7c15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    mutating func number(below limit: Int) -> Int { Int(next() % UInt64(max(limit, 1))) }
}
