import Namespaces
import Testing

@testable import MiniRun

@Suite("The words of exec")
struct ExecWordsTests {
    @Test("have the grammar of run")
    func words() throws {
        let request = try #require(
            try ExecRequest(parsing: ["-itu0:0", "-e=A=1", "--env", "B", "--privileged=false", "web", "-x", "--", "y"]))
        #expect(request.interactive && request.terminal && !request.privileged && !request.detach)
        #expect(request.user == "0:0" && request.environment == ["A=1", "B"])
        #expect(request.container == "web" && request.command == ["-x", "--", "y"])
        #expect(try ExecRequest(parsing: ["-i", "--help", "web"]) == nil)
    }

    @Test(
        "are none when they are options of run only, or too few",
        arguments: [
            (["--rm", "web", "x"], "unknown flag: --rm"),
            (["-p", "80", "web", "x"], "unknown shorthand flag: 'p' in -p"),
            (["web"], "\"minirun exec\" requires at least 2 arguments."), (["-u"], "flag needs an argument: 'u' in -u"),
        ])
    func mistakes(words: [String], sentence: String) {
        #expect(throws: UsageError(sentence)) { try ExecRequest(parsing: words) }
    }
}
