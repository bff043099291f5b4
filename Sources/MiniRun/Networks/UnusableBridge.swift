/// A link that stands where a network's bridge should be and cannot be used, or a bridge that is gone and that minirun did
/// not make.
public struct UnusableBridge: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what to do.
    public let description: String

    /// Takes the finished sentence.
    public init(description: String) { self.description = description }
}
