import Namespaces

extension RunRequest {
    /// Reads the words behind `run`: options, then the image, then the command, which is the container's business. The
    /// grammar and the messages are those of pflag, Docker's option parser (`-it`, `-p80:80`, `--rm=false`, `--name=web`).
    ///
    /// It is read here, from a table, and not by swift-argument-parser, because reflection over fifty properties took half
    /// as long as the kernel takes for the whole container. Nil when the words ask for help. Throws `UsageError`.
    public init?(parsing words: some Sequence<String>) throws(UsageError) {
        self.init()
        guard var rest = try takeOptions(from: words, among: RunOption.all, refusing: UnsupportedOption.run) else {
            return nil
        }
        guard let image = rest.popFirst() else {
            throw UsageError("\"minirun run\" requires at least 1 argument.")
        }
        self.image = image
        command = Array(rest)
    }

    /// Takes the options off the front of `words`; only `known` ones are any. Returns what follows, or nil when the words ask
    /// for help.
    mutating func takeOptions(
        from words: some Sequence<String>, among known: [RunOption], refusing unsupported: [UnsupportedOption] = []
    ) throws(UsageError) -> ArraySlice<String>? {
        var rest = Array(words)[...]
        while let word = rest.first, word.hasPrefix("-"), word != "-" {
            rest.removeFirst()
            if word == "--" { break }
            if word == "--help" { return nil }
            if word.hasPrefix("--") {
                try takeLong(word.dropFirst(2), &rest, known, unsupported)
            } else {
                try takeShort(word, &rest, known, unsupported)
            }
        }
        return rest
    }

    private mutating func takeLong(
        _ word: Substring, _ rest: inout ArraySlice<String>, _ known: [RunOption], _ unsupported: [UnsupportedOption]
    ) throws(UsageError) {
        let (name, attached) = String(word).cut("=")
        guard let option = known.named(name) else {
            try unsupported.refuse(name)
            throw UsageError("unknown flag: --\(name)")
        }
        if option.kind == .flag {
            give(option, try attached.map { text throws(UsageError) in try Self.boolean(text, of: option) } ?? true)
        } else if let value = attached ?? rest.popFirst() {
            give(option, value)
        } else {
            throw UsageError("flag needs an argument: --\(name)")
        }
    }

    /// `-it`, `-p80:80`, `-p=80`, `-p 80`, `-itp 80`: letters of flags up to one that takes the rest, or the next word.
    private mutating func takeShort(
        _ word: String, _ rest: inout ArraySlice<String>, _ known: [RunOption], _ unsupported: [UnsupportedOption]
    ) throws(UsageError) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = known.lettered(letter) else {
                try unsupported.refuse(letter)
                throw UsageError("unknown shorthand flag: '\(letter)' in \(word)")
            }
            let isAttached = letters.first == "="
            if option.kind == .flag {
                guard isAttached else {
                    give(option, true)
                    continue
                }
                give(option, try Self.boolean(String(letters.dropFirst()), of: option))
                return
            }
            if isAttached { letters.removeFirst() }
            guard let value = isAttached || !letters.isEmpty ? String(letters) : rest.popFirst() else {
                throw UsageError("flag needs an argument: '\(letter)' in \(word)")
            }
            give(option, value)
            return
        }
    }

    private static func boolean(_ text: String, of option: RunOption) throws(UsageError) -> Bool {
        try ScalarOptions.boolean(text, of: "\(option.short.map { "-\($0), " } ?? "")--\(option.name)")
    }
}
