import Namespaces
import Testing

@testable import MiniRun

@Suite("What --format means for a list")
struct ListingTests {
    private struct Pet: Sendable {
        var id: String
        var name: String
        var traits: [String: String] = [:]
    }

    private static func listing(isTriedFirst: Bool = false) -> Listing<Pet> {
        Listing(
            typeName: "*zoo.petContext",
            fields: [
                .init("ID", "PET ID") { row, options in options.isShortened ? String(row.id.prefix(3)) : row.id },
                .init("Name", "NAME") { row, _ in row.name },
                .init("Owner", "OWNER") { _, _ in nil },
            ],
            methods: ["Trait": .init(heading: { "TRAIT \($0)" }, value: { row, key in row.traits[key] ?? "" })],
            columns: "{{.ID}}\t{{.Name}}", isTriedFirst: isTriedFirst)
    }

    private static let pets = [
        Pet(id: "abcdef", name: "a rather long name", traits: ["fur": "soft"]), Pet(id: "ghijkl", name: "bo"),
    ]

    @Test(
        "tables, lines, and JSON",
        arguments: [
            (nil, "PET ID    NAME\nabc       a rather long name\nghi       bo\n"),
            ("", "PET ID    NAME\nabc       a rather long name\nghi       bo\n"),
            ("table", "PET ID    NAME\nabc       a rather long name\nghi       bo\n"),
            (
                "table {{.Name}}\\t{{.ID}}",
                "NAME                 PET ID\na rather long name   abc\nbo                   ghi\n"
            ),
            ("table{{.ID}}", "PET ID\nabc\nghi\n"),
            ("table {{upper .Name}}|{{pad .ID 1 1}}", "NAME| PET ID \nA RATHER LONG NAME| abc \nBO| ghi \n"),
            ("table {{truncate .Name 3}}\t{{json .ID}}", "NAME      PET ID\na r       \"abc\"\nbo        \"ghi\"\n"),
            ("table {{.Trait \"fur\"}}\t{{.ID}}", "TRAIT fur   PET ID\nsoft        abc\n            ghi\n"),
            ("  {{.ID}}={{.Name}} ", "abc=a rather long name\nghi=bo\n"), ("{{.ID}}\\n-", "abc\n-\nghi\n-\n"),
            ("{{.Owner}}", "<no value>\n<no value>\n"), ("{{.Trait \"fur\"}}", "soft\n\n"),
            (
                "json",
                "{\"ID\":\"abc\",\"Name\":\"a rather long name\",\"Owner\":null}\n{\"ID\":\"ghi\",\"Name\":\"bo\",\"Owner\":null}\n"
            ),
            ("{{json .Name}}", "\"a rather long name\"\n\"bo\"\n"), ("{{.ID | printf \"%5s\"}}", "  abc\n  ghi\n"),
            ("{{range split .Name \" \"}}<{{.}}>{{end}}", "<a><rather><long><name>\n<bo>\n"),
            ("{{with .Name}}{{$.Trait \"fur\"}}{{end}}", "soft\n\n"), ("text", "text\ntext\n"),
        ] as [(String?, String)])
    func formats(format: String?, expected: String) throws {
        #expect(try Self.listing().text(Self.pets, ListingOptions(format: format)) == expected)
    }

    @Test("-q beats every format, --no-trunc shortens nothing, and a list of nothing is a heading")
    func options() throws {
        let listing = Self.listing()
        #expect(try listing.text(Self.pets, ListingOptions(format: "json", quiet: true)) == "abc\nghi\n")
        #expect(try listing.text(Self.pets, ListingOptions(quiet: true, isShortened: false)) == "abcdef\nghijkl\n")
        #expect(try listing.text([], ListingOptions()) == "PET ID    NAME\n")
        #expect(try listing.text([], ListingOptions(format: "table {{.Nope}}")) == "<no value>\n")
        #expect(try listing.text([], ListingOptions(format: "json")) == "")
    }

