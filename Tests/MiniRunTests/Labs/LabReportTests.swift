import Namespaces
import Testing

@testable import MiniRun

/// What is handed in, and what a teacher makes of it.
@Suite struct LabReportTests {
    private static let text = """
        {"lab": "01-a", "seed": 3, "student": "Zhang", "time": "2026-01-01T00:00:00Z", "points": 9, "possible": 10}
        """

    private func signed(_ text: String, _ key: LabKey) throws -> String {
        let content = try JSONValue(parsing: Array(text.utf8))
        guard case .object(let members) = content else { return "" }
        return JSONValue.object(members + [.init("code", .string(key.code(of: content.compact)))]).pretty
    }

    @Test func reportIsGenuineUntilSomebodyChangesIt() throws {
        let key = LabKey(name: "class", bytes: Array("2026".utf8))
        let text = try signed(Self.text, key)
        #expect(try LabReport(parsing: Array(text.utf8)).isGenuine(key))
        // The order of blanks does not matter, a value does.
        #expect(try LabReport(parsing: Array(text.replacing("\n", with: " ").utf8)).isGenuine(key))
        let better = text.replacing("\"points\": 9", with: "\"points\": 10")
        #expect(better != text)
        #expect(try !LabReport(parsing: Array(better.utf8)).isGenuine(key))
        #expect(try !LabReport(parsing: Array(text.utf8)).isGenuine(LabKey(name: "class", bytes: Array("2025".utf8))))
        #expect(throws: JSONError.self) { try LabReport(parsing: Array(Self.text.utf8)) }
    }

    /// RFC 4231, test case 2, of which the first 16 bytes are shown.
    @Test func codeIsAnHMAC() {
        let key = LabKey(name: "class", bytes: Array("Jefe".utf8))
        #expect(key.code(of: "what do ya want for nothing?") == "5bdcc146-bf60754e-6a042426-089575c7")
    }

    @Test func spreadsheetsTakeNoFormulas() {
        let rows = [["a", "b,c"], ["=1+1", "say \"x\""]]
        #expect(CommaSeparatedValues.text(rows) == "a,\"b,c\"\n'=1+1,\"say \"\"x\"\"\"\n")
    }
}
