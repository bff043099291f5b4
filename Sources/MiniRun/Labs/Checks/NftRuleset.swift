import CShim
import Namespaces
import SystemPackage

/// The tables of nftables as nft(8) writes them, in a form that is the same for the same rules: without counters, handles and
/// ages, and with the elements of sets in order.
struct NftRuleset {
    /// A table.
    struct Table: Sendable, Hashable {
        /// Family and name: `inet minirun`.
        var name: String
        /// What is in it, a line each.
        var text: String
    }

    /// Those of the network namespace that the calling thread is in; none where there is no nft. Throws `LabError` when nft does
    /// not list them, and `KernelError`.
    static func current() throws -> [Table] {
        guard Command.isInstalled("nft") else { return [] }
        let (status, output) = try Command.run(["nft", "--stateless", "--numeric", "list", "ruleset"])
        guard status == 0 else { throw LabError("nft list ruleset: \(output)") }
        return tables(parsing: output)
    }

    /// Reads what nft prints.
    static func tables(parsing text: String) -> [Table] {
        var tables: [Table] = []
        var name: String?
        var lines: [String] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if line.hasPrefix("table "), line.hasSuffix(" {") {
                name = String(line.dropFirst(6).dropLast(2))
            } else if line == "}", let finished = name {
                // A table without rules says nothing, whoever has left it there.
                if !lines.allSatisfy(isIdle) {
                    tables.append(Table(name: finished, text: inOrder(lines).joined(separator: "\n")))
                }
                (name, lines) = (nil, [])
            } else {
                lines.append(String(line).trimmed)
            }
        }
        return tables
    }

    /// Whether a line belongs to a chain that lets everything pass.
    private static func isIdle(_ line: String) -> Bool {
        line.isEmpty || line == "}" || line.hasPrefix("chain ")
            || line.hasPrefix("type ") && line.hasSuffix("policy accept;")
    }

    /// Puts the elements of each set on one line, sorted: the kernel lists them as they lie in its hash.
    private static func inOrder(_ lines: [String]) -> [String] {
        var result: [String] = []
        var open: String?
        for line in lines where !line.isEmpty {
            if let begun = open {
                open = begun + " " + line
            } else if line.hasPrefix("elements = {") {
                open = line
            } else {
                result.append(line)
                continue
            }
            guard line.hasSuffix("}"), let whole = open else { continue }
            let elements = whole.dropFirst("elements = {".count).dropLast()
            result.append(
                "elements: "
                    + String(elements).parts(",").map { withoutAge($0.trimmed) }.sorted().joined(separator: ", "))
            open = nil
        }
        return result
    }

    private static func withoutAge(_ element: String) -> String {
        var words = element.words
        if let place = words.firstIndex(of: "expires") { words.removeSubrange(place..<min(place + 2, words.count)) }
        return words.joined(separator: " ")
    }
}
