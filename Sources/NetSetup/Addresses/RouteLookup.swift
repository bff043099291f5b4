import CShim
import SystemPackage

/// How the host would reach an address now.
public struct Way: Sendable, Equatable {
    /// The interface that packets leave by.
    public let link: CInt
    /// The address that they come from.
    public let source: IPAddress?
}

extension NetlinkSocket {
    /// `ip route get ADDRESS`; nil when there is no way. Throws `NetlinkError`.
    public func way(to address: IPAddress) throws(NetlinkError) -> Way? {
        let message = NetlinkMessage("look for a way to \(address)", type: RTM_GETROUTE) { message in
            var header = rtmsg()
            header.rtm_family = UInt8(address.family.rawValue)
            header.rtm_dst_len = UInt8(address.family.bits)
            message.putHeader(header)
            message.put(RTA_DST.rawValue, address)
        }
        do {
            return try get(message) { reply in
                let attributes = reply.attributes(after: rtmsg.self)
                guard let link: CInt = attributes[RTA_OIF.rawValue]?.value() else { return nil }
                return Way(
                    link: link, source: attributes[RTA_PREFSRC.rawValue].flatMap { IPAddress(bytes: $0.bytes) })
            }
        } catch {
            guard error.errno == .networkUnreachable || error.errno == .noRouteToHost else { throw error }
            return nil
        }
    }
}
