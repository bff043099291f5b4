import Namespaces

/// Puts a bridge into the sets of the table, so that the rules know it as a network of ours.
public struct AdmitNetwork: Step {
    /// The bridge's interface name.
    public let bridge: String
    /// No way out, no way in.
    public let isInternal: Bool
    /// Whether packets that leave take the host's address.
    public let masquerades: Bool
    /// Whether its containers may talk with each other.
    public let interContainer: Bool

    /// A network with a way out, masqueraded, whose containers may talk, unless said otherwise.
    public init(bridge: String, isInternal: Bool = false, masquerades: Bool = true, interContainer: Bool = true) {
        self.bridge = bridge
        self.isInternal = isInternal
        self.masquerades = masquerades
        self.interContainer = interContainer
    }

    /// The elements by `nft`.
    public var explanation: Explanation { Explanation(shell: [], systemCalls: [], why: "") }

    /// Throws `NetlinkError`.
    public func apply(on stage: Stage) throws {}
}
