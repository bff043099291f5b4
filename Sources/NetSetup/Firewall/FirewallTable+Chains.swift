import CShim

/// The chains, in the order in which a packet may meet them.
///
/// Every rule says why it is there: `nft list table inet minirun` is read by people.
extension FirewallTable {
    /// What comes in: is it for a published port?
    static let prerouting = FirewallChain(
        "prerouting", .nat, hook: NF_INET_PRE_ROUTING, priority: -100, "dstnat",
        [
            .init([.input(LoopPair.inward), .goto("published")], "host process, through the loop pair"),
            .init([.toLoopback, .back], "nobody outside may ask for loopback (all.route_localnet may be on)"),
            // Before the socket: a wildcard reservation would be found for forwarded packets too.
            .init([.toLocal, .goto("published")], "for one of our addresses"),
        ])

    /// Is its supervisor alive?
    static let published = FirewallChain(
        "published",
        [
            .init([.socketMark(LoopPair.mark), .goto("translate")], "a living supervisor holds this port"),
            .init([.transport(.sctp), .goto("translate")], "the socket expression knows tcp and udp only"),
            .init(
                [.input(LoopPair.inward), .family(.v4), .destination(IPAddress(v4: 0x7f00_0001))],
                "supervisor is dead: give it to whoever has the port now"),
            .init(
                [.input(LoopPair.inward), .family(.v6), .transport(.tcp), .destination(IPAddress(v6: 0, 1))],
                "the same for IPv6"),
            .init(
                [.input(LoopPair.inward), .family(.v6), .redirect],
                "udp: a wildcard server would answer from another address than ::1"),
        ])

    /// To which container?
    static let translate = FirewallChain(
        "translate",
        [
            .init([.destination(.v4, byAddressFromMap: "one4", withPort: true)], "published on this address"),
            .init([.destination(.v4, fromMap: "any4", withPort: true)], "published on all addresses"),
            .init([.destination(.v6, byAddressFromMap: "one6", withPort: true)], "published on this IPv6 address"),
            .init([.destination(.v6, fromMap: "any6", withPort: true)], "published on all IPv6 addresses"),
        ])

    /// What processes of the host send: is it for a published port of this host?
    static let output = FirewallChain(
        "output", .nat, hook: NF_INET_LOCAL_OUT, priority: -100, "-100",
        [
            .init([.notToLocal, .back], "only what host processes send to the host itself"),
            .init(
                [.destination(.v4, byAddressFromMap: "hostone4", withPort: false)],
                "detour over the loop pair, where the reservation is checked"),
            .init([.destination(.v4, fromMap: "hostany4", withPort: false)], "the same for ports on all addresses"),
            .init([.destination(.v6, byAddressFromMap: "hostone6", withPort: false)], "the same for one IPv6 address"),
            .init([.destination(.v6, fromMap: "hostany6", withPort: false)], "the same for all IPv6 addresses"),
        ])

    /// What ends at the host: not at a reservation.
    static let input = FirewallChain(
        "input", .filter, hook: NF_INET_LOCAL_IN, priority: 0, "filter",
        [
            // Before what is known: a conversation may be older than the network.
            .init([.port(in: "tunnels"), .goto("tunnel")], "frames in packets (VXLAN)"),
            .init([.input(in: "guarded"), .withoutWayBack, .drop], "a container under somebody else's address"),
            .init([.known, .accept], "answers, and errors about them"),
            .init(
                [.transport(.tcp), .socketMark(LoopPair.mark), .rejectWithReset],
                "reached a reservation itself: nothing is published here (yet)"),
            .init([.transport(.udp), .socketMark(LoopPair.mark), .reject], "the same for udp"),
        ])

    /// Who sends us frames for an overlay network? VXLAN itself believes anybody (RFC 7348, section 7).
    static let tunnel = FirewallChain(
        "tunnel",
        [
            .init(
                [.input(in: "networks"), .input(in: "lan", inverted: true), .drop],
                "a container is nobody's peer, whatever its packets say"),
            .init([.sourceAndPort(.v4, in: "peers4"), .accept], "from another host of an overlay network"),
            .init([.sourceAndPort(.v6, in: "peers6"), .accept], "the same for IPv6"),
            .init([.drop], "from a stranger"),
        ])

