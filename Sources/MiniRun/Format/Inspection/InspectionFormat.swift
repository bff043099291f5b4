import Namespaces

/// What `inspect` prints: all that is known of each object as JSON, or what a Go template picks out of it.
struct InspectionFormat {
    private let template: GoTemplate?
    /// `json`: the list on one line.
    private let isCompact: Bool

    /// Reads the value of `--format`, of which an empty one is none, as with Docker. Throws `UsageError` for a bad template.
    init(_ format: String?) throws(UsageError) {
        isCompact = format == "json"
        template = if let format, !format.isEmpty, !isCompact { try GoTemplate(parsing: format) } else { nil }
    }

    /// The text for what the references stand for, and a sentence for each that is nobody's: `complaint` has it for the error
    /// that says so, and nil for any other, which is thrown on.
    func text(
        of references: [String], _ look: (String) throws -> JSONValue, complaint: (any Error) -> String?
    ) throws -> (output: String, problems: [String]) {
        var found: [JSONValue] = []
        var problems: [String] = []
        for reference in references {
            do { found.append(try look(reference)) } catch {
                guard let sentence = complaint(error) else { throw error }
                problems.append(sentence)
            }
        }
        let list = JSONValue.array(found)
        guard let template else { return ((isCompact ? list.compact : list.pretty) + "\n", problems) }
        return (try found.map { try template.render($0) + "\n" }.joined(), problems)
    }
}
