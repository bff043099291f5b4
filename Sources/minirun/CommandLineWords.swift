/// Rewrites the few spellings of Docker's flag library that swift-argument-parser does not know, in the words before the
/// image; what stands behind it belongs to the container.
enum CommandLineWords {
    private static let longFlags: Set<Substring> = [
        "--interactive", "--tty", "--rm", "--init", "--read-only", "--rootfs-rw", "--privileged", "--publish-all",
        "--help", "--version", "--quiet", "--no-trunc", "--explain",
    ]
    private static let shortFlags = Set("itPq")

    /// `--explain` without a value asks for every voice; `--rm=true` is `--rm`, and `--rm=false` is nothing.
    static func normalized(_ words: [String]) -> [String] {
        var result: [String] = []
        var rest = words[...]
        var namesLeft = 2
        while let word = rest.popFirst() {
            if word == "--" {
                return result + [word] + rest
            } else if !word.hasPrefix("-") || word == "-" {
                result.append(word)
                if word != "plan" { namesLeft -= 1 }
                if namesLeft == 0 { return result + rest }
            } else {
                result += rewritten(word)
                if takesNextWord(word), let value = rest.popFirst() { result.append(value) }
            }
        }
        return result
    }

    private static func rewritten(_ word: String) -> [String] {
        if word == "--explain" { return ["--explain=all"] }
        guard let equals = word.firstIndex(of: "=") else { return [word] }
        let name = word[..<equals]
        let isFlag = longFlags.contains(name) && name != "--explain"
        guard isFlag || (name.count == 2 && shortFlags.contains(name.last ?? " ")) else { return [word] }
        switch word[word.index(after: equals)...].lowercased() {
        case "true", "1", "t": return [String(name)]
        case "false", "0", "f": return []
        default: return [word]
        }
    }

    /// Whether the word is an option whose value is the next word: `--name web`, `-p 80`, `-itp 80`, but not `-p80`.
    private static func takesNextWord(_ word: String) -> Bool {
        if word.hasPrefix("--") { return !word.contains("=") && !longFlags.contains(word[...]) }
        guard let option = word.dropFirst().firstIndex(where: { !shortFlags.contains($0) }) else { return false }
        return word.index(after: option) == word.endIndex
    }
}
