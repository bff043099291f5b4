import Namespaces

/// What a student hands in: the grade, with a code over all of it that a teacher verifies without a network.
public struct LabReport: Sendable {
    /// What it says, without the code.
    private let content: JSONValue
    private let code: String

    /// The report on a lab as it stands now.
    public init(_ grade: LabGrade, _ session: LabSession, key: LabKey) {
        // What is over has been written down in the session.
        let open = grade.damage.flatMap { $0.isOver ? nil : $0 }
        let faults = session.mended + (open?.outcomes ?? [])
        // The same fault again is worth no more.
        var earned: [String: Int] = [:]
        for fault in session.mended {
            earned[fault.fault] = max(earned[fault.fault] ?? 0, fault.points)
        }
        content = .record([
            "lab": .string(grade.lab.name), "digest": .text(try? grade.lab.digest()),
            "seed": .integer(Int64(bitPattern: grade.lab.seed)),
            "student": .string(session.student), "started": .string(session.started.rfc3339),
            "time": .string(Timestamp.now.rfc3339), "points": .integer(Int64(grade.points)),
            "possible": .integer(Int64(grade.lab.possible)),
            "checks": .object(grade.lines.map { .init($0.id, .bool($0.isMet)) }),
            "answers": .map(session.answers.mapValues { .string($0) }),
            "hints": .integer(Int64(session.hints.values.reduce(0, +))), "solved": .bool(session.isSolved),
            "faults": .array(faults.map(\.json)),
            "faultPoints": .integer(Int64((open?.points ?? 0) + earned.values.reduce(0, +))),
            "key": .string(key.name),
        ])
        code = key.code(of: content.compact)
    }

    /// A report that somebody has handed in. Throws `JSONError`.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        guard case .object(let members) = try JSONValue(parsing: bytes) else { throw JSONError("is no object") }
        content = .object(members.filter { $0.key != "code" })
        code = try JSONValue.object(members).string("code")
        for key in ["lab", "student", "time"] { _ = try content.string(key) }
        for key in ["points", "possible"] { let _: Int64 = try content.integer(key) }
    }

    /// Whether it says what it said when it was made with this key.
    public func isGenuine(_ key: LabKey) -> Bool { code == key.code(of: content.compact) }

    /// The file.
    public var text: String {
        guard case .object(let members) = content else { return "" }
        return JSONValue.object(members + [.init("code", .string(code))]).pretty + "\n"
    }

    /// The columns of a teacher's table.
    public static let columns = [
        "valid", "student", "lab", "seed", "points", "possible", "fault points", "hints", "solved", "time",
    ]

    /// Its row of that table.
    public func row(_ key: LabKey) -> [String] {
        func word(_ key: String) -> String {
            switch content[key] {
            case .string(let text): text
            case .some(let value): value.compact
            case nil: ""
            }
        }
        // Whoever has made a lab easier has done another one.
        let own = try? LabLibrary.lab(word("lab").replacing("/", with: " ")).digest()
        return [isGenuine(key) ? (own == word("digest") ? "yes" : "other lab") : "NO"]
            + ["student", "lab", "seed", "points", "possible", "faultPoints", "hints", "solved", "time"].map(word)
    }
}
