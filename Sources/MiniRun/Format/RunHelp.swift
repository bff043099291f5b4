/// The help of `run`, from the table of its options.
public enum RunHelp {
    /// Options in a column, what they do beside it.
    public static var text: String {
        let rows = RunOption.all.map { option in
            let short = option.short.map { "-\($0), " } ?? "    "
            let value = option.placeholder.isEmpty ? "" : " \(option.placeholder)"
            return (left: "  \(short)--\(option.name)\(value)", right: option.help)
        }
        let width = 36
        let lines = rows.map { row in
            row.left.count < width
                ? row.left + String(repeating: " ", count: width - row.left.count) + row.right
                : row.left + "\n" + String(repeating: " ", count: width) + row.right
        }
        return """
            Usage:  minirun run [OPTIONS] IMAGE|DIR [COMMAND] [ARG...]

            Run a command in a new container: six namespaces, a network, and the directory as its root.

            Options:
            \(lines.joined(separator: "\n"))

            """
    }
}
