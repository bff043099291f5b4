import Namespaces

/// `--net none`: a network namespace with nothing but loopback.
public struct NoneMode: Sendable, Equatable {
    /// Describes the mode; there is nothing to choose.
    public init() {}

    /// Once the container's first process exists: `lo` up.
    public var attachSteps: [any Step] { [ConfigureInside()] }
}
