import MiniRun

/// Go's spelling of a flag with its value, `--internal=true`, which swift-argument-parser does not know: its flags have
/// none.
enum GoFlags {
    /// The commands whose words are all their own; others pass some on to a container.
    private static let commands: Set<String> = [
        "network", "image", "images", "volume", "ps", "rm", "rmi", "logs", "events", "inspect", "stats", "system",
        "stop",
        "restart", "start", "pull", "load",
    ]
    /// Their flags.
    private static let names: Set<String> = [
        "all", "attach", "attachable", "config-only", "details", "digests", "follow", "force", "force-subnet",
        "ingress",
        "interactive", "internal", "ipv4", "ipv6", "latest", "no-prune", "no-stream", "no-trunc", "quiet", "size",
        "timestamps", "verbose", "volumes",
    ]

    /// The words with such flags as the parser wants them: there, or not there. Throws Go's sentence for a value that is
    /// neither true nor false.
    static func plain(_ words: [String]) throws -> [String] {
        // The settings of the default network are named alike, and have values.
        guard let command = words.first, commands.contains(command), words.dropFirst().first != "set-default" else {
            return words
        }
        let end = words.firstIndex(of: "--") ?? words.endIndex
        return try words[..<end].compactMap(plain) + words[end...]
    }

    private static func plain(_ word: String) throws -> String? {
        guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return word }
        let flag = String(word[..<equals])
        guard names.contains(String(flag.dropFirst(2))) else { return word }
        let isSet = try ScalarOptions.boolean(String(word[word.index(after: equals)...]), of: flag)
        // The one that is set unless it is taken back.
        if flag == "--ipv4" { return isSet ? flag : "--no-ipv4" }
        return isSet ? flag : nil
    }
}
