import CShim

/// What a bridge, or a VXLAN, knows of where a link-layer address is (bridge(8), `bridge fdb`).
public struct ForwardingEntry: Sendable, Hashable {
    /// The address.
    public let mac: MACAddress
    /// The port, or the VXLAN, by its number.
    public let link: CInt
    /// The bridge whose port that is.
    public let bridge: CInt?
    /// Of a VXLAN: the host behind which it is.
    public let destination: IPAddress?
    /// The interface by which that host is reached, where one is given.
    public let lowerLink: CInt?
    /// Whether somebody has written it down; else it was learned, and ages.
    public let isPermanent: Bool

    init?(_ reply: NetlinkReply) {
        let attributes = reply.attributes(after: ndmsg.self)
        guard let header = reply.header(as: ndmsg.self), CInt(header.ndm_family) == AF_BRIDGE,
            let mac = attributes[NDA_LLADDR].flatMap({ MACAddress(bytes: $0.bytes) })
        else { return nil }
        self.mac = mac
        link = header.ndm_ifindex
        bridge = attributes[NDA_MASTER]?.value()
        destination = attributes[NDA_DST].flatMap { IPAddress(bytes: $0.bytes) }
        lowerLink = attributes[NDA_IFINDEX]?.value()
        isPermanent = CInt(header.ndm_state) & NUD_PERMANENT != 0
    }
}

extension NetlinkSocket {
    /// `bridge fdb show`. Throws `NetlinkError`.
    public func forwardingEntries() throws(NetlinkError) -> [ForwardingEntry] {
        let message = NetlinkMessage("list what bridges know", type: RTM_GETNEIGH) { message in
            var header = ndmsg()
            header.ndm_family = UInt8(AF_BRIDGE)
            message.putHeader(header)
        }
        return try dump(message, ForwardingEntry.init)
    }
}
