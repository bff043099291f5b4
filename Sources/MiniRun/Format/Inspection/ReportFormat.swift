import Namespaces

/// What `info` and `version` print of the one object that each of them has.
enum ReportFormat {
    /// The `usual` text, or what a format makes of the object: `json`, or a Go template. Throws `UsageError` for a bad one.
    static func text(
        of report: JSONValue, _ format: String?, usual: () throws(UsageError) -> String
    ) throws(UsageError) -> String {
        guard let format, !format.isEmpty else { return try usual() }
        if format == "json" { return report.compact + "\n" }
        return try GoTemplate(parsing: format).render(report) + "\n"
    }
}
