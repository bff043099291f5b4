import CShim

/// Where everything goes that is not a command's result.
public enum StandardError {
    /// Writes a text of people's words; a closed standard error is nobody's problem. What would move a terminal's cursor or
    /// worse comes from an image, an archive or a name, and is shown as what it is.
    public static func write(_ text: String) { draw(text.withoutControls) }

    /// Writes the text as it is: colours, a progress bar.
    static func draw(_ text: String) {
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

extension String {
    /// The text with the control characters of C0, DEL and C1 (ECMA-48) as `\u{1b}`; lines and tabs stay.
    var withoutControls: String {
        func isControl(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
        }
        guard unicodeScalars.contains(where: isControl) else { return self }
        var shown = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if isControl(scalar) {
                shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }
}
