/// A file of the kernel's with a name and a number on each line: memory.stat and cgroup.events, and with a colon behind
/// the name /proc/PID/io and smaps_rollup.
struct FlatKeyed: Sendable {
    private let text: String

    /// The file's text; lines of any other form have no name.
    init(_ text: String) { self.text = text }

    /// The number behind a name; nil when there is none. A search, because of some forty lines one or two are asked for.
    subscript(name: String) -> UInt64? {
        for line in text.parts("\n") where line.begins(with: name) {
            let words = line.words
            if words.count > 1, words[0] == name || words[0] == name + ":" { return UInt64(words[1]) }
        }
        return nil
    }
}
