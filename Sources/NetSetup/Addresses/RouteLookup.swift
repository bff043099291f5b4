import CShim
import SystemPackage

/// How the host would reach an address now.
public struct Way: Sendable, Equatable {
    /// The interface that packets leave by.
    public let link: CInt
    /// The address that they come from.
    public let source: IPAddress?
    /// The router that they are given to; nil for an address on the link itself.
    public var gateway: IPAddress?
}

extension NetlinkSocket {
    /// `ip route get ADDRESS [oif INTERFACE]`; nil when there is no way, or a route that says so (`unreachable`, `prohibit`,
    /// `blackhole`). Throws `NetlinkError`.
    public func way(to address: IPAddress, by link: CInt? = nil) throws(NetlinkError) -> Way? {
        do { return try lookUp(address, to: link) } catch {
            switch error.errno {
            case .networkUnreachable, .noRouteToHost, .permissionDenied, .invalidArgument: return nil
            default: throw error
            }
        }
    }

    /// `ip route get ADDRESS from SOURCE iif INTERFACE`: where a packet that comes in there would go. What the kernel says
    /// when it would not take it is thrown: EXDEV and EINVAL for one that comes from nowhere (rp_filter), EHOSTUNREACH where
    /// nothing is passed on.
    public func way(to address: IPAddress, from source: IPAddress, over link: CInt) throws(NetlinkError) -> Way? {
        try lookUp(address, from: source, over: link)
    }

    private func lookUp(
        _ address: IPAddress, from source: IPAddress? = nil, over input: CInt? = nil, to output: CInt? = nil
    ) throws(NetlinkError) -> Way? {
        let message = NetlinkMessage("look for a way to \(address)", type: RTM_GETROUTE) { message in
            var header = rtmsg()
            header.rtm_family = UInt8(address.family.rawValue)
            header.rtm_dst_len = UInt8(address.family.bits)
            if source != nil { header.rtm_src_len = UInt8(address.family.bits) }
            message.putHeader(header)
            message.put(RTA_DST.rawValue, address)
            if let source { message.put(RTA_SRC.rawValue, source) }
            if let input { message.put(RTA_IIF.rawValue, UInt32(input)) }
            if let output { message.put(RTA_OIF.rawValue, UInt32(output)) }
        }
        return try get(message) { reply in
            let attributes = reply.attributes(after: rtmsg.self)
            guard let link: CInt = attributes[RTA_OIF.rawValue]?.value() else { return nil }
            return Way(
                link: link, source: attributes[RTA_PREFSRC.rawValue].flatMap { IPAddress(bytes: $0.bytes) },
                gateway: attributes[RTA_GATEWAY.rawValue].flatMap { IPAddress(bytes: $0.bytes) })
        }
    }
}
