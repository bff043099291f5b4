import Namespaces

/// What `--filter KEY=VALUE`, given any number of times, asks for. Values of one key are alternatives, except for labels;
/// what different keys ask for has to be true together.
public struct Filter: Sendable, Equatable {
    /// The values of each key, in the order given, none twice.
    private(set) var values: [String: [String]] = [:]

    /// Reads the words of the option, of which only these keys are known. Throws Docker's sentences: `invalid argument "x"
    /// for "-f, --filter" flag: bad format of filter (expected name=value)`, `invalid filter 'nope'`.
    public init(
        parsing words: [String], keys: Set<String>, flag: String = "-f, --filter"
    ) throws(UsageError) {
        for word in words where !word.isEmpty {
            guard case (let key, let value?) = word.cut("=") else {
                throw UsageError(
                    "invalid argument \(word.goQuoted) for \(flag.goQuoted) flag: "
                        + "bad format of filter (expected name=value)")
            }
            let name = key.trimmed.lowercased()
            guard keys.contains(name) else { throw UsageError("invalid filter '\(name)'") }
            if !has(name, value.trimmed) { values[name, default: []].append(value.trimmed) }
        }
    }

    /// The values that were given for a key.
    public subscript(key: String) -> [String] { values[key] ?? [] }

    private func has(_ key: String, _ value: String) -> Bool { self[key].contains(value) }

    // MARK: Questions; to each the answer is yes when the key was not given

    /// Whether this is one of the key's values.
    func isOne(_ key: String, _ text: String) -> Bool { values[key]?.contains(text) ?? true }

    /// Whether one of the key's values is true of this.
    func any(_ key: String, _ isTrue: (String) -> Bool) -> Bool { values[key]?.contains(where: isTrue) ?? true }

    /// Whether the text begins with one of the key's values.
    func begins(_ key: String, _ text: String) -> Bool { any(key) { text.begins(with: $0) } }

    /// Whether the labels are those that `label` asks for (`name` or `name=value`, all of them) and not those of `label!`.
    func allowsLabels(_ labels: [String: String]) -> Bool {
        func has(_ wanted: String) -> Bool {
            let (name, value) = wanted.cut("=")
            guard let label = labels[name] else { return false }
            return value.map { $0 == label } ?? true
        }
        let unwanted = self["label!"]
        return self["label"].allSatisfy(has) && (unwanted.isEmpty || !unwanted.allSatisfy(has))
    }

    /// The value of a key that is true or false; nil when it was not given. Throws `invalid filter 'is-task=[maybe]'`.
    func truth(_ key: String) throws(UsageError) -> Bool? {
        guard let values = values[key] else { return nil }
        let isTrue = values.contains { $0 == "1" || $0 == "true" }
        let isFalse = values.contains { $0 == "0" || $0 == "false" }
        guard isTrue != isFalse else {
            throw UsageError("invalid filter '\(key)=[\(values.joined(separator: " "))]'")
        }
        return isTrue
    }
}
