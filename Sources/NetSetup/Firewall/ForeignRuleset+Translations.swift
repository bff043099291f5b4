import CShim
import Namespaces

extension ForeignRuleset {
    /// A port of the host that somebody else's rule leads elsewhere: one that Docker has published, or somebody by hand.
    public struct Redirection: Sendable, Hashable {
        /// From which port to which.
        public let element: PublishedElement
        /// The interface by which packets have to come in; nil for any.
        public let interface: String?
        /// Where the rule is.
        public let chain: Chain
    }

    /// What leaves under the host's address because somebody else's rule says so.
    public struct Masquerade: Sendable, Hashable {
        /// Whose packets.
        public let subnet: IPPrefix
        /// The interface by which they have to leave; nil for any.
        public let interface: String?
    }

    /// The ports that are redirected, as far as rules say that plainly. What rules ask that jump to one of these is not looked
    /// at: with Docker, whether the packet is for the host at all.
    public var redirections: [Redirection] {
        rules(at: NF_INET_PRE_ROUTING.rawValue).compactMap { Self.redirection($0.rule) }.unique
    }

    /// The networks that are masqueraded, as far as rules say that plainly: by their subnet, or by the interface where all
    /// leave.
    public var masquerades: [Masquerade] {
        rules(at: NF_INET_POST_ROUTING.rawValue).compactMap { Self.masquerade($0.rule) }.unique
    }

    private static func redirection(_ rule: Rule) -> Redirection? {
        guard let translation = rule.translation, case .destination(let address, let port) = translation.outcome else {
            return nil
        }
        let conditions = translation.conditions
        guard let transport = conditions.transport, let hostPort = conditions.port, conditions.source == nil,
            (conditions.destination?.length ?? address.family.bits) == address.family.bits
        else { return nil }
        return Redirection(
            element: PublishedElement(
                transport, hostPort, on: conditions.destination?.address, to: address, port ?? hostPort),
            interface: conditions.input, chain: rule.chain)
    }

    private static func masquerade(_ rule: Rule) -> Masquerade? {
        guard let translation = rule.translation, translation.outcome == .masquerade else { return nil }
        let conditions = translation.conditions
        guard conditions.transport == nil, conditions.destination == nil, conditions.input == nil else { return nil }
        let family = conditions.family ?? (rule.chain.family == "ip6" ? .v6 : .v4)
        let all = conditions.output == nil ? nil : IPPrefix(.unspecified(family), length: 0)
        return (conditions.source ?? all).map { Masquerade(subnet: $0, interface: conditions.output) }
    }
}
