import Namespaces

/// `--net host`: no network namespace of its own, and with it no user namespace of its own.
public struct HostMode: Sendable, Equatable {
    /// Docker's warning when ports were to be published all the same.
    public static let discardedPorts = "Published ports are discarded when using host network mode"

    /// Describes the mode; there is nothing to choose.
    public init() {}

    /// Nothing is set up: everything is there.
    public var attachSteps: [any Step] { [] }
}
