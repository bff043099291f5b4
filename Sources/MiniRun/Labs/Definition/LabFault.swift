import Namespaces

/// Something that can be broken in a finished lab.
public struct LabFault: Sendable {
    /// Its word.
    public var id: String
    /// What a student calls it.
    public var name: Phrase
    /// The solutions after which it can be made.
    public var dialects: [LabSolution.Dialect]
    /// A shell command that fails where it cannot be made; nil when it always can.
    public var condition: String?
    /// Shell commands that make it; they fail where it cannot be made.
    public var inject: String
    /// Shell commands that take it back.
    public var undo: String
    /// The check of `doctor` that finds it, and what doctor is asked about; nil for what somebody may have meant, or what lies on
    /// another host.
    public var doctor: Diagnosis?
    /// Checks of the lab that it makes fail.
    public var fails: [String]
    /// Of what kind it is, where an exam draws faults of different kinds.
    public var group: String

    /// What finds it.
    public struct Diagnosis: Sendable {
        /// The container, port or network; nil for everything.
        public var subject: String?
        /// The check's word.
        public var check: String
    }

    init(_ json: JSONValue) throws(JSONError) {
        try json.allow(["id", "name", "on", "if", "inject", "undo", "doctor", "fails", "group"])
        id = try json.string("id")
        name = try json.phrase("name")
        let words: [String]
        switch json["on"] {
        case nil: words = [LabSolution.Dialect.minirun.rawValue]
        case .array: words = try json.strings("on")
        default: words = [try json.string("on")]
        }
        dialects = []
        for word in words {
            guard let dialect = LabSolution.Dialect(rawValue: word) else {
                throw JSONError("is no kind of solution: \(word)", path: "on")
            }
            dialects.append(dialect)
        }
        condition = try json.string(ifPresent: "if")
        inject = try json.string("inject")
        undo = try json.string("undo")
        doctor = try json.member(ifPresent: "doctor") { (json) throws(JSONError) in
            Diagnosis(subject: try json.string(ifPresent: "of"), check: try json.string("check"))
        }
        fails = try json.strings("fails")
        group = try json.string(ifPresent: "group") ?? id
    }
}

extension JSONValue {
    /// A text in both languages: `{"en": …, "zh": …}`.
    func phrase(_ key: String) throws(JSONError) -> Phrase {
        try member(key) { (json) throws(JSONError) in try Self.phrase(of: json) }
    }

    /// The same, or nil.
    func phrase(ifPresent key: String) throws(JSONError) -> Phrase? {
        try member(ifPresent: key) { (json) throws(JSONError) in try Self.phrase(of: json) }
    }

    /// Itself as a text in both languages, without anything that a terminal would take for a command.
    static func phrase(of json: JSONValue) throws(JSONError) -> Phrase {
        Phrase(try json.string("en").printable, try json.string("zh").printable)
    }

    /// What a check or a question counts.
    func weight() throws(JSONError) -> Int {
        let weight: Int = try integer(ifPresent: "weight") ?? 1
        guard (0...1000).contains(weight) else { throw JSONError("is not from 0 to 1000", path: "weight") }
        return weight
    }
}
