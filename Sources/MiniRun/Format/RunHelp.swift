/// The help of `run`, from the table of its options.
public enum RunHelp {
    /// Options in a column, what they do beside it.
    public static var text: String {
        """
        Usage:  minirun run [OPTIONS] IMAGE|DIR [COMMAND] [ARG...]

        Run a command in a new container: six namespaces, a network, and the directory as its root.

        Options:
        \(RunOption.all.help)

        """
    }
}

extension [RunOption] {
    /// A line for each, what it does in a column of its own.
    var help: String {
        let width = 36
        return map { option in
            let short = option.short.map { "-\($0), " } ?? "    "
            let value = option.placeholder.isEmpty ? "" : " \(option.placeholder)"
            let left = "  \(short)--\(option.name)\(value)"
            let isShort = left.count < width
            return left + (isShort ? "" : "\n") + String(repeating: " ", count: isShort ? width - left.count : width)
                + option.help
        }
        .joined(separator: "\n")
    }
}
