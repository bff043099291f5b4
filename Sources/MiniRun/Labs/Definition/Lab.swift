import Namespaces
import SystemPackage

/// A teaching lab as its files describe it, with the values of a seed put in.
///
///     labs/01-cable-and-switch/
///         lab.json                     variables, steps with hints, questions, checks, faults
///         sheet.en.md  sheet.zh.md     what the student reads
///         setup.sh                     what the student finds
///         by-hand.sh  minirun.sh  iptables.sh
public struct Lab: Sendable {
    /// Its number, by which it is started.
    public let number: Int
    /// The directory's name: `01-cable-and-switch`.
    public let name: String
    /// Where its files are.
    public let directory: FilePath
    /// The seed of its values.
    public let seed: UInt64
    /// What its `%names%` stand for.
    public let values: LabValues
    /// What it is called.
    public let title: Phrase
    /// What is to be reached.
    public let goal: Phrase
    /// How long it usually takes.
    public let minutes: Int
    /// The lines of the course's notes that it teaches.
    public let notes: String?
    /// Kernel features that it cannot do without.
    public let needs: [String]
    /// What can be done where one is missing.
    public let instead: Phrase?
    /// Its parts, in order.
    public let steps: [Step]
    /// What the student is asked.
    public let questions: [LabQuestion]
    /// What has to be so in the end.
    public let checks: [Condition]
    /// What can be broken once it is.
    public let faults: [LabFault]
    /// How many of these are made at the start, in an exam; 0 in a lab.
    public let examFaults: Int

    /// Whether what it is about is what was broken before.
    public var isExam: Bool { examFaults > 0 }

    /// A part of a lab: a section of its sheet.
    public struct Step: Sendable {
        /// Its word, which the heading has as well.
        public var id: String
        /// From a nudge to the command.
        public var hints: [Phrase]
    }

    /// A check, and where it belongs.
    public struct Condition: Sendable {
        /// Its word.
        public var id: String
        /// The step that it belongs to.
        public var step: String
        /// What it counts.
        public var weight: Int
        /// What is told when it is not met: a nudge.
        public var because: Phrase
        /// What is looked at.
        public var check: any LabCheck
    }

    /// Reads a lab's directory. Throws `LabError` that names the file, and `KernelError`.
    public init(_ directory: FilePath, seed: UInt64 = LabValues.plainSeed) throws {
        let file = directory.appending("lab.json")
        do {
            guard let bytes = try StateFile.read(file) else { throw LabError("\(directory) has no lab.json") }
            let text = String(decoding: bytes, as: UTF8.self)
            let declared = try JSONValue(parsing: bytes)
            let name = directory.lastComponent?.string ?? ""
            let values = try LabValues(declared["variables"], of: name, seed: seed)
            try self.init(
                JSONValue(parsing: Array(values.filledJSON(text).utf8)), name: name, in: directory, values, seed: seed)
        } catch let error as JSONError { throw LabError("\(file): \(error)") }
    }

    private init(
        _ json: JSONValue, name: String, in directory: FilePath, _ values: LabValues, seed: UInt64
    ) throws(JSONError) {
        (self.name, self.directory, self.values, self.seed) = (name, directory, values, seed)
        try json.allow([
            "id", "name", "title", "goal", "minutes", "notes", "needs", "instead", "variables", "steps", "questions",
            "checks", "faults", "exam",
        ])
        number = try json.integer("id")
        title = try json.phrase("title")
        goal = try json.phrase("goal")
        minutes = try json.integer("minutes")
        notes = try json.string(ifPresent: "notes")
        needs = try json.strings("needs")
        instead = try json.phrase(ifPresent: "instead")
        steps = try json.list("steps") { (json) throws(JSONError) in
            try json.allow(["id", "hints"])
            return Step(
                id: try json.string("id"),
                hints: try json.list("hints") { (json) throws(JSONError) in try JSONValue.phrase(of: json) })
        }
        questions = try json.list("questions") { (json) throws(JSONError) in try LabQuestion(json) }
        checks = try json.list("checks") { (json) throws(JSONError) in
            Condition(
                id: try json.string("id"), step: try json.string("step"),
                weight: try json.weight(), because: try json.phrase("because"),
                check: try LabChecks.parse(json))
        }
        faults = try json.list("faults") { (json) throws(JSONError) in try LabFault(json) }
        examFaults = try json.integer(ifPresent: "exam") ?? 0
        guard (0...faults.count).contains(examFaults) else { throw JSONError("is no number of faults", path: "exam") }
        try checkReferences()
    }

    /// Whatever names a step, a check or a question names one that there is, once.
    private func checkReferences() throws(JSONError) {
        let places = Set(steps.map(\.id))
        let ids = checks.map(\.id) + questions.map(\.id)
        for (index, id) in ids.enumerated() where ids[..<index].contains(id) {
            throw JSONError("are two: \(id)", path: "checks")
        }
        for step in checks.map(\.step) + questions.map(\.step) where !places.contains(step) {
            throw JSONError("has no step \(step)", path: "steps")
        }
        for fault in faults {
            for check in fault.fails where !checks.contains(where: { $0.id == check }) {
                throw JSONError("names no check: \(check)", path: "faults[\(fault.id)].fails")
            }
        }
    }

    /// A file of the lab with its values put in; nil when it has none of this name. Throws `KernelError`.
    func text(of file: String) throws -> String? {
        try StateFile.read(directory.appending(file)).map { values.filled(String(decoding: $0, as: UTF8.self)) }
    }

    /// The reference solution in a dialect, if there is one. Throws `KernelError`, `LabError`.
    public func solution(_ dialect: LabSolution.Dialect) throws -> LabSolution? {
        guard let own = try text(of: "\(dialect.rawValue).sh").map(LabSolution.init(parsing:)) else { return nil }
        return dialect == .iptables ? try solution(.byHand)?.replacing(own.blocks) : own
    }

    /// What tells the lab from one that was made easier: SHA-256 of what is graded and of the world that it is graded in.
    func digest() throws -> String {
        var hash = SHA256()
        for file in ["lab.json", "setup.sh"] {
            try (StateFile.read(directory.appending(file)) ?? []).withUnsafeBytes { hash.update($0) }
        }
        return "\(hash.finish())"
    }

    /// Its questions by their words.
    var questionsByID: [String: LabQuestion] { Dictionary(questions.map { ($0.id, $0) }) { first, _ in first } }

    /// What all of it counts.
    public var possible: Int { (checks.map(\.weight) + questions.map(\.weight)).reduce(0, +) }
}

/// A lab cannot be had, or something cannot be done with it.
public struct LabError: Error, Sendable, CustomStringConvertible {
    private let sentence: Phrase

    /// In both languages, for students.
    init(_ english: String, _ chinese: String) { sentence = Phrase(english, chinese) }

    /// In English alone, for whoever writes or installs labs.
    init(_ sentence: String) { self.sentence = .verbatim(sentence) }

    /// What is wrong, and what to do.
    public var description: String { sentence.description }
}
