import Namespaces

/// `--label` and `--label-file`.
public enum LabelList {
    /// Checks one `--label`; throws Docker's `invalid label '=x': empty name` or `label 'a b' contains whitespaces`.
    public static func check(_ text: String) throws(UsageError) {
        let key = text.cut("=").0.utf8.drop { $0 == 32 || $0 == 9 }
        guard !key.isEmpty else { throw UsageError("invalid label '\(text)': empty name") }
        guard !key.contains(where: { $0 == 32 || $0 == 9 }) else {
            throw UsageError("label '\(String(decoding: Array(key), as: UTF8.self))' contains whitespaces")
        }
    }

    /// The files' labels, then the options', as a dictionary: the later one wins, and a missing value is empty.
    public static func gather(
        options: [String], files: [(name: String, bytes: [UInt8])]
    ) throws(UsageError) -> [String: String] {
        var labels: [String: String] = [:]
        for file in files {
            do {
                for entry in try KeyValueFile.parse(file.bytes, name: file.name, lookup: { _ in nil }) {
                    let (key, value) = entry.cut("=")
                    labels[key] = value ?? ""
                }
            } catch {
                throw UsageError("--label-file: \(error)")
            }
        }
        for option in options {
            try check(option)
            let (key, value) = option.cut("=")
            labels[key] = value ?? ""
        }
        return labels
    }
}
