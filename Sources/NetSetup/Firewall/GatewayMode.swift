/// How packets of one address family pass between a network and the world outside (Docker's `gateway_mode_ipv4` and
/// `gateway_mode_ipv6`).
public enum GatewayMode: String, Sendable, CaseIterable {
    /// What leaves takes the host's address; what comes in comes through published ports of the host.
    case nat
    /// The same, but a neighbour with a route reaches every port of the containers as well.
    case natUnprotected = "nat-unprotected"
    /// Nothing is translated: a neighbour with a route reaches the published ports under the containers' own addresses,
    /// and may ping them.
    case routed
    /// No way out and no way in.
    case isolated

    /// Whether addresses are translated: masquerading outward, published ports inward.
    var translates: Bool { self == .nat || self == .natUnprotected }
}
