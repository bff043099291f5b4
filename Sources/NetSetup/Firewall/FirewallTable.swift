import CShim

/// The one table, `inet minirun`, as a value: its text for `nft` and its netlink messages come from the same lines.
///
/// Its rules never change. A network is a few elements of the sets, a published port a few elements of the maps, so a
/// packet's way is as long with ten thousand ports as with one.
public enum FirewallTable {
    /// The table's name, in family `inet`.
    public static let name = "minirun"
    static let comment = "minirun: bridge networks and published ports"

    static let sets: [FirewallSet] = [
        .init("networks", [.ifname], comment: "bridges of minirun"),
        .init("guarded", [.ifname], comment: "of these: minirun's own, behind which nobody but containers is"),
        .init("lan", [.ifname], comment: "of these: a card is a port too, so the LAN is behind them as well"),
        .init("internal", [.ifname], comment: "of these: no way out, no way in"),
        .init("masked4", [.ifname], comment: "of these: masquerade what leaves (IPv4)"),
        .init("masked6", [.ifname], comment: "of these: masquerade what leaves (IPv6)"),
        .init("open4", [.ifname], comment: "of these: a neighbour with a route may enter (nat-unprotected, IPv4)"),
        .init("open6", [.ifname], comment: "of these: a neighbour with a route may enter (nat-unprotected, IPv6)"),
        .init("routed4", [.ifname], comment: "of these: nothing is translated, a neighbour may ping (routed, IPv4)"),
        .init("routed6", [.ifname], comment: "of these: nothing is translated, a neighbour may ping (routed, IPv6)"),
        .init("same", [.ifname, .ifname], comment: "each bridge with itself"),
        .init("within", [.ifname, .ifname], comment: "of these: containers may talk (icc on)"),
        .init(
            "trusted", [.ifname, .ifname], comment: "an interface of the host, and a bridge that lets its neighbours in"
        ),
        .init(
            "direct4", [.address4, .transport, .port],
            comment: "containers of routed networks: address and port that are published"),
        .init(
            "direct6", [.address6, .transport, .port],
            comment: "containers of routed networks: address and port that are published"),
        .init("tunnels", [.transport, .port], comment: "ports on which other hosts send us frames (VXLAN)"),
        .init(
            "peers4", [.address4, .transport, .port],
            comment: "these hosts, and the ports on which they take frames too"),
        .init(
            "peers6", [.address6, .transport, .port],
            comment: "these hosts, and the ports on which they take frames too"),
        .init(
            "one4", [.address4, .transport, .port], to: [.address4, .port],
            comment: "ports published on one host address: the container and its port"),
        .init(
            "any4", [.transport, .port], to: [.address4, .port],
            comment: "ports published on all host addresses: the container and its port"),
        .init(
            "one6", [.address6, .transport, .port], to: [.address6, .port],
            comment: "ports published on one host address: the container and its port"),
        .init(
            "any6", [.transport, .port], to: [.address6, .port],
            comment: "ports published on all host addresses: the container and its port"),
        .init(
            "hostone4", [.address4, .transport, .port], to: [.address4],
            comment: "the same ports as in one4: the guard address for processes of the host"),
        .init(
            "hostany4", [.transport, .port], to: [.address4],
            comment: "the same ports as in any4: the guard address for processes of the host"),
        .init(
            "hostone6", [.address6, .transport, .port], to: [.address6],
            comment: "the same ports as in one6: the guard address for processes of the host"),
        .init(
            "hostany6", [.transport, .port], to: [.address6],
            comment: "the same ports as in any6: the guard address for processes of the host"),
    ]

    static let chains: [FirewallChain] = [
        prerouting, published, translate, output, input, tunnel, leaving, entering, inward, outward, forward,
        postrouting,
    ]

    /// The table in the language of nft(8), without elements: what `nft list table inet minirun` shows on a fresh host.
    public static var text: String {
        (["table inet \(name) {", "\tcomment \"\(comment)\""] + sets.flatMap(\.lines) + chains.flatMap(\.lines) + ["}"])
            .joined(separator: "\n")
    }
}
