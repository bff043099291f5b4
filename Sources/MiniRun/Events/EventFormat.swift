import Namespaces

/// How `events` prints: Docker's line, JSON, or a template of the user's.
public struct EventFormat: Sendable {
    private enum Form: Sendable {
        case line
        case json
        case template(GoTemplate)
    }

    private let form: Form

    /// Reads the value of `--format`: nothing, `json`, or a template. Throws Docker's sentence for one that does not fit an
    /// event.
    public init(parsing text: String = "") throws(UsageError) {
        switch text {
        case "": form = .line
        case "json", "{{json .}}": form = .json
        default:
            do {
                let template = try GoTemplate(parsing: text)
                form = .template(template)
                _ = try Self.render(template, Event(.create, EventContainer(id: "", name: "", image: "")))
            } catch {
                throw UsageError("Error parsing format: \(error)")
            }
        }
    }

    /// One event, without a newline.
    func text(of event: Event, offset: Int64? = nil) throws(UsageError) -> String {
        switch form {
        case .line: line(event, offset: offset ?? LogTime.localOffset(at: event.time))
        case .json: event.json.compact
        case .template(let template): try Self.render(template, event)
        }
    }

    /// An attribute that other events have is `<no value>` in this one, not a mistake in the template.
    private static func render(_ template: GoTemplate, _ event: Event) throws(UsageError) -> String {
        do { return try template.render(event.templateValue()) } catch {
            return try template.render(event.templateValue(withAllAttributes: true))
        }
    }

    private func line(_ event: Event, offset: Int64) -> String {
        let time = LogTime.text(event.time, allDigits: true, offset: offset)
        let line = "\(time) \(event.type) \(event.action) \(event.id)"
        guard !event.attributes.isEmpty else { return line }
        let attributes = event.attributes.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return line + " (\(attributes.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")))"
    }
}
