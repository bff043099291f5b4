import Namespaces

/// The format of `--env-file` and `--label-file`: a `KEY=value` a line, `#` comments, nothing quoted, values as they stand.
public enum KeyValueFile {
    /// Parses the file's bytes. A key without `=` takes its value from `lookup`, and is left out when there is none.
    /// Throws Docker's `invalid env file (NAME): …`, which it says of label files too.
    public static func parse(
        _ bytes: [UInt8], name: String, lookup: (String) -> String?
    ) throws(UsageError) -> [String] {
        var list: [String] = []
        for (index, raw) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            var line = raw.last == 13 ? raw.dropLast() : raw
            guard var text = String(validating: line, as: UTF8.self) else {
                let shown = line.map(String.init).joined(separator: " ")
                throw UsageError("invalid env file (\(name)): invalid utf8 bytes at line \(index + 1): [\(shown)]")
            }
            if index == 0, line.starts(with: [0xef, 0xbb, 0xbf]) {
                line = line.dropFirst(3)
                text = String(decoding: line, as: UTF8.self)
            }
            text = String(text.unicodeScalars.drop { $0.properties.isWhitespace })
            guard let first = text.utf8.first, first != 35 else { continue }
            let (key, value) = text.cut("=")
            guard !key.isEmpty else {
                throw UsageError("invalid env file (\(name)): no variable name on line '\(text)'")
            }
            guard !key.utf8.contains(where: { $0 == 32 || $0 == 9 }) else {
                throw UsageError("invalid env file (\(name)): variable '\(key)' contains whitespaces")
            }
            // execve(2) would take the value only up to the NUL.
            guard !text.utf8.contains(0) else {
                throw UsageError("invalid env file (\(name)): a NUL byte at line \(index + 1)")
            }
            if value != nil {
                list.append(text)
            } else if let inherited = lookup(key) {
                list.append("\(key)=\(inherited)")
            }
        }
        return list
    }
}
