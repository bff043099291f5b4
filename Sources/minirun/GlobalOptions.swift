import MiniRun
import Namespaces

/// The options that stand before a command, for the one command that must not wait for a command line parser.
struct GlobalOptions {
    /// `--explain`.
    private(set) var voices: ExplainVoices?
    /// `--root`, `--state` and `--config`.
    private(set) var paths = StatePaths()
    /// The command and what follows it.
    private(set) var rest: ArraySlice<String>

    /// Takes the options off the front of `words`; stops at the first word that is none. Throws `UsageError`.
    init(_ words: [String]) throws(UsageError) {
        rest = words[...]
        var root: String?
        var state: String?
        var configuration: String?
        while let word = rest.first, word.hasPrefix("--") {
            let (name, attached) = Self.split(word)
            switch name {
            case "--explain":
                rest.removeFirst()
                voices = try ExplainVoices(parsing: attached ?? "")
            case "--root", "--state", "--config":
                rest.removeFirst()
                guard let value = attached ?? rest.popFirst() else {
                    throw UsageError("flag needs an argument: \(name)")
                }
                switch name {
                case "--root": root = value
                case "--state": state = value
                default: configuration = value
                }
            default:
                return
            }
        }
        paths = StatePaths(root: root, state: state, configuration: configuration)
    }

    private static func split(_ word: String) -> (String, String?) {
        guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
        return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }
}
