import Namespaces

/// What one check found about one thing.
public struct Checkup: Sendable, Equatable {
    /// PASS, FAIL or SKIP.
    public enum Result: String, Sendable {
        /// All is well.
        case pass = "PASS"
        /// Here is what is wrong.
        case fail = "FAIL"
        /// There was nothing to look at, or no way to.
        case skip = "SKIP"
    }

    /// What was looked at: `container web`.
    public var subject: Phrase
    /// Its number in the order of a packet's way; 0 for a summary.
    public var number: Int
    /// One word.
    public var id: String
    /// What is asked.
    public var title: String
    /// The answer.
    public var result: Result
    /// What the answer is founded on, in one line.
    public var evidence: Phrase
    /// The command that mends it, or what to do, when something is wrong.
    public var mend: Phrase?
    /// Whether it was passed over because we may not look.
    public var isBlind = false

    /// Whether another says the same, of whatever.
    func isSame(as other: Checkup) -> Bool {
        id == other.id && result == other.result && evidence == other.evidence && isBlind == other.isBlind
    }

    /// For programs, in English.
    public var json: JSONValue {
        .record([
            "subject": .string(subject.english), "number": .integer(Int64(number)), "check": .string(id),
            "title": .string(title), "result": .string(result.rawValue), "evidence": .string(evidence.english),
            "mend": .text(mend?.english),
        ])
    }
}

/// What a check says.
enum Finding: Equatable {
    /// All is well, and this is why.
    case pass(Phrase)
    /// What is wrong, and the command that mends it.
    case fail(Phrase, mend: Phrase)
    /// Why there is nothing to look at.
    case skip(Phrase)
    /// Why we cannot look.
    case blind(Phrase)

    var isFailure: Bool { if case .fail = self { true } else { false } }
    var isPass: Bool { if case .pass = self { true } else { false } }

    func checkup(_ subject: Phrase, _ check: any Check.Type) -> Checkup {
        var checkup = Checkup(
            subject: subject, number: check.number, id: check.id, title: check.title, result: .skip,
            evidence: .verbatim(""))
        switch self {
        case .pass(let evidence): (checkup.result, checkup.evidence) = (.pass, evidence)
        case .fail(let evidence, let mend):
            (checkup.result, checkup.evidence, checkup.mend) = (.fail, evidence, mend)
        case .skip(let evidence): checkup.evidence = evidence
        case .blind(let evidence): (checkup.evidence, checkup.isBlind) = (evidence, true)
        }
        return checkup
    }
}

/// One question about a container. Checks know nothing of each other; each reads the kernel by itself.
///
/// A fault is told by the one check whose it is: the others pass over what cannot be right because of it. So each first
/// looks at how things are set up; only when that is right everywhere, and a fault can still be anywhere on the way, the
/// checks that can do so try it out, in order, until one fails.
protocol Check: Sendable {
    /// Its place on a packet's way.
    static var number: Int { get }
    /// One word.
    static var id: String { get }
    /// What is asked.
    static var title: String { get }

    init()
    /// Looks at how things are set up.
    func look(at patient: Patient) throws -> Finding
    /// Tries it out; nil where there is nothing to try.
    func probe(_ patient: Patient) throws -> Finding?
}

extension Check {
    func probe(_ patient: Patient) throws -> Finding? { nil }
}
