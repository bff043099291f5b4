import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// Drawings of sheets, with whatever values are put into them.
@Suite struct LabDrawingTests {
    @Test(arguments: [
        // Blanks make up for a shorter value, and for a longer one.
        ("%net%.11    | x", "10.0.0.11   | x"),
        ("%n%.11    | x", "a.11      | x"),
        // A line does too, and words between are moved.
        ("%n% (y) ──┬── %n%", "a (y) ────┬── a"),
        ("%net%%net%.1 -- x  | y", "10.0.010.0.0.1 - x | y"),
        // What nobody knows stays, and single blanks are part of a text.
        ("%other%  | 100% of %n% |", "%other%  | 100% of a |"),
        ("%n%%n%  |", "aa      |"),
    ])
    func whatFollowsAValueKeepsItsColumn(drawn: String, shown: String) {
        let values = ["n": "a", "net": "10.0.0"]
        #expect(DrawingLine(drawn[...]).filled { values[String($0)] } == shown)
    }

    private static let labs = LabDefinitionTests.names.filter { $0.first?.isNumber == true || $0 == "exam" }

    /// The drawings of a lab with a seed's values, as rows of columns: a wide character is followed by a zero.
    private func drawings(_ name: String, _ language: Language, seed: UInt64) throws -> [[[Character]]] {
        try Lab(LabDefinitionTests.library.appending(name), seed: seed).sheet(language).blocks.compactMap { block in
            guard case .code("text", let text) = block else { return nil }
            return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.flatMap { TextTable.width(of: String($0)) > 1 ? [$0, "\0"] : [$0] }
            }
        }
    }

    /// What has to stand where it was drawn.
    private static let joints: Set<Character> = ["│", "|", "┬", "├", "└", "╤", "╧", "]"]

    @Test(arguments: labs, Language.allCases) func everySeedsDrawingsHaveTheSameLines(name: String, language: Language)
        throws
    {
        func joints(_ seed: UInt64) throws -> [[String]] {
            try drawings(name, language, seed: seed).map { rows in
                rows.map { row in row.map { Self.joints.contains($0) ? String($0) : " " }.joined().trimmedAtEnd }
            }
        }
        let plain = try joints(LabValues.plainSeed)
        for seed in UInt64(1)...25 { #expect(try joints(seed) == plain, "seed \(seed)") }
    }

    @Test(arguments: labs, Language.allCases) func linesEndAtSomething(name: String, language: Language) throws {
        for seed in UInt64(0)...25 {
            for rows in try drawings(name, language, seed: seed) {
                for (index, row) in rows.enumerated() {
                    for (column, character) in row.enumerated() {
                        for next in Self.ends(of: character).map({ index + $0 }) where rows.indices.contains(next) {
                            // An empty line parts two drawings.
                            guard !rows[next].isEmpty else { continue }
                            let other = rows[next].indices.contains(column) ? rows[next][column] : " "
                            #expect(other != " ", "seed \(seed): \(String(row)) at \(column)")
                        }
                    }
                }
            }
        }
    }

    /// Whether something leads up from there, down from there, or both.
    private static func ends(of character: Character) -> [Int] {
        switch character {
        case "│", "|": [-1, 1]
        case "┬", "╤": [1]
        case "└", "╧": [-1]
        default: []
        }
    }
}

extension String {
    fileprivate var trimmedAtEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
