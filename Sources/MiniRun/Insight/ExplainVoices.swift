import Namespaces

/// Which of a step's three voices are heard.
public struct ExplainVoices: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int
    /// From the bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The equivalent commands.
    public static let shell = ExplainVoices(rawValue: 1)
    /// The system calls and netlink messages.
    public static let systemCalls = ExplainVoices(rawValue: 2)
    /// The reason.
    public static let why = ExplainVoices(rawValue: 4)
    /// All three.
    public static let all: ExplainVoices = [.shell, .systemCalls, .why]

    /// Parses the value of `--explain`: a comma-separated list of `sh`, `syscall`, `why`; nothing means all three.
    /// Throws a `UsageError` that names an unknown voice.
    public init(parsing text: String) throws(UsageError) {
        var voices: ExplainVoices = []
        for name in text.split(separator: ",") {
            switch name {
            case "sh": voices.insert(.shell)
            case "syscall": voices.insert(.systemCalls)
            case "why": voices.insert(.why)
            case "all": voices = .all
            default: throw UsageError("invalid value \"\(name)\" for --explain: it takes sh, syscall, why, or all")
            }
        }
        self = voices.isEmpty ? .all : voices
    }
}