    @Test(
        "a field that is not there, in Go's words",
        arguments: [
            ("{{.Nope}}", ":1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type *zoo.petContext"),
            ("table {{.Nope}}", ":1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type *zoo.petContext"),
            ("{{.Nope 1}}", ":1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type *zoo.petContext"),
            ("{{.Trait}}", ":1:2: executing \"\" at <.Trait>: wrong number of args for Trait: want 1 got 0"),
            ("{{.Trait 1}}", ":1:2: executing \"\" at <.Trait>: expected string; found 1"),
            ("{{.ID \"x\"}}", ":1:2: executing \"\" at <.ID>: wrong number of args for ID: want 0 got 1"),
            ("{{.ID.x}}", ":1:5: executing \"\" at <.ID.x>: can't evaluate field x in type string"),
            ("{{foo}}", ":1: function \"foo\" not defined"),
        ])
    func unknown(format: String, message: String) {
        #expect(throws: UsageError("template parsing error: template: \(message)")) {
            try Self.listing().text(Self.pets, ListingOptions(format: format))
        }
    }

    @Test("a list that tries its format first refuses a wrong one also without rows")
    func triedFirst() throws {
        let listing = Self.listing(isTriedFirst: true)
        #expect(
            throws: UsageError(
                "failed to execute template: template: :1:8: executing \"\" at <.Nope>: "
                    + "can't evaluate field Nope in type *zoo.petContext")
        ) { try listing.text([], ListingOptions(format: "table {{.Nope}}")) }
        #expect(throws: UsageError("failed to parse template: template: :1: unclosed action")) {
            try listing.text([], ListingOptions(format: "{{"))
        }
        #expect(try listing.text(Self.pets, ListingOptions(format: "{{.Trait \"fur\"}}")) == "soft\n\n")
    }

    @Test(
        "which fields a format speaks of",
        arguments: [
            ("{{.ID}} {{.Name}}", ["ID", "Name"]), ("x", []), ("{{json .}}", nil), ("{{$.ID}}", ["ID"]), ("{{$}}", nil),
            ("{{range .Name}}{{.}}{{end}}", ["Name"]), ("{{range .Name}}{{else}}{{.}}{{end}}", nil),
            ("{{if .ID}}{{.}}{{end}}", nil), ("{{with $x := .}}{{$x.ID}}{{end}}", nil),
            ("{{join (split .Name \" \") .ID}}", ["ID", "Name"]),
        ] as [(String, Set<String>?)])
    func fieldsUsed(template: String, expected: Set<String>?) throws {
        #expect(try GoTemplate(parsing: template).fieldsUsed == expected)
    }
}

@Suite("Columns")
struct TextTableTests {
    @Test(
        "are as wide as the lines that stand together need",
        arguments: [
            ("", ""), ("a", "a\n"), ("a\tb\n", "a         b\n"),
            ("long enough\tb\nx\ty\n", "long enough   b\nx             y\n"),
            ("a\t\tc\n", "a                   c\n"), ("教育\tb\nxx\ty\n", "教育      b\nxx        y\n"),
            // A line without the column ends it.
            ("a long cell here\tb\nbreak\nx\ty\n", "a long cell here   b\nbreak\nx         y\n"),
            ("a\tb\tc\nwider than ten\tb\n", "a                b         c\nwider than ten   b\n"),
            ("a\t", "a         \n"),
        ])
    func columns(text: String, expected: String) {
        #expect(TextTable.text(ofLines: text) == expected)
    }

    @Test(
        "a text that is too wide ends in dots",
        arguments: [
            ("", ""), ("0123456789", "0123456789"), ("0123456789a", "012345678…"), ("教育教育教", "教育教育教"),
            ("教育教育教育", "教育教育…"), ("a教育教育教", "a教育教育…"),
        ])
    func shortened(text: String, expected: String) {
        #expect(TextTable.shortened(text, to: 10) == expected)
    }
}
