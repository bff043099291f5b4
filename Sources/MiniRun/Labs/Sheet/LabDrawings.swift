import CShim
import Namespaces
import SystemPackage

/// Pictures of a lab's world before and after, drawn by `topo` in a playground where the solution is played.
struct LabDrawings {
    private let lab: Lab

    init(_ lab: Lab) { self.lab = lab }

    /// A world before and after, as SVG.
    struct Pair {
        var before: String
        var after: String
    }

    /// Both pictures in each language. Throws `LabError` where the lab cannot be played here, and `KernelError`.
    func svg() throws -> [Language: Pair] {
        let program = try OwnProgram.path().string
        guard let solution = try lab.solution(.byHand) ?? lab.solution(.minirun) else {
            throw LabError("\(lab.name) has no solution to be played for its drawings")
        }
        let draw = Language.allCases.map {
            "LANG=\($0.locale) \(program.shellQuoted) topo --format svg; echo \(Self.mark)"
        }
        .joined(separator: "\n")
        let script = "\(draw)\n{ \(solution.script()) } >/dev/null 2>&1\n\(draw)\n"
        let words = [program, "lab", "start", lab.directory.string, "--", "sh", "-c", script]
        let (status, output) = try Command.run(words)
        let pictures = output.components(separatedBy: Self.mark).map(\.trimmed)
        guard status == 0, pictures.count > 2 * Language.allCases.count else {
            throw LabError("\(lab.name) cannot be played for its drawings (--no-drawings does without): \(output)")
        }
        var found: [Language: Pair] = [:]
        for (index, language) in Language.allCases.enumerated() {
            found[language] = Pair(
                before: Self.element(pictures[index]), after: Self.element(pictures[index + Language.allCases.count]))
        }
        return found
    }

    /// Without its XML declaration, for which a page has no place.
    private static func element(_ file: String) -> String {
        file.firstRange(of: "<svg").map { String(file[$0.lowerBound...]) } ?? ""
    }

    private static let mark = "--- next picture ---"
}

extension Language {
    /// A locale that asks for it.
    fileprivate var locale: String { self == .chinese ? "zh_CN.UTF-8" : "C.UTF-8" }
}

extension String {
    fileprivate func components(separatedBy mark: String) -> [String] {
        split(separator: mark, omittingEmptySubsequences: false).map(String.init)
    }
}
