import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// What a lab's files say.
@Suite struct LabDefinitionTests {
    static let library = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("labs")
    static let names = ((try? Files.directories(in: library)) ?? []).sorted()

    private func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    // MARK: Values

    @Test func seedDrawsOtherValuesThanTheNotesHave() throws {
        let declared = try json(
            """
            {"r1": {"default": "r1", "random": ["red", "oak"]}, "r2": {"default": "r2", "random": ["red", "oak"]},
             "net": {"default": "10.0.0", "random": "10.{1-200}.{0-250}"}}
            """)
        let plain = try LabValues(declared, of: "01-a", seed: 0)
        #expect(plain.filled("%r1% has %net%.11/24, %x% and 100%") == "r1 has 10.0.0.11/24, %x% and 100%")
        #expect(plain.filledJSON("[\"%#net%\", \"%net%\"]") == "[10.0.0, \"10.0.0\"]")
        for seed in UInt64(1)...50 {
            let values = try LabValues(declared, of: "01-a", seed: seed)
            #expect(try values == LabValues(declared, of: "01-a", seed: seed))
            let words = values.filled("%r1% %r2%").split(separator: " ").map(String.init)
            // Two names are never the same.
            #expect(Set(words) == ["red", "oak"])
            let numbers = values.filled("%net%").split(separator: ".").compactMap { Int($0) }
            #expect(numbers.count == 3 && numbers[0] == 10 && (1...200).contains(numbers[1]))
            #expect((0...250).contains(numbers[2]))
        }
        #expect(throws: JSONError.self) { try LabValues(json("{\"a\": {\"default\": \"1\"}}"), of: "x", seed: 1) }
    }

    // MARK: Solutions

    @Test func solutionsAreReadInBlocks() {
        let solution = LabSolution(
            parsing: """
                #!/bin/sh
                set -eu

                #% cable -> one, two
                # Why it
                # is done.
                #zh 原因
                #zh 如此。
                ip link add
                # a comment of the script
                ip link set

                #% rest
                true
                """)
        #expect(solution.blocks.map(\.name) == ["cable", "rest"])
        #expect(solution.blocks[0].checks == ["one", "two"] && solution.blocks[1].checks == [])
        #expect(solution.blocks[0].why == Phrase("Why it is done.", "原因如此。"))
        #expect(solution.blocks[0].commands == "ip link add\n# a comment of the script\nip link set")
        #expect(solution.script() == "set -eu\nip link add\n# a comment of the script\nip link set\ntrue\n")
        // What follows a block that was left out may fail.
        #expect(solution.script(omitting: "cable") == "set -eu\nset +eu\ntrue\n")
        #expect(solution.script(telling: .english).contains("'Why it is done.'"))
    }

    @Test func blocksOfAnotherDialectTakeThePlacesOfTheirNamesakes() throws {
        let byHand = LabSolution(parsing: "#% cable\nip link add\n#% out\nnft add\n#% rest\ntrue")
        let other = LabSolution(parsing: "#% out -> far\niptables -A")
        #expect(try byHand.replacing(other.blocks).script() == "set -eu\nip link add\niptables -A\ntrue\n")
        #expect(throws: LabError.self) { try byHand.replacing(LabSolution(parsing: "#% way\nfalse").blocks) }
    }

    // MARK: Questions

    @Test(arguments: [
        (#""answer": 1"#, ["1", " 1 ", "1.0"], ["2", "one", ""]),
        (#""answer": 50, "tolerance": 2"#, ["48", "52"], ["47", "53"]),
        (#""answer": "Bind Mount""#, ["bind mount"], ["bind"]),
        (#""answer": {"matches": "^1?50$", "example": "150"}"#, ["150", "50"], ["500"]),
        (
            #""answer": 1, "choices": [{"en": "a", "zh": "a"}, {"en": "b", "zh": "b"}]"#, ["b", "B", "2"],
            ["a", "1", "c"]
        ),
    ])
    func answersAreJudged(members: String, right: [String], wrong: [String]) throws {
        let question = try LabQuestion(
            json(
                """
                {"id": "q", "step": "s", "ask": {"en": "?", "zh": "?"}, "reveal": {"en": "!", "zh": "!"}, \(members)}
                """))
        for answer in right + [question.rightAnswer] { #expect(question.accepts(answer), "\(answer)") }
        for answer in wrong { #expect(!question.accepts(answer), "\(answer)") }
    }

    // MARK: The labs that there are

    @Test(arguments: names) func bothLanguagesHaveTheSameParts(name: String) throws {
        guard name.first?.isNumber == true || name == "exam" else { return }
        let lab = try Lab(Self.library.appending(name))
        #expect(try lab.sheetProblems() == [])
        #expect(lab.isExam || lab.steps.allSatisfy { $0.hints.count == 3 })
    }

    @Test(arguments: names, [UInt64(0), 7]) func noNameIsLeftWithoutAValue(name: String, seed: UInt64) throws {
        guard name.first?.isNumber == true || name == "exam" else { return }
        let lab = try Lab(Self.library.appending(name), seed: seed)
        for file in try Files.names(in: lab.directory) {
            let text = try lab.text(of: file) ?? ""
            let parts = text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().dropLast()
            for part in parts where !part.isEmpty && part.allSatisfy({ $0.isLowercase || $0.isNumber || $0 == "_" }) {
                // printf's own signs are one letter.
                #expect(part.count < 2, "\(file): %\(part)%")
            }
        }
    }
}
