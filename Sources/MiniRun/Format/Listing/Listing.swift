import Namespaces

/// How a list is to be printed: the options that every list has.
public struct ListingOptions: Sendable {
    /// `--format`.
    public var format: String?
    /// `-q`: ids only.
    public var quiet: Bool
    /// Whether long values are cut; not with `--no-trunc`.
    public var isShortened: Bool
    /// The moment that ages are counted to.
    public var now: Timestamp

    /// The options as they were given.
    public init(format: String? = nil, quiet: Bool = false, isShortened: Bool = true, now: Timestamp = .now) {
        self.format = format
        self.quiet = quiet
        self.isShortened = isShortened
        self.now = now
    }
}

/// A list as docker/cli's formatter prints it: a table of fields with headings, or any template over them.
struct Listing<Row: Sendable>: Sendable {
    /// One thing that can be said of a row.
    struct Field: Sendable {
        /// Its name in templates.
        var key: String
        /// Its column's heading.
        var heading: String
        /// Its value.
        var value: @Sendable (Row, ListingOptions) -> String?

        /// A field with what it says; nil is no value at all, `null` in JSON.
        init(_ key: String, _ heading: String, _ value: @escaping @Sendable (Row, ListingOptions) -> String?) {
            self.key = key
            self.heading = heading
            self.value = value
        }
    }

    /// A field with an argument: `{{.Label "key"}}`.
    struct Method: Sendable {
        /// Its heading, from the argument.
        var heading: @Sendable (String) -> String
        /// Its value.
        var value: @Sendable (Row, String) -> String
    }

    /// Docker's name of the type that a template is filled in with, for errors.
    var typeName: String
    /// In the order of their names, as JSON has them.
    var fields: [Field]
    /// By name.
    var methods: [String: Method] = [:]
    /// The template of the table that is printed when none is asked for: fields with tabs between them.
    var columns: String
    /// The template of `-q`.
    var id = "{{.ID}}"
    /// Whether a format is tried before any row is printed, as Docker's `ps` does it: one that cannot be filled in is then
    /// an error also when there are no rows. Other lists first notice when they have a row.
    var isTriedFirst = false

    /// The text of the list. Throws Docker's sentences for templates that cannot be parsed or filled in.
    func text(_ rows: some Sequence<Row>, _ options: ListingOptions) throws(UsageError) -> String {
        try check(options.format)
        let format = ListingFormat(options.format, quiet: options.quiet, columns: columns, id: id)
        let template = try GoTemplate(parsing: format.template)
        let used = fields(of: template)
        var lines = ""
        if format.isTable { lines += try template.render(headings, as: headingReceiver) + "\n" }
        for row in rows {
            lines += try template.render(object(used) { $0.value(row, options) }, as: receiver(row))
            lines += "\n"
        }
        return format.isTable ? TextTable.text(ofLines: lines) : lines
    }

    /// Whether the format speaks of this field, `json` and the like of all of them: what is costly is looked up only then.
    func uses(_ key: String, _ format: String?) -> Bool {
        let format = ListingFormat(format, quiet: false, columns: columns, id: id)
        guard let template = try? GoTemplate(parsing: format.template) else { return false }
        return template.fieldsUsed?.contains(key) ?? true
    }

    private func fields(of template: GoTemplate) -> [Field] {
        guard let used = template.fieldsUsed else { return fields }
        return fields.filter { used.contains($0.key) }
    }

    private func object(_ fields: [Field], _ value: (Field) -> String?) -> JSONValue {
        .object(fields.map { field in JSONValue.Member(field.key, value(field).map { .string($0) } ?? .null) })
    }

    private func check(_ format: String?) throws(UsageError) {
        guard isTriedFirst, let format, !format.isEmpty else { return }
        let template = try GoTemplate(parsing: format, complaint: "failed to parse template")
        let blank = GoTemplate.Receiver(typeName: typeName, methods: methods.mapValues { _ in { _ in "" } })
        _ = try template.render(object(fields) { _ in "" }, as: blank, complaint: "failed to execute template")
    }

    private var headings: JSONValue { object(fields, \.heading) }

    private var headingReceiver: GoTemplate.Receiver {
        GoTemplate.Receiver(
            methods: methods.mapValues { method in { argument in .string(method.heading(argument)) } }, isHeading: true)
    }

    private func receiver(_ row: Row) -> GoTemplate.Receiver {
        GoTemplate.Receiver(
            typeName: typeName,
            methods: methods.mapValues { method in { argument in .string(method.value(row, argument)) } })
    }
}
