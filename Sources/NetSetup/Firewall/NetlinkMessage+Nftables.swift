import CShim

extension NetlinkMessage {
    /// One message of nftables' part of nfnetlink for a family, usually `inet`; `build` puts an object's attributes by libnftnl.
    static func nftables(
        _ asked: String, _ type: nf_tables_msg_types, _ flags: Flags = [], family: Int = NFPROTO_INET,
        _ build: (UnsafeMutablePointer<nlmsghdr>) -> Void
    ) -> NetlinkMessage {
        NetlinkMessage(
            asked,
            writtenBy: { buffer in
                let header = nftnl_nlmsg_build_hdr(
                    buffer.assumingMemoryBound(to: CChar.self), UInt16(type.rawValue), UInt16(family),
                    flags.rawValue, 0)
                guard let header else { return mnl_nlmsg_put_header(buffer) }
                build(header)
                return header
            })
    }

    /// The question for all objects of a kind, in the tables of all families (NFT_MSG_GETCHAIN and its like).
    static func nftablesList(_ asked: String, _ type: nf_tables_msg_types) -> NetlinkMessage {
        nftables(asked, type, family: Int(NFPROTO_UNSPEC)) { _ in }
    }

    /// The question for all elements of a set or map (NFT_MSG_GETSETELEM).
    static func elements(of set: String, in table: String, family: TableFamily) -> NetlinkMessage {
        nftables(
            "list \(set) of table \(family.rawValue) \(table)", NFT_MSG_GETSETELEM, family: family.number
        ) { header in
            guard let object = nftnl_set_alloc() else { return }
            defer { nftnl_set_free(object) }
            nftnl_set_set_str(object, UInt16(NFTNL_SET_TABLE.rawValue), table)
            nftnl_set_set_str(object, UInt16(NFTNL_SET_NAME.rawValue), set)
            nftnl_set_elems_nlmsg_build_payload(header, object)
        }
    }

    /// These messages as one transaction: all of them or none (NFNL_MSG_BATCH_BEGIN ... END).
    static func transaction(_ messages: [NetlinkMessage]) -> [NetlinkMessage] {
        [batchMark("begin a transaction", NFNL_MSG_BATCH_BEGIN)] + messages
            + [batchMark("commit the transaction", NFNL_MSG_BATCH_END)]
    }

    private static func batchMark(_ asked: String, _ type: CInt) -> NetlinkMessage {
        NetlinkMessage(asked, type: type, capacity: 64) { message in
            // The batch is for the subsystem that res_id names, in network order.
            message.putHeader(
                nfgenmsg(
                    nfgen_family: UInt8(AF_UNSPEC), version: UInt8(NFNETLINK_V0),
                    res_id: UInt16(NFNL_SUBSYS_NFTABLES).bigEndian))
        }
    }
}
