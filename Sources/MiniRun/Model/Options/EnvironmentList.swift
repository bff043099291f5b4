import Namespaces

/// `-e` and `--env-file`, and how they are laid over what the image sets.
///
/// A list of `NAME=value`; an entry without `=` names a variable to be removed.
public enum EnvironmentList {
    /// Checks one `-e`: `NAME=value`, or `NAME` to take the value from minirun's own environment through `lookup`; a name
    /// that is not set there is kept bare. Throws Docker's `invalid environment variable: =x`.
    public static func parse(_ text: String, lookup: (String) -> String?) throws(UsageError) -> String {
        let (name, value) = text.cut("=")
        guard !name.isEmpty else { throw UsageError("invalid environment variable: \(text)") }
        guard value == nil, let inherited = lookup(name) else { return text }
        return "\(name)=\(inherited)"
    }

    /// The files' variables first, in the order of the files, then the options': the later one wins when merged.
    public static func gather(
        options: [String], files: [(name: String, bytes: [UInt8])], lookup: (String) -> String?
    ) throws(UsageError) -> [String] {
        var list: [String] = []
        for file in files {
            do {
                list += try KeyValueFile.parse(file.bytes, name: file.name, lookup: lookup)
            } catch {
                throw UsageError("--env-file: \(error)")
            }
        }
        for option in options { list.append(try parse(option, lookup: lookup)) }
        return list
    }

    /// `defaults` with each variable of `overrides` replaced in place or appended, and the bare ones removed.
    public static func merge(_ defaults: [String], with overrides: [String]) -> [String] {
        var result = defaults
        var places: [String: Int] = [:]
        for (place, entry) in defaults.enumerated() { places[entry.cut("=").0] = place }
        for entry in overrides {
            let (name, value) = entry.cut("=")
            let replacement = value == nil ? "" : entry
            if let place = places[name] {
                result[place] = replacement
            } else if value != nil {
                places[name] = result.count
                result.append(replacement)
            }
        }
        return result.filter { !$0.isEmpty }
    }
}
