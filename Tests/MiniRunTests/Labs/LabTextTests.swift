import Testing

@testable import MiniRun

/// What students read on a terminal, however narrow it is.
@Suite struct LabTextTests {
    private static func lab() throws -> Lab {
        try Lab(LabDefinitionTests.library.appending("06-names-and-walls"))
    }

    /// A grade in which nothing is met.
    private static func grade() throws -> LabGrade {
        let lab = try lab()
        return LabGrade(
            lab,
            lab.checks.map {
                .init(id: $0.id, step: $0.step, weight: 1, isMet: false, evidence: Phrase("no", "否"), nudge: nil)
            }
                + lab.questions.map {
                    .init(
                        id: $0.id, step: $0.step, weight: 1, isMet: false, isQuestion: true,
                        evidence: LabWords.notAnswered($0.id), nudge: nil)
                })
    }

    @Test(arguments: [30, 40, 80]) func stepsInShortFitTheTerminal(width: Int) throws {
        for line in try Self.grade().summary(width: width) {
            #expect(line.width <= width, "\(line.text(colours: false))")
        }
    }

    @Test func openQuestionsAreNoFailures() throws {
        let lines = try Self.grade().summary(width: 500).map { $0.text(colours: false) }
        let names = try #require(lines.first { $0.hasPrefix("names ") })
        #expect(names.contains("names  ✘ names-same, ") && names.contains("  ? whom-a-container-asks, "), "\(names)")
        let failing = names.prefix { $0 != "?" }
        #expect(!failing.contains("whom-a-container-asks"))
    }

    @Test func rowsThatStandByThemselvesHaveTheirHeadingsInFront() {
        let sheet = Markdown(
            parsing: """
                | | Docker | by hand |
                |---|---|---|
                | process | `docker inspect` | `ps` and more words than there is room for |
                """)
        func text(_ language: Language) -> String {
            SheetText(questions: [:], answers: [:], language: language, width: 40).lines(sheet).text(colours: false)
        }
        #expect(
            text(.english).hasPrefix("  process\n    Docker: docker inspect\n    by hand: ps and more words than\n"))
        #expect(text(.chinese).contains("    Docker：docker inspect\n"))
    }

    @Test func commandsOfHintsStayWhole() {
        let lines = TextFlow.lines(
            TextFlow.atoms(of: "Then `ip -n r1 link set eth0 up`, and look again.", keepingCode: true), width: 30,
            indent: 2)
        #expect(
            lines.map { $0.text(colours: false) } == ["Then", "  `ip -n r1 link set eth0 up`,", "  and look again."])
    }

    @Test(arguments: [
        ("ip link\nip addr", ["ip link", "ip addr"]),
        (
            "nft -f - <<'END'\ntable ip a {\n  done\nEND\nip addr",
            ["nft -f - <<'END'\ntable ip a {\n  done\nEND", "ip addr"]
        ),
        (
            "for n in 1 2; do\n\tif true; then echo done; fi\ndone\nls",
            ["for n in 1 2; do\n\tif true; then echo done; fi\ndone", "ls"]
        ),
        ("for n in 1 2; do echo $n; done\nls", ["for n in 1 2; do echo $n; done", "ls"]),
        (
            "i=0\nuntil a || [ $i -ge 10 ]; do i=$((i + 1)); done\nls",
            ["i=0", "until a || [ $i -ge 10 ]; do i=$((i + 1)); done", "ls"]
        ),
        ("echo 'one\ntwo' # it's so\nls \\\n  -l\nls", ["echo 'one\ntwo' # it's so", "ls \\\n  -l", "ls"]),
        ("case $p in\nmr*) echo for ;;\nesac\necho for", ["case $p in\nmr*) echo for ;;\nesac", "echo for"]),
    ])
    func linesOfOneCommandStandTogether(script: String, commands: [String]) {
        #expect(ShellCommands(parsing: script).commands.map { $0.joined(separator: "\n") } == commands)
    }

    @Test(arguments: LabDefinitionTests.names) func solutionsEndWhatTheyBegin(name: String) throws {
        guard name.first?.isNumber == true else { return }
        let lab = try Lab(LabDefinitionTests.library.appending(name))
        for dialect in LabSolution.Dialect.allCases {
            for block in try lab.solution(dialect)?.blocks ?? [] {
                let commands = ShellCommands(parsing: block.commands + "\ntrue").commands
                #expect(commands.last == ["true"], "\(dialect) \(block.name)")
            }
        }
    }
}
