import ArgumentParser
import MiniRun
import Namespaces

/// Words that stand where a command should: those that are none, and what to do instead.
enum CommandWords {
    /// What Docker has and minirun has not.
    private static let elsewhere = [
        "build":
            "use buildah build --format docker, then buildah push NAME docker-archive:FILE:NAME:TAG and minirun load",
        "commit": "use buildah commit, then buildah push NAME docker-archive:FILE:NAME:TAG and minirun load",
        "cp": "use a directory of the host (-v), or minirun exec NAME tar -c DIR | tar -x",
        "diff": "look into the directory that minirun inspect -f '{{.GraphDriver.Data.UpperDir}}' NAME names",
        "export": "use minirun exec NAME tar -c --one-file-system / >FILE",
        "history": "use skopeo inspect --config oci:ROOT/images/oci:NAME:TAG",
        "login": "use skopeo login",
        "logout": "use skopeo logout",
        "push": "use skopeo copy oci:ROOT/images/oci:NAME:TAG docker://REGISTRY/NAME:TAG",
        "save": "use skopeo copy oci:ROOT/images/oci:NAME:TAG docker-archive:FILE:NAME:TAG",
        "search": "use skopeo list-tags docker://NAME",
        "update": "limits are chosen at the start: remove the container, and run it with others",
    ]

    /// Throws a sentence for a command, or a command of a group, that is not there.
    static func check(_ words: some Collection<String>, root: String) throws(UsageError) {
        guard let first = words.first, !first.hasPrefix("-"), first != "help" else { return }
        let commands = Minirun.configuration.subcommands
        guard let group = commands.first(where: { names(of: $0).contains(first) }) else {
            throw refusal(first, "minirun", commands, root)
        }
        let members = group.configuration.subcommands
        guard !members.isEmpty, let second = words.dropFirst().first, !second.hasPrefix("-"),
            !members.contains(where: { names(of: $0).contains(second) })
        else { return }
        throw refusal(second, "minirun \(first)", members, root)
    }

    private static func refusal(
        _ word: String, _ group: String, _ commands: [any ParsableCommand.Type], _ root: String
    ) -> UsageError {
        if let remedy = elsewhere[word] {
            return UsageError("minirun has no \(word): \(remedy.replacing("ROOT", with: root))")
        }
        let known = commands.filter { $0.configuration.shouldDisplay }.flatMap { names(of: $0) }
        let near = known.map { (distance(Array(word), Array($0)), $0) }.filter { $0.0 <= 2 && $0.0 < $0.1.count }.min {
            $0.0 < $1.0
        }
        return UsageError(
            "unknown command: \(group) \(word)"
                + (near.map { "; did you mean \(group) \($0.1)?" }
                    ?? "\nSee '\(group) --help' for the commands there are."))
    }

    private static func names(of command: any ParsableCommand.Type) -> [String] {
        [command.configuration.commandName ?? ""] + command.configuration.aliases
    }

    /// How many letters have to be put in, left out, changed, or exchanged with the next one.
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var (before, last): ([Int], [Int]) = ([], Array(0...other.count))
        for (row, letter) in one.enumerated() {
            var line = [row + 1]
            for (column, wanted) in other.enumerated() {
                var least = min(last[column + 1] + 1, line[column] + 1, last[column] + (letter == wanted ? 0 : 1))
                if row > 0, column > 0, letter == other[column - 1], one[row - 1] == wanted {
                    least = min(least, before[column - 1] + 1)
                }
                line.append(least)
            }
            (before, last) = (last, line)
        }
        return last[other.count]
    }

    /// `-h` for help, where nothing else is called so and no words of a container's own can stand; and `-v` alone for the
    /// version.
    static func plain(_ words: [String]) -> [String] {
        if words.starts(with: ["lab", "solve"]) { return words.map { $0 == "--explain" ? "--explained" : $0 } }
        guard let place = words.prefix(3).firstIndex(of: "-h") ?? (words.first == "-v" ? 0 : nil),
            words[..<place].allSatisfy({ !$0.hasPrefix("-") }),
            !["run", "create", "exec", "plan", "top", "playground"].contains(words[words.first == "container" ? 1 : 0])
        else { return words }
        var words = words
        words[place] = words[place] == "-h" ? "--help" : "--version"
        return words
    }
}
