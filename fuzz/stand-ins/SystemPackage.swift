/// As much of swift-system as the parsers name; nothing here is ever reached by one.
public enum Errno: Error {
    case noSuchFileOrDirectory
}

/// The same of paths.
public struct FilePath: ExpressibleByStringLiteral {
    /// Any text.
    public init(_ text: String) {}
    /// A literal.
    public init(stringLiteral text: String) {}
    /// Stays what it is.
    public func appending(_ name: String) -> FilePath { self }
}
