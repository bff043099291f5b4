/// Something the user wrote that cannot be carried out: found before anything is touched, worded as Docker words it,
/// exit code 125.
public struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The whole sentence; it names the offending value.
    public var message: String

    /// Takes the finished sentence.
    public init(_ message: String) { self.message = message }

    /// The sentence.
    public var description: String { message }
}
