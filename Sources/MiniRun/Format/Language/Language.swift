import CShim

/// The language of pictures and findings. Error texts, help and what programs read are English everywhere.
public enum Language: Sendable, Hashable, CaseIterable {
    case english
    case chinese

    /// What the environment of this process asks for.
    public static let current = Language { name in getenv(name).map { String(cString: $0) } }

    /// What an environment asks for, by locale(7)'s rule: the first of the three variables that says anything decides.
    public init(environment value: (String) -> String?) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap(value).first { !$0.isEmpty }
        self = locale?.lowercased().hasPrefix("zh") == true ? .chinese : .english
    }
}
