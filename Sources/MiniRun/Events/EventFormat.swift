import Namespaces

/// How `events` prints: Docker's line, JSON, or a template of the user's.
public struct EventFormat: Sendable {
    private enum Form: Sendable {
        case line
        case json
        case template(GoTemplate)
    }

    private let form: Form

    /// What a template is filled in with: Docker's message, in which all but the attributes is there in every event.
    private static let receiver = GoTemplate.Receiver(
        typeName: "*events.Message", structs: ["Actor": "events.Actor"], allowsMissingKeys: true)
    /// Docker's words in front of what is wrong with a template.
    private static let complaint = "Error parsing format"

    /// Reads the value of `--format`: nothing, `json`, or a template. Throws Docker's sentence for one that does not fit an
    /// event.
    public init(parsing text: String = "") throws(UsageError) {
        switch text {
        case "": form = .line
        case "json", "{{json .}}": form = .json
        default:
            let template = try GoTemplate(parsing: text, complaint: Self.complaint)
            form = .template(template)
            _ = try Self.render(template, Event(.create, EventContainer(id: "", name: "", image: "")))
        }
    }

    /// One event, without a newline; the line has the time of `zone`, by default the local one.
    func text(of event: Event, in zone: LocalZone? = nil) throws(UsageError) -> String {
        switch form {
        case .line: Self.line(event, in: zone ?? .at(event.time))
        case .json: event.json.compact
        case .template(let template): try Self.render(template, event)
        }
    }

    private static func render(_ template: GoTemplate, _ event: Event) throws(UsageError) -> String {
        try template.render(event.templateValue, as: receiver, complaint: complaint)
    }

    private static func line(_ event: Event, in zone: LocalZone) -> String {
        let line = "\(event.time.fixedRFC3339(in: zone)) \(event.type) \(event.action) \(event.id)"
        guard !event.attributes.isEmpty else { return line }
        let attributes = event.attributes.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return line + " (\(attributes.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")))"
    }
}
