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
        .init("internal", [.ifname], comment: "of these: no way out, no way in"),
        .init("masked", [.ifname], comment: "of these: masquerade what leaves"),
        .init("same", [.ifname, .ifname], comment: "each bridge with itself"),
        .init("within", [.ifname, .ifname], comment: "of these: containers may talk (icc on)"),
        .init("one4", [.address4, .transport, .port], to: [.address4, .port]),
        .init("any4", [.transport, .port], to: [.address4, .port]),
        .init("one6", [.address6, .transport, .port], to: [.address6, .port]),
        .init("any6", [.transport, .port], to: [.address6, .port]),
        .init("hostone4", [.address4, .transport, .port], to: [.address4]),
        .init("hostany4", [.transport, .port], to: [.address4]),
        .init("hostone6", [.address6, .transport, .port], to: [.address6]),
        .init("hostany6", [.transport, .port], to: [.address6]),
    ]

    static let chains: [FirewallChain] = [
        .init(
            "prerouting", .nat, hook: NF_INET_PRE_ROUTING, priority: -100, "dstnat",
            [
                .init([.input(LoopPair.inward), .goto("published")], "host process, through the loop pair"),
                .init([.toLoopback, .back], "nobody outside may ask for loopback (all.route_localnet may be on)"),
                // Before the socket: a wildcard reservation would be found for forwarded packets too.
                .init([.toLocal, .goto("published")], "for one of our addresses"),
            ]),
        .init(
            "published",
            [
                .init([.socketMark(LoopPair.mark), .goto("translate")], "a living supervisor holds this port"),
                .init([.transport(.sctp), .goto("translate")], "the socket expression knows tcp and udp only"),
                .init(
                    [.input(LoopPair.inward), .family(.v4), .destination(IPAddress(v4: 0x7f00_0001))],
                    "supervisor is dead: give it to whoever has the port now"),
                .init(
                    [.input(LoopPair.inward), .family(.v6), .transport(.tcp), .destination(IPAddress(v6: 0, 1))]),
                .init(
                    [.input(LoopPair.inward), .family(.v6), .redirect],
                    "udp: a wildcard server would answer from another address than ::1"),
            ]),
        .init(
            "translate",
            [
                .init([.destination(.v4, byAddressFromMap: "one4", withPort: true)], "published on this address"),
                .init([.destination(.v4, fromMap: "any4", withPort: true)], "published on all addresses"),
                .init([.destination(.v6, byAddressFromMap: "one6", withPort: true)]),
                .init([.destination(.v6, fromMap: "any6", withPort: true)]),
            ]),
        .init(
            "output", .nat, hook: NF_INET_LOCAL_OUT, priority: -100, "-100",
            [
                .init([.notToLocal, .back], "only what host processes send to the host itself"),
                .init(
                    [.destination(.v4, byAddressFromMap: "hostone4", withPort: false)],
                    "detour over the loop pair, where the reservation is checked"),
                .init([.destination(.v4, fromMap: "hostany4", withPort: false)]),
                .init([.destination(.v6, byAddressFromMap: "hostone6", withPort: false)]),
                .init([.destination(.v6, fromMap: "hostany6", withPort: false)]),
            ]),
        .init(
            "input", .filter, hook: NF_INET_LOCAL_IN, priority: 0, "filter",
            [
                .init([.known, .accept]),
                .init(
                    [.transport(.tcp), .socketMark(LoopPair.mark), .rejectWithReset],
                    "reached a reservation itself: nothing is published here (yet)"),
                .init([.transport(.udp), .socketMark(LoopPair.mark), .reject]),
            ]),
        .init(
            "inward",
            [
                .init([.output(in: "internal"), .drop]),
                .init([.input(in: "internal"), .drop]),
                .init([.translated, .accept], "came through a published port"),
                .init([.drop], "from a neighbour, another network, or a sibling with icc off"),
            ]),
        .init(
            "outward",
            [
                .init([.input(in: "internal"), .drop]),
                .init([.invalid, .drop], "would leave with the container's own address"),
                .init([.accept]),
            ]),
        .init(
            "forward", .filter, hook: NF_INET_FORWARD, priority: 0, "filter",
            [
                .init([.output(LoopPair.outward), .drop], "the guard addresses are for the host's own processes"),
                .init([.known, .accept], "answers, and errors about them"),
                .init([.inputAndOutput(in: "within"), .accept], "inside one network"),
                .init([.output(in: "networks"), .goto("inward")]),
                .init([.input(in: "networks"), .goto("outward")]),
            ]),
        .init(
            "postrouting", .nat, hook: NF_INET_POST_ROUTING, priority: 100, "srcnat",
            [
                .init([.output(LoopPair.outward), .family(.v4), .source(LoopPair.source4)]),
                .init([.output(LoopPair.outward), .family(.v6), .source(LoopPair.source6)]),
                .init(
                    [.translated, .inputAndOutput(in: "same"), .masquerade],
                    "hairpin: the answer must come back through us"),
                .init(
                    [.translated, .withoutInput, .output(in: "networks"), .masquerade],
                    "hairpin seen by br_netfilter, which names no input"),
                .init(
                    [.input(LoopPair.inward), .output(in: "networks"), .masquerade],
                    "host process: the container sees the gateway"),
                // By the input bridge, not by the source address: a neighbour could spoof one.
                .init(
                    [.input(in: "masked"), .inputAndOutput(in: "same", inverted: true), .masquerade],
                    "leaving the network"),
            ]),
    ]

    /// The table in the language of nft(8), without elements: what `nft list table inet minirun` shows on a fresh host.
    public static var text: String {
        (["table inet \(name) {", "\tcomment \"\(comment)\""] + sets.flatMap(\.lines) + chains.flatMap(\.lines) + ["}"])
            .joined(separator: "\n")
    }
}
