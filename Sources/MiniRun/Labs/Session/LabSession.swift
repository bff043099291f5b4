import CShim
import Namespaces
import SystemPackage

/// What a student has done in a lab so far: a file in the lab's own world.
public struct LabSession: Sendable, RecordJSON {
    /// The lab's directory.
    public var directory: FilePath
    /// The seed of its values.
    public var seed: UInt64
    /// Who does it.
    public var student: String
    /// When it was started.
    public var started: Timestamp
    /// What was answered, by question: the last answer to each.
    public var answers: [String: String] = [:]
    /// How many hints were asked for, by step, or by a fault and how many were mended
    /// before it.
    public var hints: [String: Int] = [:]
    /// Whether the solution was shown or played.
    public var isSolved = false
    /// What is broken at the moment, by the faults' words.
    public var faults: [String] = []
    /// What it is among, as it is told: what could have been broken.
    public var candidates: [String] = []
    /// What the student says is broken.
    public var named: [String] = []
    /// Faults that were found and mended, and what that was worth.
    public var mended: [Mended] = []

    /// A break that is over.
    public struct Mended: Sendable, RecordJSON {
        /// What was broken.
        public var fault: String
        /// Whether the student has named it.
        public var isNamed: Bool
        /// How much else was changed.
        public var collateral: Int

        /// What it is worth: its name, its mending, less what else was changed.
        var points: Int { max(0, LabDamage.pointsEach * (isNamed ? 2 : 1) - collateral) }

        init(fault: String, isNamed: Bool, collateral: Int) {
            (self.fault, self.isNamed, self.collateral) = (fault, isNamed, collateral)
        }

        init(json: JSONValue) throws(JSONError) {
            fault = try json.string("fault")
            isNamed = try json.bool("named")
            collateral = try json.integer("collateral")
        }

        var json: JSONValue {
            ["fault": .string(fault), "named": .bool(isNamed), "collateral": .integer(Int64(collateral))]
        }
    }

    /// A session that begins now.
    init(_ lab: Lab, student: String) {
        directory = lab.directory
        seed = lab.seed
        self.student = student
        started = .now
    }

    init(json: JSONValue) throws(JSONError) {
        directory = FilePath(try json.string("directory"))
        seed = UInt64(bitPattern: try json.integer("seed") as Int64)
        student = try json.string("student")
        started = Timestamp(nanoseconds: try json.integer("started"))
        answers = try json.stringMap("answers")
        hints = try json.map("hints") { (json) throws(JSONError) in try JSONValue.integer(of: json) }
        isSolved = try json.bool("solved")
        faults = try json.strings("faults")
        candidates = try json.strings("candidates")
        named = try json.strings("named")
        mended = try json.records("mended")
    }

    var json: JSONValue {
        [
            "directory": .string(directory.string), "seed": .integer(Int64(bitPattern: seed)),
            "student": .string(student), "started": .integer(started.nanoseconds),
            "answers": .map(answers.mapValues { .string($0) }),
            "hints": .map(hints.mapValues { .integer(Int64($0)) }), "solved": .bool(isSolved),
            "faults": .strings(faults), "candidates": .strings(candidates), "named": .strings(named),
            "mended": .array(mended.map(\.json)),
        ]
    }

    /// The session of the lab that this process is in; nil when it is in none. Throws `CorruptFile`.
    static func current() throws -> LabSession? { try JSONFile.read(LabSession.self, from: LabPlaces.session) }

    /// Writes it down. Throws `KernelError`.
    func save() throws { try JSONFile.write(self, to: LabPlaces.session) }

    /// Changes what is written down, alone: several commands may be at work. Returns it as it is then.
    func changed(_ change: (inout LabSession) -> Void) throws -> LabSession {
        let section = try FileLock.enter(LabPlaces.lock)
        defer { withExtendedLifetime(section) {} }
        var now = try Self.current() ?? self
        change(&now)
        try now.save()
        return now
    }
}
