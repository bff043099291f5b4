import Namespaces

/// The rule for names of networks: that of containers, and one character is enough.
enum NetworkName {
    /// The name in Unicode's composed form. Throws a sentence that says what is allowed, and Docker's for the names that
    /// are always taken.
    static func parse(_ text: String) throws -> String {
        let name = ContainerName.composed(text)
        guard ContainerName.hasOnlyWords(name) else {
            throw UsageError(
                "invalid network name \(text.goQuoted): only letters, digits, '_', '.' and '-' are allowed, "
                    + "and a letter or digit comes first")
        }
        // The name is a file, and the kernel's limit for one is 255 bytes.
        guard name.utf8.count <= 200 else {
            throw UsageError("invalid network name \(text.goQuoted): it is longer than 200 bytes")
        }
        if NetworkRecord.predefined.contains(name) || name == "default" {
            // With the blank at its end that Docker's sentence has.
            throw NetworkConflict("operation is not permitted on predefined \(name) network ")
        }
        return name
    }
}

/// What was asked of a network does not go together with how things stand. Docker's exit code for it is 1.
public struct NetworkConflict: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    /// Takes the finished sentence.
    public init(_ description: String) { self.description = description }
}
