import CShim
import SystemPackage

/// A route of any table.
public struct Route: Sendable, Hashable {
    /// What it leads to; length 0 is a default route.
    public let destination: IPPrefix
    /// The next hop, of several ones the first.
    public let gateway: IPAddress?
    /// The number of the interface, when it has a single one.
    public let link: CInt?
    /// RT_TABLE_MAIN is 254, RT_TABLE_LOCAL 255.
    public let table: UInt32
    /// RTN_UNICAST, RTN_LOCAL, RTN_BLACKHOLE ...
    public let type: UInt8
    /// Who made it: RTPROT_KERNEL, RTPROT_RA ...
    public let origin: UInt8
    /// Lower is preferred.
    public let metric: UInt32

    /// One of the main table that no kernel has told of.
    init(to destination: IPPrefix, via gateway: IPAddress? = nil, link: CInt?, metric: UInt32 = 0) {
        self.destination = destination
        self.gateway = gateway
        self.link = link
        self.metric = metric
        table = UInt32(RT_TABLE_MAIN.rawValue)
        type = UInt8(RTN_UNICAST)
        origin = UInt8(RTPROT_BOOT)
    }

    init?(_ reply: NetlinkReply) {
        guard let header = reply.header(as: rtmsg.self), header.rtm_flags & UInt32(RTM_F_CLONED) == 0 else {
            return nil
        }
        let family: IPAddress.Family
        switch CInt(header.rtm_family) {
        case AF_INET: family = .v4
        case AF_INET6: family = .v6
        default: return nil
        }
        var address = IPAddress.unspecified(family)
        var gateway: IPAddress?
        var link: CInt?
        var table = UInt32(header.rtm_table)
        var metric: UInt32 = 0
        for attribute in reply.attributes(after: rtmsg.self) {
            switch attribute.type {
            case Int(RTA_DST.rawValue): address = IPAddress(bytes: attribute.bytes) ?? address
            case Int(RTA_GATEWAY.rawValue): gateway = IPAddress(bytes: attribute.bytes)
            case Int(RTA_OIF.rawValue): link = attribute.value()
            case Int(RTA_TABLE.rawValue): table = attribute.value() ?? table
            case Int(RTA_PRIORITY.rawValue): metric = attribute.value() ?? 0
            case Int(RTA_MULTIPATH.rawValue):
                // Of several next hops the first stands for all: it is asked only for its MTU.
                let hop: rtnexthop? = attribute.value()
                link = hop.map { CInt($0.rtnh_ifindex) }
                let length = hop.map { Int($0.rtnh_len) } ?? 0
                let details = attribute.content.prefix(length).dropFirst(MemoryLayout<rtnexthop>.size)
                gateway = AttributeReader(UnsafeRawBufferPointer(rebasing: details))[Int(RTA_GATEWAY.rawValue)]
                    .flatMap { IPAddress(bytes: $0.bytes) }
            // A next hop of the other family: two bytes of family, then the address.
            case Int(RTA_VIA.rawValue): gateway = IPAddress(bytes: attribute.bytes.dropFirst(2))
            default: break
            }
        }
        guard let destination = IPPrefix(address, length: Int(header.rtm_dst_len)) else { return nil }
        self.destination = destination
        self.gateway = gateway
        self.link = link
        self.table = table
        self.metric = metric
        type = header.rtm_type
        origin = header.rtm_protocol
    }

    /// Whether it is the host's way to everywhere, in the main table.
    public var isDefault: Bool {
        destination.length == 0 && type == UInt8(RTN_UNICAST) && table == RT_TABLE_MAIN.rawValue
    }
}

extension NetlinkSocket {
    /// `ip route show table all`, both families.
    public func routes() throws(NetlinkError) -> [Route] {
        let message = NetlinkMessage("list routes", type: RTM_GETROUTE) { $0.putHeader(rtmsg()) }
        return try dump(message, Route.init)
    }
}

extension [Route] {
    /// The default route that the host uses: lowest metric, IPv4 before IPv6.
    public var uplink: Route? {
        filter(\.isDefault).min { left, right in
            (left.destination.address, left.metric) < (right.destination.address, right.metric)
        }
    }
}

extension [Route] {
    /// The next hops that are reached over an interface.
    public func routers(over link: CInt) -> [IPAddress] { filter { $0.link == link }.compactMap(\.gateway) }
}
