/// What a command answered.
struct Outcome: Equatable, CustomStringConvertible {
    /// The exit code, or 128 + n after signal n, as a shell counts.
    var status: Int32
    /// Its standard output, whole.
    var output: String
    /// Its standard error, whole.
    var errors: String

    /// The output without the newline at its end.
    var line: String { trimmed(output) }

    /// The last line of its standard error: where a failure says its reason.
    var lastError: String { trimmed(errors).split(separator: "\n").last.map(String.init) ?? "" }

    var description: String { "status \(status)\nstdout: \(output)\nstderr: \(errors)" }
}

/// A text without white space at both ends.
func trimmed(_ text: String) -> String {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
        let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[first...last])
}

/// Why a test could not even begin or go on.
struct HarnessError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
