/// A step of a packet's way as people read it: a line of the text, a row and a number of the page.
struct TraceStep: Sendable, Hashable {
    /// What is there.
    enum Spot: Sendable, Hashable {
        /// An interface; of a bridge's port also the bridge.
        case interface(String, bridge: String?)
        /// A hook of nftables.
        case hook
        /// The socket that the packet was for.
        case socket
    }

    /// From 1 on, there and back.
    var number: Int
    /// Which way the packet goes.
    var side: TraceAssembly.Side
    /// The namespace's inode; nil for the host's.
    var machine: UInt64?
    /// Where it is in there.
    var spot: Spot
    /// The same in words: `web eth0`, `host forward`.
    var title: String
    /// Who talks to whom, where that was not told before.
    var flow: String?
    /// How it passed, by which rule, to which socket.
    var what: String
    /// What became of it, where somebody has decided.
    var verdict: String?
    /// What NAT has put in place of what.
    var changes: [String] = []
    /// Whether the packet has ended here.
    var isDrop = false

    /// All but where.
    var text: String { ([flow, what, verdict].compactMap(\.self) + changes).joined(separator: "  ") }
}