    /// What leaves a network, answers too: whoever forges an address can make anything look like one.
    static let leaving = FirewallChain(
        "leaving",
        [
            .init([.input(in: "internal"), .drop], "no way out"),
            .init(
                [.addressAndPort(.v4, in: "peers4"), .drop],
                "would reach another host as frames from this one, for it would have our address"),
            .init([.addressAndPort(.v6, in: "peers6"), .drop], "the same for IPv6"),
            .init([.input(in: "guarded"), .withoutWayBack, .drop], "under somebody else's address"),
        ])

    /// What enters a network, answers too.
    static let entering = FirewallChain(
        "entering",
        [
            .init([.output(in: "internal"), .drop], "no way in, through published ports neither"),
            .init([.family(.v6), .fromLocal, .drop], "under an address of ours (in IPv4 the kernel sees to that)"),
        ])

    /// What goes to a container, from elsewhere than its own network.
    static let inward = FirewallChain(
        "inward",
        [
            .init([.translated, .accept], "came through a published port"),
            .init([.inputAndOutput(in: "same"), .drop], "from a sibling, with icc off"),
            .init(
                [.input(in: "networks"), .output(in: "lan"), .goto("outward")],
                "to the LAN, which is behind that bridge as it is behind a card"),
            .init([.inputAndOutput(in: "trusted"), .accept], "from a neighbour whom the network trusts"),
            .init(
                [.addressAndPort(.v4, in: "direct4"), .accept],
                "to a published port of a routed network, under the container's own address"),
            .init([.addressAndPort(.v6, in: "direct6"), .accept], "the same for IPv6"),
            .init(
                [.input(in: "networks"), .input(in: "lan", inverted: true), .drop],
                "from another network: only published ports lead there"),
            .init([.echoRequest(.v4), .output(in: "routed4"), .accept], "a ping from a neighbour with a route"),
            .init([.echoRequest(.v6), .output(in: "routed6"), .accept], "the same for IPv6"),
            .init(
                [.family(.v4), .output(in: "open4"), .accept], "nat-unprotected: any port, for a neighbour with a route"
            ),
            .init([.family(.v6), .output(in: "open6"), .accept], "the same for IPv6"),
            .init([.drop], "from a neighbour: a route alone opens nothing"),
        ])

    /// What leaves a network.
    static let outward = FirewallChain(
        "outward",
        [
            .init([.invalid, .drop], "belongs to no connection, so it would leave with the container's own address"),
            .init([.accept], "the way out is open"),
        ])

    /// What the host passes on.
    static let forward = FirewallChain(
        "forward", .filter, hook: NF_INET_FORWARD, priority: 0, "filter",
        [
            .init([.output(LoopPair.outward), .drop], "the guard addresses are for the host's own processes"),
            .init(
                [.input(in: "networks"), .inputAndOutput(in: "same", inverted: true), .jump("leaving")],
                "from a network to elsewhere"),
            .init(
                [.output(in: "networks"), .inputAndOutput(in: "same", inverted: true), .jump("entering")],
                "from elsewhere into a network"),
            .init([.known, .accept], "answers, and errors about them"),
            .init([.output(LoopPair.inward), .drop], "only answers go back into the loop pair"),
            .init([.inputAndOutput(in: "within"), .accept], "inside one network"),
            .init([.output(in: "networks"), .goto("inward")], "to a container"),
            .init([.input(in: "networks"), .goto("outward")], "from a container"),
        ])

    /// What goes out of any interface: under which address?
    static let postrouting = FirewallChain(
        "postrouting", .nat, hook: NF_INET_POST_ROUTING, priority: 100, "srcnat",
        [
            .init(
                [.output(LoopPair.outward), .family(.v4), .source(LoopPair.source4)],
                "host process, into the loop pair: from an address that is routed back through it"),
            .init([.output(LoopPair.outward), .family(.v6), .source(LoopPair.source6)], "the same for IPv6"),
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
                [.family(.v4), .input(in: "masked4"), .inputAndOutput(in: "same", inverted: true), .masquerade],
                "leaving the network: under the host's address"),
            .init(
                [.family(.v6), .input(in: "masked6"), .inputAndOutput(in: "same", inverted: true), .masquerade],
                "the same for IPv6"),
        ])
}
