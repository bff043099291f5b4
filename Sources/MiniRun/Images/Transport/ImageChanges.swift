import Namespaces
import NetSetup

/// `import --change`: lines of a Dockerfile that say what an image's process is like.
struct ImageChanges {
    private var members: [String: JSONValue] = [:]
    private var exposed: [String] = []
    private var volumes: [String] = []
    private var environment: [String] = []
    private var labels: [String: String] = [:]

    /// The `config` object.
    var json: JSONValue {
        var all = members
        func set(_ names: [String]) -> JSONValue { .map(Dictionary(names.map { ($0, [:]) }) { first, _ in first }) }
        if !exposed.isEmpty { all["ExposedPorts"] = set(exposed) }
        if !volumes.isEmpty { all["Volumes"] = set(volumes) }
        if !environment.isEmpty { all["Env"] = .strings(environment) }
        if !labels.isEmpty { all["Labels"] = .map(labels.mapValues { .string($0) }) }
        return .map(all)
    }

    /// Takes one line. Throws `UsageError` for an instruction that says nothing about the process.
    mutating func apply(_ line: String) throws(UsageError) {
        let (word, text) = Self.cut(line)
        func refuse(_ why: String) -> UsageError { UsageError("invalid change \(line.goQuoted): \(why)") }
        guard !text.isEmpty else { throw refuse("it has no value") }
        switch word.uppercased() {
        case "CMD": members["Cmd"] = .strings(try Self.command(text))
        case "ENTRYPOINT": members["Entrypoint"] = .strings(try Self.command(text))
        case "ENV":
            for (key, value) in try Self.pairs(text) {
                environment = EnvironmentList.merge(environment, with: ["\(key)=\(value)"])
            }
        case "LABEL": for (key, value) in try Self.pairs(text) { labels[key] = value }
        case "EXPOSE": for port in Self.words(text) { exposed += try Self.ports(port) }
        case "USER": members["User"] = .string(text)
        case "WORKDIR": members["WorkingDir"] = .string(try ScalarOptions.workingDirectory(text))
        case "STOPSIGNAL":
            _ = try SignalName.parse(text)
            members["StopSignal"] = .string(text)
        case "VOLUME": volumes += try Self.list(text) ?? Self.words(text)
        case "HEALTHCHECK":
            let (kind, rest) = Self.cut(text)
            if kind.uppercased() == "NONE" {
                members["Healthcheck"] = ["Test": ["NONE"]]
            } else {
                guard kind.uppercased() == "CMD" else { throw refuse("HEALTHCHECK CMD ..., or NONE") }
                let words = try Self.list(rest).map { ["CMD"] + $0 } ?? ["CMD-SHELL", rest]
                members["Healthcheck"] = ["Test": .strings(words)]
            }
        default:
            throw refuse(
                "\(word) is none of CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, STOPSIGNAL, USER, VOLUME, WORKDIR"
            )
        }
    }

    private static func cut(_ line: String) -> (String, String) {
        let trimmed = line.trimmed
        let word = trimmed.prefix { !$0.isWhitespace }
        return (String(word), String(trimmed.dropFirst(word.count)).trimmed)
    }

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// `["nginx", "-g"]`; nil for anything that is no list.
    private static func list(_ text: String) throws(UsageError) -> [String]? {
        guard text.hasPrefix("["), let value = try? JSONValue(parsing: Array(text.utf8)),
            let words = try? value.items(JSONValue.string(of:))
        else { return nil }
        return words
    }

    /// A list, or the words for a shell.
    private static func command(_ text: String) throws(UsageError) -> [String] {
        try list(text) ?? ["/bin/sh", "-c", text]
    }

    private static func ports(_ text: String) throws(UsageError) -> [String] {
        try ExposedPort.parse(text).map(\.description)
    }

    /// `KEY=VALUE "KEY"="VALUE WITH BLANKS"`, or in the old form `KEY VALUE` to the end of the line.
    private static func pairs(_ text: String) throws(UsageError) -> [(String, String)] {
        let raw = try quotedWords(text)
        guard let first = raw.first, first.contains("=") else {
            let key = raw.first ?? ""
            return [(unquoted(key), unquoted(String(text.dropFirst(key.count)).trimmed))]
        }
        var pairs: [(String, String)] = []
        for word in raw {
            guard case (let key, let value?) = word.cut("=") else {
                throw UsageError(
                    "invalid change: Syntax error - can't find = in \(word.goQuoted). Must be of the form: name=value")
            }
            pairs.append((unquoted(key), unquoted(value)))
        }
        return pairs
    }

    /// The words with their quotes and backslashes, of which blanks between quotes and behind a backslash are a part.
    private static func quotedWords(_ text: String) throws(UsageError) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        var isEscaped = false
        for character in text {
            if character.isWhitespace, quote == nil, !isEscaped {
                if !word.isEmpty { words.append(word) }
                word = ""
                continue
            }
            word.append(character)
            if isEscaped {
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
            }
        }
        guard quote == nil else { throw UsageError("invalid change: a quote is open in \(text.goQuoted)") }
        return word.isEmpty ? words : words + [word]
    }

    /// A word without its quotes. A backslash takes what is special from the next character; between double quotes only
    /// from those that are special there, and between single ones from none.
    private static func unquoted(_ raw: String) -> String {
        var result = ""
        var quote: Character?
        var rest = Substring(raw)
        while let character = rest.popFirst() {
            if character == "\\", quote != "'", let next = rest.popFirst() {
                if quote != nil, !["\"", "\\", "$"].contains(next) { result.append(character) }
                result.append(next)
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
            } else {
                result.append(character)
            }
        }
        return result
    }
}
