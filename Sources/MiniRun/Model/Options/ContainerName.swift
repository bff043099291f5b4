import Namespaces
@_spi(_Unicode) import Swift

/// The rule for `--name`: Docker's, and beyond it letters and digits of any script (`--name 教育`).
public enum ContainerName {
    /// The pattern that Docker's message shows.
    private static let pattern = "[a-zA-Z0-9][a-zA-Z0-9_.-]"

    /// The name in Unicode's composed form (NFC), so that the same name typed on two keyboards is one directory; a
    /// leading `/` is dropped, as Docker does. Throws Docker's `Invalid container name (x), only … are allowed`.
    ///
    /// Letters, marks and digits are allowed by category; that leaves out `/`, white space, controls and the
    /// bidirectional controls (all of category Cc or Cf), with which one name could be made to look like another.
    public static func parse(_ text: String) throws(UsageError) -> String {
        let name = composed(text.begins(with: "/") ? String(text.unicodeScalars.dropFirst()) : text)
        guard name.unicodeScalars.count >= 2, hasOnlyWords(name) else {
            throw UsageError("Invalid container name (\(text)), only \(pattern) are allowed")
        }
        // The name is a directory, and the kernel's limit for one is 255 bytes.
        guard name.utf8.count <= 200 else {
            throw UsageError("Invalid container name (\(text)), it is longer than 200 bytes")
        }
        return name
    }

    /// Whether the text begins with a letter or digit and goes on with these, marks, `_`, `.` and `-`.
    static func hasOnlyWords(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, isWord(first) else { return false }
        return name.unicodeScalars.allSatisfy { isWord($0) || isMark($0) || $0 == "_" || $0 == "." || $0 == "-" }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": return true
        case "\0"..."\u{7f}": return false
        default: break
        }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        default: false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark: true
        default: false
        }
    }

    /// Unicode's composed form (NFC).
    static func composed(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 128 }) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text._nfc { scalars.append(scalar) }
        return String(scalars)
    }
}
