import CShim

/// Where everything goes that is not a command's result.
public enum StandardError {
    /// Writes the text as it is; a closed standard error is nobody's problem.
    public static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { CShim.write(2, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Whether escape sequences make sense there: a terminal, and NO_COLOR is not set.
    public static var showsColours: Bool { isatty(2) == 1 && getenv("NO_COLOR") == nil }
}
