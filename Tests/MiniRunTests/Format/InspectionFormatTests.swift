import Namespaces
import Testing

@testable import MiniRun

@Suite("What inspect prints")
struct InspectionFormatTests {
    private struct Missing: Error {}

    private func text(_ format: String?, of references: [String]) throws -> (output: String, problems: [String]) {
        try InspectionFormat(format).text(of: references) { reference in
            if reference == "none" { throw Missing() }
            if reference == "broken" { throw UsageError("broken") }
            return ["Name": .string(reference)]
        } complaint: {
            $0 is Missing ? "no such thing" : nil
        }
    }

    @Test(
        "is a list, or the template's words for each, and a sentence for what is not there",
        arguments: [
            (nil, "[\n    {\n        \"Name\": \"a\"\n    },\n    {\n        \"Name\": \"b\"\n    }\n]\n"),
            ("", "[\n    {\n        \"Name\": \"a\"\n    },\n    {\n        \"Name\": \"b\"\n    }\n]\n"),
            ("json", "[{\"Name\":\"a\"},{\"Name\":\"b\"}]\n"), ("{{.Name}}!", "a!\nb!\n"),
        ])
    func texts(format: String?, expected: String) throws {
        let text = try text(format, of: ["a", "none", "b"])
        #expect(text.output == expected && text.problems == ["no such thing"])
    }

    @Test("throws what is wrong with the template, or with anything that is there")
    func failures() {
        #expect(throws: UsageError.self) { try text("{{", of: ["a"]) }
        #expect(throws: UsageError("broken")) { try text("{{.Name}}", of: ["broken"]) }
    }
}
