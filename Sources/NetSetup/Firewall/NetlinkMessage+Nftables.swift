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
