import CShim

extension FirewallTable {
    /// The whole table as one transaction; refused with EEXIST when there is a table of this name.
    static var messages: [NetlinkMessage] {
        let table = NetlinkMessage.nftables(
            "create table inet \(name)", NFT_MSG_NEWTABLE, [.create, .exclusive]
        ) { header in
            guard let table = nftnl_table_alloc() else { return }
            defer { nftnl_table_free(table) }
            nftnl_table_set_str(table, UInt16(NFTNL_TABLE_NAME.rawValue), name)
            var notes = UserData()
            notes.put(NFTNL_UDATA_TABLE_COMMENT.rawValue, comment)
            nftnl_table_set_data(
                table, UInt16(NFTNL_TABLE_USERDATA.rawValue), notes.bytes, UInt32(notes.bytes.count))
            nftnl_table_nlmsg_build_payload(header, table)
        }
        let sets = zip(sets, UInt32(1)...).map { $0.message(id: $1) }
        // All chains before the first rule: a goto names its target.
        let rules = chains.flatMap { chain in chain.rules.map { $0.message(in: chain.name) } }
        return NetlinkMessage.transaction([table] + sets + chains.map(\.message) + rules)
    }

    /// Asks for the table; ENOENT when there is none.
    static var question: NetlinkMessage { named("look for table inet \(name)", NFT_MSG_GETTABLE) }

    /// Deletes the table with all that is in it.
    static var deletion: [NetlinkMessage] {
        NetlinkMessage.transaction([named("delete table inet \(name)", NFT_MSG_DELTABLE)])
    }

    private static func named(_ asked: String, _ type: nf_tables_msg_types) -> NetlinkMessage {
        .nftables(asked, type) { header in
            guard let table = nftnl_table_alloc() else { return }
            defer { nftnl_table_free(table) }
            nftnl_table_set_str(table, UInt16(NFTNL_TABLE_NAME.rawValue), name)
            nftnl_table_nlmsg_build_payload(header, table)
        }
    }
}
