import CShim
import Namespaces

/// A table of our own that asks nftables to tell each rule that certain packets meet (nft(8), `meta nftrace set 1`), in one
/// network namespace.
///
/// The kernel ties the table to the socket that has made it (NFT_TABLE_F_OWNER, since 5.12): whatever ends us, the table ends
/// with us, and nobody else can take it away meanwhile.
public final class TraceTable {
    /// Which packets. Both directions: an answer's ports are the other way round.
    public enum Selection: Sendable, Hashable {
        /// A protocol's, from this port and back to it. NAT leaves it as it is, unless somebody else has it at that address.
        case from(protocol: UInt8, port: UInt16)
        /// A protocol's, to one of these ports and back from it.
        case to(protocol: UInt8, ports: [UInt16])
        /// Pings with this identifier.
        case ping(identifier: UInt16)
        /// All pings.
        case pings
    }

    /// Name of our tables, before the number of the process.
    static let prefix = "minirun-trace-"
    private let requests: NetlinkSocket
    private let events: NetlinkSocket
    private let name: String

    /// Makes the table in a namespace, held open, and begins to listen. Throws `NetlinkError`.
    public init(_ selection: Selection, in namespace: CInt) throws(NetlinkError) {
        name = Self.prefix + "\(getpid())"
        events = try NetlinkSocket(.netfilter, in: namespace)
        try events.join(NFNLGRP_NFTRACE.rawValue, "listen to nftables' trace")
        requests = try NetlinkSocket(.netfilter, in: namespace)
        try requests.request(Self.messages(name, selection))
    }

    deinit {
        // At once: the socket itself is closed by the kernel on its own time.
        try? requests.request(NetlinkMessage.transaction([Self.table(name, NFT_MSG_DELTABLE, [])]))
    }

    /// Readable when an event has come. Borrowed.
    public var descriptor: CInt { events.descriptor }

    /// The events that have come. Those of our own table are among them: they tell where a packet comes in.
    public func take() -> [TraceEvent] {
        var found: [TraceEvent] = []
        events.takeNotifications { reply in if let event = TraceEvent(reply) { found.append(event) } }
        return found
    }

    static func messages(_ name: String, _ selection: Selection) -> [NetlinkMessage] {
        // Before everything else that a filter may do (raw is -300), after fragments are put together (-400).
        let chains: [FirewallChain] = [(NF_INET_PRE_ROUTING, "prerouting"), (NF_INET_LOCAL_OUT, "output")].map {
            FirewallChain(
                $0.1, .filter, hook: $0.0, priority: -350, "-350",
                selection.clauses.map { FirewallRule($0 + [.trace]) })
        }
        return NetlinkMessage.transaction(
            [table(name, NFT_MSG_NEWTABLE, [.create, .exclusive])]
                + chains.map { $0.message(table: name, NFPROTO_INET) }
                + chains.flatMap { chain in chain.rules.map { $0.message(in: chain.name, table: name) } })
    }

    private static func table(
        _ name: String, _ type: nf_tables_msg_types, _ flags: NetlinkMessage.Flags
    ) -> NetlinkMessage {
        .nftables("make table inet \(name)", type, flags) { header in
            guard let table = nftnl_table_alloc() else { return }
            defer { nftnl_table_free(table) }
            nftnl_table_set_str(table, UInt16(NFTNL_TABLE_NAME.rawValue), name)
            if type == NFT_MSG_NEWTABLE {
                nftnl_table_set_u32(
                    table, UInt16(NFTNL_TABLE_FLAGS.rawValue), UInt32(NFT_TABLE_F_OWNER.rawValue))
            }
            nftnl_table_nlmsg_build_payload(header, table)
        }
    }
}

extension TraceTable.Selection {
    /// What each of the rules asks.
    var clauses: [[FirewallClause]] {
        let errors: [[FirewallClause]] = [(1, [3, 11]), (58, [1, 2, 3])].flatMap { number, types in
            types.map { [.protocolNumber(number), .transportByte(0, $0)] }
        }
        switch self {
        case .from(let number, let port):
            return [0, 2].map { Self.beginning(number) + [.transportPort(at: $0, port)] } + errors
        case .to(let number, let ports):
            return ports.flatMap { port in
                [2, 0].map { Self.beginning(number) + [.transportPort(at: $0, port)] }
            } + errors
        case .ping(let identifier):
            return Self.echoes.map { $0 + [.transportPort(at: 4, identifier)] } + errors
        case .pings: return Self.echoes + errors
        }
    }

    private static var echoes: [[FirewallClause]] {
        [(1, [8, 0]), (58, [128, 129])].flatMap { number, types in
            types.map { [.protocolNumber(number), .transportByte(0, $0)] }
        }
    }

    /// Of TCP only what opens, accepts and resets: a conversation under way would make a flood of events.
    private static func beginning(_ number: UInt8) -> [FirewallClause] {
        number == 6 ? [.protocolNumber(6), .opensOrResets] : [.protocolNumber(number)]
    }
}

extension FirewallClause {
    static let trace = Self("meta nftrace set 1", [.load([1]), .setMeta(NFT_META_NFTRACE)])

    static let opensOrResets = Self(
        "tcp flags & (syn|rst) != 0",
        [
            .transportHeader(offset: 13, length: 1, register: 1), .maskByte(0x06), .compare(NFT_CMP_NEQ, [0]),
        ])

    static func protocolNumber(_ number: UInt8) -> Self {
        .init("meta l4proto \(number)", [.meta(NFT_META_L4PROTO), .compare(NFT_CMP_EQ, [number])])
    }

    static func transportPort(at offset: UInt32, _ port: UInt16) -> Self {
        .init(
            "@th,\(offset * 8),16 \(port)",
            [
                .transportHeader(offset: offset, length: 2, register: 1),
                .compare(NFT_CMP_EQ, [UInt8(port >> 8), UInt8(port & 0xff)]),
            ])
    }

    static func transportByte(_ offset: UInt32, _ value: UInt8) -> Self {
        .init(
            "@th,\(offset * 8),8 \(value)",
            [.transportHeader(offset: offset, length: 1, register: 1), .compare(NFT_CMP_EQ, [value])])
    }
}
