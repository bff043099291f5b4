import Namespaces

/// What `--format` means for a list: `table` with or without columns, `json`, or a template for each line.
struct ListingFormat: Sendable, Equatable {
    /// The template for a line.
    var template: String
    /// Whether the lines are columns under a heading.
    var isTable: Bool

    /// Docker's reading of the option; `columns` is the template of the table that is printed without it, `id` that of `-q`,
    /// which beats every format.
    init(_ format: String?, quiet: Bool, columns: String, id: String) {
        let format = format ?? ""
        if quiet {
            (template, isTable) = (id, false)
        } else if format.isEmpty || format == "table" {
            (template, isTable) = (columns, true)
        } else if format == "json" {
            (template, isTable) = ("{{json .}}", false)
        } else {
            isTable = format.begins(with: "table")
            template = Self.unescaped(isTable ? String(format.dropFirst("table".count)) : format)
        }
    }

    /// Without blanks at the ends, and with tabs and line ends for `\t` and `\n`: shells pass these on as they are typed.
    private static func unescaped(_ text: String) -> String {
        var scalars = text.unicodeScalars.drop { $0 == " " }
        while scalars.last == " " { scalars.removeLast() }
        var result = String.UnicodeScalarView()
        while let scalar = scalars.popFirst() {
            switch (scalar, scalars.first) {
            case ("\\", "t"): result.append("\t")
            case ("\\", "n"): result.append("\n")
            default:
                result.append(scalar)
                continue
            }
            scalars.removeFirst()
        }
        return String(result)
    }
}
