import Namespaces

/// Makes the table `inet minirun` and the loop pair; one cheap question when both are there already.
public struct EnsureFirewall: Step {
    /// There is nothing to choose.
    public init() {}

    /// The loop pair by `ip`, the table by `nft`.
    public var explanation: Explanation { Explanation(shell: [], systemCalls: [], why: "") }

    /// Throws `NetlinkError`.
    public func apply(on stage: Stage) throws {}
}
