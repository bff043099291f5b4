import Namespaces

/// A reference solution: a shell script that is also read in blocks.
///
///     #% cable -> r1-link, ping-r1-r2
///     # Why this is done.
///     #zh 为什么这样做。
///     ip link add ...
public struct LabSolution: Sendable {
    /// In which commands it is written; the name of its file.
    public enum Dialect: String, Sendable, CaseIterable {
        /// ip, nft and sysctl.
        case byHand = "by-hand"
        /// The same with iptables in nft's place: only the blocks that differ stand in its file.
        case iptables
        /// minirun's own commands.
        case minirun
    }

    /// One step of it.
    public struct Block: Sendable {
        /// What it is called in the script.
        public var name: String
        /// The checks that fail when it alone is left out.
        public var checks: [String]
        /// Why it is there.
        public var why: Phrase
        /// Its lines.
        public var commands: String
    }

    /// In the order in which they are run.
    public let blocks: [Block]

    /// Reads a script. What stands before the first block is for whoever runs the file by hand.
    init(parsing script: String) {
        var blocks: [Block] = []
        var english: [Substring] = []
        var chinese: [Substring] = []
        var commands: [Substring] = []
        func finish() {
            guard !blocks.isEmpty else { return }
            blocks[blocks.count - 1].why = Phrase(english.joined(separator: " "), chinese.joined())
            blocks[blocks.count - 1].commands = String(commands.joined(separator: "\n")).trimmed
            (english, chinese, commands) = ([], [], [])
        }
        for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#% ") {
                finish()
                let parts = String(line.dropFirst(3)).split(separator: "->", maxSplits: 1)
                blocks.append(
                    Block(
                        name: String(parts.first ?? "").trimmed,
                        checks: parts.count < 2 ? [] : parts[1].split(separator: ",").map { String($0).trimmed },
                        why: Phrase("", ""), commands: ""))
            } else if line.hasPrefix("#zh "), commands.isEmpty {
                chinese.append(line.dropFirst(4))
            } else if line.hasPrefix("# "), commands.isEmpty {
                english.append(line.dropFirst(2))
            } else if !blocks.isEmpty, !(commands.isEmpty && line.isEmpty) {
                commands.append(line)
            }
        }
        finish()
        self.blocks = blocks
    }

    /// The same solution with these blocks in the place of those of their names. Throws `LabError` for a block that has no
    /// place.
    func replacing(_ blocks: [Block]) throws(LabError) -> LabSolution {
        var all = self.blocks
        for block in blocks {
            guard let place = all.firstIndex(where: { $0.name == block.name }) else {
                throw LabError(
                    "\(Dialect.byHand.rawValue).sh has no block \(block.name.goQuoted), which another one replaces")
            }
            all[place] = block
        }
        return LabSolution(all)
    }

    private init(_ blocks: [Block]) { self.blocks = blocks }

    /// The script that carries it out. With a voice each block is told before it is run: why, and the commands. A block that is
    /// `omitted` is not run, and whatever then fails is passed over.
    func script(telling language: Language? = nil, omitting omitted: String? = nil) -> String {
        var lines = ["set -eu"]
        for block in blocks {
            if let language {
                lines.append("printf '\\n%s\\n' \(block.why.text(language).shellQuoted)")
                // As they can be copied: a line before which something stands would not end a here-document.
                lines += ShellCommands(parsing: block.commands).commands.map {
                    "printf '$ %s\\n' \($0.joined(separator: "\n").shellQuoted)"
                }
            }
            lines.append(block.name == omitted ? "set +eu" : block.commands)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
