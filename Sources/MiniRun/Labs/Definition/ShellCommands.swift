/// The lines of a shell script, grouped by the commands that they belong to: a loop, a here-document or a quotation goes over several.
///
/// It knows as much of the shell as the solutions of labs use.
struct ShellCommands {
    /// Each command, as the lines that it has.
    private(set) var commands: [[String]] = []

    init(parsing script: String) {
        for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
            if isOpen { commands[commands.count - 1].append(String(line)) } else { commands.append([String(line)]) }
            read(line)
        }
    }

    /// What ends the here-document that the next line belongs to.
    private var documentEnd: String?
    /// The quotation that the next line begins in.
    private var quote: Character?
    /// How many loops and the like are not ended.
    private var depth = 0
    /// Whether the last line ends with a backslash.
    private var goesOn = false

    private var isOpen: Bool { documentEnd != nil || quote != nil || depth > 0 || goesOn }

    private mutating func read(_ line: Substring) {
        if let end = documentEnd {
            if line == end { documentEnd = nil }
            return
        }
        var words: [String] = [""]
        var isEscaped = false
        goesOn = false
        for character in line {
            if isEscaped {
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil }
                // Whatever it says, it is no word of the shell's.
                words[words.count - 1].append("\"")
            } else if character == "'" || character == "\"" {
                quote = character
                words[words.count - 1].append(character)
            } else if character == "#", words.last == "" {
                break
            } else if character.isWhitespace {
                words.append("")
            } else if ";&|(".contains(character) {
                words += [";", ""]
            } else {
                words[words.count - 1].append(character)
            }
        }
        goesOn = isEscaped
        count(words.filter { !$0.isEmpty })
        if let start = line.firstRange(of: "<<"), quote == nil {
            let word = line[start.upperBound...].drop { $0 == "-" || $0 == " " }.prefix { !" ;|)>".contains($0) }
            documentEnd = word.filter { !"'\"\\".contains($0) }
        }
    }

    /// Counts what is begun and ended, by the words that stand where a command may.
    private mutating func count(_ words: [String]) {
        var isCommand = true
        for word in words {
            if isCommand, ["for", "while", "until", "if", "case", "{"].contains(word) { depth += 1 }
            if isCommand, ["done", "fi", "esac", "}"].contains(word) { depth = max(0, depth - 1) }
            isCommand =
                word == ";"
                || isCommand && ["while", "until", "if", "then", "do", "else", "elif", "{", "!"].contains(word)
        }
    }
}
