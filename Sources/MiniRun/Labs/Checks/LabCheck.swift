import Namespaces

/// One thing that a lab asks for, looked at in the kernel: how it came about does not matter, so every way to it counts.
///
/// Checks change nothing that stays. Each kind is a file below `Kinds`, and a line of ``LabChecks/kinds``.
public protocol LabCheck: Sendable {
    /// The word in the member `check`.
    static var kind: String { get }
    /// What else its JSON may say, besides what all checks have.
    static var members: [String] { get }

    /// Reads what a teacher has written. Throws `JSONError` with the path of the member that is wrong.
    init(json: JSONValue) throws(JSONError)

    /// Whether packets of other checks would disturb it: such a check is looked at while no other one is.
    var needsQuiet: Bool { get }

    /// Looks. What keeps it from looking is thrown: ``LabMiss`` where something is missing that it asks for.
    func look(at world: LabWorld) throws -> LabFinding
}

extension LabCheck {
    /// Most look where nobody else does.
    public var needsQuiet: Bool { false }
}

/// What a check found.
public struct LabFinding: Sendable, Hashable {
    /// Whether it is as the lab wants it.
    public var isMet: Bool
    /// What was seen, and never what should be done.
    public var evidence: Phrase

    /// What was seen, and whether that is what is wanted.
    public init(_ isMet: Bool, _ evidence: Phrase) {
        self.isMet = isMet
        self.evidence = evidence
    }
}

/// What a check asks about is not there, so that it is not met.
public struct LabMiss: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is missing.
    public var evidence: Phrase

    /// A sentence.
    public init(_ english: String, _ chinese: String) { evidence = Phrase(english, chinese) }

    /// The sentence in the language of this process.
    public var description: String { evidence.description }
}
