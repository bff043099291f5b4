import Namespaces

/// What `--expose-from` needs of a Dockerfile: its `EXPOSE` lines. Images carry these; a plain directory does not.
public enum Dockerfile {
    /// The exposed ports, each once, in the order of their first mention.
    ///
    /// Understands comments, continued lines, the `escape` directive, and variables that `ARG` or `ENV` give a value.
    /// Throws a sentence that names the line of a bad port.
    public static func exposedPorts(_ text: String) throws(UsageError) -> [ContainerPort] {
        var reader = Reader(text)
        var ports: [ContainerPort] = []
        while let line = reader.next() {
            let words = line.text.words
            guard let keyword = words.first?.uppercased() else { continue }
            switch keyword {
            case "FROM": break
            case "ARG", "ENV": reader.define(Array(words.dropFirst()))
            case "EXPOSE":
                for word in words.dropFirst().flatMap({ reader.expand($0).words }) {
                    do {
                        for port in try ExposedPort.ports(word) where !ports.contains(port) { ports.append(port) }
                    } catch {
                        throw UsageError("line \(line.number): EXPOSE \(word): \(error)")
                    }
                }
            default: break
            }
        }
        return ports
    }

    /// Joins continued lines, drops comments, keeps the values of variables.
    private struct Reader {
        private var lines: [(number: Int, text: String)]
        private var values: [String: String] = [:]
        private let escape: Unicode.Scalar

        init(_ text: String) {
            let all = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            lines = all.enumerated().map { ($0.offset + 1, String($0.element)) }
            // The directive counts only at the top, before anything that is not a directive (Dockerfile reference).
            let first = lines.first?.text.lowercased().filter { $0 != " " } ?? ""
            escape = first == "#escape=`" ? "`" : "\\"
            lines.reverse()
        }

        mutating func next() -> (number: Int, text: String)? {
            var joined = ""
            var start: Int?
            while let line = lines.popLast() {
                let text = line.text.trimmed
                if text.isEmpty || text.hasPrefix("#") {
                    continue
                }
                start = start ?? line.number
                guard text.unicodeScalars.last == escape else {
                    return (start ?? line.number, joined + text)
                }
                joined += String(String.UnicodeScalarView(text.unicodeScalars.dropLast())) + " "
            }
            return start.map { ($0, joined) }
        }

        /// `ARG PORT=80`, `ENV PORT=80 OTHER=81`, `ENV PORT 80`.
        mutating func define(_ words: [String]) {
            for (index, word) in words.enumerated() {
                let (name, value) = word.cut("=")
                if let value {
                    values[name] = expand(value.trimmingQuotes)
                } else if index == 0, words.count == 2, !words[1].unicodeScalars.contains("=") {
                    values[name] = expand(words[1].trimmingQuotes)
                }
            }
        }

        /// `$NAME`, `${NAME}` and `${NAME:-default}`; an unknown name becomes nothing, as in a build.
        func expand(_ text: String) -> String {
            var result = String.UnicodeScalarView()
            var rest = text.unicodeScalars[...]
            while let dollar = rest.firstIndex(of: "$") {
                result += rest[..<dollar]
                rest = rest[rest.index(after: dollar)...]
                if rest.first == "{", let close = rest.firstIndex(of: "}") {
                    let (name, fallback) = String(rest.dropFirst()[..<close]).cut(":")
                    let known = values[name].flatMap { $0.isEmpty ? nil : $0 }
                    let spare = fallback.flatMap { $0.hasPrefix("-") ? String($0.dropFirst()) : nil }
                    result += (known ?? spare ?? "").unicodeScalars
                    rest = rest[rest.index(after: close)...]
                } else {
                    let name = rest.prefix {
                        $0 == "_" || ($0.isASCII && $0.properties.isAlphabetic) || ("0"..."9").contains($0)
                    }
                    result += (values[String(name)] ?? "").unicodeScalars
                    rest = rest[name.endIndex...]
                }
            }
            return String(result + rest)
        }
    }
}

extension String {
    fileprivate var trimmingQuotes: String {
        guard count >= 2, let first, first == last, first == "\"" || first == "'" else { return self }
        return String(dropFirst().dropLast())
    }
}
