import CShim
import SystemPackage

/// Somebody on a link, and whether it is known where.
public struct Neighbour: Sendable, Hashable {
    /// The address.
    public let address: IPAddress
    /// The interface's number.
    public let link: CInt
    /// Where it is; nil where nobody has said so.
    public let mac: MACAddress?
    /// NUD_* (rtnetlink(7)).
    public let state: UInt16

    /// Nobody has answered the question who has the address: not yet, or not at all.
    public var isUnanswered: Bool { CInt(state) & (NUD_INCOMPLETE | NUD_FAILED) != 0 }

    /// Whether somebody has written it down, so that it does not age.
    public var isPermanent: Bool { CInt(state) & NUD_PERMANENT != 0 }

    /// `FAILED`, `INCOMPLETE` ... as `ip neighbour` writes it.
    public var stateText: String {
        let names: [(CInt, String)] = [
            (NUD_FAILED, "FAILED"), (NUD_INCOMPLETE, "INCOMPLETE"), (NUD_REACHABLE, "REACHABLE"), (NUD_STALE, "STALE"),
            (NUD_DELAY, "DELAY"), (NUD_PROBE, "PROBE"), (NUD_PERMANENT, "PERMANENT"),
        ]
        return names.first { CInt(state) & $0.0 != 0 }?.1 ?? "NONE"
    }

    init?(_ reply: NetlinkReply) {
        let attributes = reply.attributes(after: ndmsg.self)
        guard let header = reply.header(as: ndmsg.self),
            let address = attributes[NDA_DST].flatMap({ IPAddress(bytes: $0.bytes) })
        else { return nil }
        self.address = address
        mac = attributes[NDA_LLADDR].flatMap { MACAddress(bytes: $0.bytes) }
        link = header.ndm_ifindex
        state = header.ndm_state
    }
}

extension NetlinkSocket {
    /// `ip neighbour show`, both families. Throws `NetlinkError`.
    public func neighbours() throws(NetlinkError) -> [Neighbour] {
        let message = NetlinkMessage("list neighbours", type: RTM_GETNEIGH) { $0.putHeader(ndmsg()) }
        return try dump(message, Neighbour.init)
    }
}
