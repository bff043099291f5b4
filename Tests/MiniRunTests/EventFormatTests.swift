import Namespaces
import Testing

@testable import MiniRun

@Suite("Templates of events --format")
struct EventFormatTests {
    @Test(
        "an attribute that an event does not have is no value, also one that no event has; a field must exist",
        arguments: [
            ("{{.Actor.Attributes.none}}", "<no value>"), ("{{.Actor.Attributes.none.more}}", "<no value>"),
            ("{{json .Actor.Attributes.none}}", "null"), ("{{with .Actor}}{{.Attributes.none}}{{end}}", "<no value>"),
            ("{{with .Actor.Attributes}}{{.tier}}{{.none}}{{end}}", "front<no value>"),
            ("{{if .Actor.Attributes.none}}a{{else}}b{{end}}", "b"),
        ])
    func missingAttributes(template: String, expected: String) throws {
        let event = Event(.start, EventContainer(id: "a", name: "web", image: "busybox", labels: ["tier": "front"]))
        #expect(try EventFormat(parsing: template).text(of: event) == expected)
    }

    @Test(
        "a template that does not fit an event is refused before there is one, in Docker's words",
        arguments: [
            ("{{", ":1: unclosed action"),
            ("{{.None}}", ":1:2: executing \"\" at <.None>: can't evaluate field None in type *events.Message"),
            (
                "{{.Actor.None}}",
                ":1:8: executing \"\" at <.Actor.None>: can't evaluate field None in type events.Actor"
            ),
            (
                "{{with .Actor}}{{$.Type}}{{.None}}{{end}}",
                ":1:27: executing \"\" at <.None>: can't evaluate field None in type events.Actor"
            ),
            (
                "{{.Actor.Attributes.name.x}}",
                ":1:8: executing \"\" at <.Actor.Attributes.name.x>: can't evaluate field x in type string"
            ),
        ])
    func badTemplates(template: String, message: String) {
        #expect(throws: UsageError("Error parsing format: template: \(message)")) {
            try EventFormat(parsing: template)
        }
    }
}
