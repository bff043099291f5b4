import CShim

/// The table in a container's own network namespace that leads 127.0.0.11:53 to its name server's two ports, and back.
///
/// The server cannot have port 53 itself: then no DNS server in the container could bind it on all addresses. The rules
/// rewrite the port of single packets and know nothing of connections: address translation would do it as well, but would
/// bring connection tracking for every packet of the container. Both ways pass the output hook, for both ends are here.
enum NameTable {
    static let name = "minirun-dns"
    private static let comment = "minirun: leads \(NameSockets.address):53 to the supervisor's name server"

    static func chain(_ udp: UInt16, _ tcp: UInt16, shown: (udp: String, tcp: String)? = nil) -> FirewallChain {
        let udpShown = shown?.udp ?? "\(udp)"
        let tcpShown = shown?.tcp ?? "\(tcp)"
        return FirewallChain(
            "output", .filter, hook: NF_INET_LOCAL_OUT, priority: -300, "raw",
            [(TransportProtocol.udp, udp, udpShown), (.tcp, tcp, tcpShown)].flatMap { transport, port, shown in
                [
                    FirewallRule([
                        .to(NameSockets.address), .port(transport, .destination, NameService.port),
                        .setPort(transport, .destination, port, shown: shown),
                    ]),
                    FirewallRule([
                        .from(NameSockets.address), .port(transport, .source, port, shown: shown),
                        .setPort(transport, .source, NameService.port),
                    ]),
                ]
            })
    }

    /// The table in the language of nft(8).
    static func lines(_ chain: FirewallChain) -> [String] {
        ["table ip \(name) {", "\tcomment \"\(comment)\""] + chain.lines + ["}"]
    }

    /// The whole table as one transaction, in place of one that an earlier server of this namespace has left.
    static func messages(_ chain: FirewallChain) -> [NetlinkMessage] {
        NetlinkMessage.transaction(
            [
                table("create", NFT_MSG_NEWTABLE, [.create]), table("delete", NFT_MSG_DELTABLE),
                table("create", NFT_MSG_NEWTABLE, [.create]), chain.message(table: name, NFPROTO_IPV4),
            ] + chain.rules.map { $0.message(in: chain.name, table: name, NFPROTO_IPV4) })
    }

    private static func table(
        _ verb: String, _ type: nf_tables_msg_types, _ flags: NetlinkMessage.Flags = []
    ) -> NetlinkMessage {
        .nftables("\(verb) table ip \(name)", type, flags, family: NFPROTO_IPV4) { header in
            guard let table = nftnl_table_alloc() else { return }
            defer { nftnl_table_free(table) }
            nftnl_table_set_str(table, UInt16(NFTNL_TABLE_NAME.rawValue), name)
            if type == NFT_MSG_NEWTABLE {
                var notes = UserData()
                notes.put(NFTNL_UDATA_TABLE_COMMENT.rawValue, comment)
                nftnl_table_set_data(
                    table, UInt16(NFTNL_TABLE_USERDATA.rawValue), notes.bytes, UInt32(notes.bytes.count))
            }
            nftnl_table_nlmsg_build_payload(header, table)
        }
    }
}
