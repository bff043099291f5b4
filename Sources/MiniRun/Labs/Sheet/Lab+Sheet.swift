import Namespaces
import SystemPackage

extension Lab {
    /// Its sheet. Throws `LabError` when it has none in this language.
    func sheet(_ language: Language) throws -> Markdown {
        let file = "sheet.\(language.code).md"
        guard let bytes = try StateFile.read(directory.appending(file)) else {
            throw LabError("\(directory) has no \(file)")
        }
        let text = values.filledSheet(String(decoding: bytes, as: UTF8.self))
        return Markdown(parsing: text.parts("\n").map(\.printable).joined(separator: "\n"))
    }

    /// What is wrong with the sheets: parts that are not in both languages, steps and questions that are missing or that nobody
    /// knows. Throws `LabError` when one is missing.
    public func sheetProblems() throws -> [String] {
        var problems: [String] = []
        let outlines = try Language.allCases.map { try sheet($0).outline }
        for (index, parts) in zip(outlines[0], outlines[1]).enumerated() where parts.0 != parts.1 {
            problems.append("part \(index + 1) is \(parts.0) in English and \(parts.1) in Chinese")
        }
        if outlines[0].count != outlines[1].count {
            problems.append("\(outlines[0].count) parts in English, \(outlines[1].count) in Chinese")
        }
        for (language, outline) in zip(Language.allCases, outlines) {
            let file = "sheet.\(language.code).md"
            let sections = outline.filter { $0.hasPrefix("section ") }.map { String($0.dropFirst(8)) }
            let expected = steps.map(\.id) + (isExam ? [] : ["ladder"])
            if sections != expected { problems.append("\(file) has the sections \(sections), not \(expected)") }
            let asked = outline.filter { $0.hasPrefix("question ") }.map { String($0.dropFirst(9)) }
            let known = questions.map(\.id)
            for id in Set(asked).symmetricDifference(known).sorted() {
                problems.append("\(file) \(known.contains(id) ? "does not ask" : "asks what is no question:") \(id)")
            }
        }
        return problems
    }
}

extension Markdown {
    /// The parts that both languages have in common.
    fileprivate var outline: [String] {
        blocks.compactMap { block in
            switch block {
            case .heading(2, _, let id): "section \(id ?? "")"
            case .heading(let level, _, _): "heading \(level)"
            case .question(let id): "question \(id)"
            case .topology: "topology"
            case .code(let language, _): "code \(language)"
            default: nil
            }
        }
    }
}

extension LabValues {
    /// A sheet with its values put in, so that the columns of its drawings, which are its blocks of `text`, stay where they are.
    func filledSheet(_ text: String) -> String {
        var isDrawing = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("```") { isDrawing = line == "```text" }
            return isDrawing ? DrawingLine(line).filled { self[$0] } : filled(String(line))
        }.joined(separator: "\n")
    }
}
