import CShim
import Namespaces
import SystemPackage

/// A route with all that the kernel keeps of it: table, metric, source, protocol, scope, next hops.
public struct UplinkRoute: Sendable, Hashable {
    /// As the kernel told it.
    public let image: NetlinkImage
    /// What it leads to.
    public let destination: IPPrefix
    /// The next hop, when it has a single one.
    public let gateway: IPAddress?
    /// The numbers of the interfaces that it goes by.
    let links: Set<CInt>
    /// Whether others have to be there before it: it has a next hop.
    let isIndirect: Bool
    /// Its options for `ip route add`, as far as they are not the usual ones.
    let shellOptions: String
    private let origin: UInt8
    private let usesNexthopObject: Bool

    /// Nil for an image that is no route, or one that the kernel derived from another.
    public init?(_ image: NetlinkImage) {
        guard let header = image.header(as: rtmsg.self), header.rtm_flags & UInt32(RTM_F_CLONED) == 0 else {
            return nil
        }
        guard let family: IPAddress.Family = [AF_INET: .v4, AF_INET6: .v6][CInt(header.rtm_family)] else { return nil }
        var address = IPAddress.unspecified(family)
        var gateway: IPAddress?
        var links: Set<CInt> = []
        var usesNexthopObject = false
        var hasNextHop = false
        var options = ""
        var table = UInt32(header.rtm_table)
        image.forEachAttribute(after: rtmsg.self) { attribute in
            switch attribute.type {
            case Int(RTA_DST.rawValue): address = IPAddress(bytes: attribute.bytes) ?? address
            case Int(RTA_GATEWAY.rawValue):
                gateway = IPAddress(bytes: attribute.bytes)
                hasNextHop = true
            case Int(RTA_VIA.rawValue): hasNextHop = true
            case Int(RTA_OIF.rawValue): if let link: CInt = attribute.value() { links.insert(link) }
            case Int(RTA_NH_ID.rawValue): usesNexthopObject = true
            case Int(RTA_TABLE.rawValue): table = attribute.value() ?? table
            case Int(RTA_PREFSRC.rawValue): options += IPAddress(bytes: attribute.bytes).map { " src \($0)" } ?? ""
            case Int(RTA_PRIORITY.rawValue): options += (attribute.value() as UInt32?).map { " metric \($0)" } ?? ""
            case Int(RTA_MULTIPATH.rawValue):
                hasNextHop = true
                _ = Self.hops(attribute.bytes) { link in
                    links.insert(link)
                    return link
                }
            default: break
            }
        }
        guard let destination = IPPrefix(address, length: Int(header.rtm_dst_len)) else { return nil }
        self.image = image
        self.destination = destination
        self.gateway = gateway
        self.links = links
        self.usesNexthopObject = usesNexthopObject
        isIndirect = hasNextHop
        if table != RT_TABLE_MAIN.rawValue { options += " table \(table)" }
        shellOptions = options
        origin = header.rtm_protocol
    }

    /// `default via 192.168.66.1`.
    public var text: String {
        (destination.length == 0 ? "default" : destination.description) + (gateway.map { " via \($0)" } ?? "")
    }

    /// Whether it moves with the interface. Those that the kernel made itself come and go with the addresses.
    func moves(with link: CInt) -> Bool { links.contains(link) && origin != UInt8(RTPROT_KERNEL) }

    /// Throws a sentence about a route that cannot be moved.
    func check() throws(UsageError) {
        guard usesNexthopObject else { return }
        throw UsageError(
            "route \(text) goes by a nexthop object (ip nexthop), which cannot be moved: replace the route")
    }

    /// `ip route add ...` with another interface in the place of `before`.
    func addition(by link: CInt, insteadOf before: CInt, named name: String) -> NetlinkMessage {
        // IPv4 has several routes of the same rank in the order in which they came; IPv6 would make one of them.
        let flags: NetlinkMessage.Flags =
            destination.address.family == .v4 ? [.create, .append] : [.create, .exclusive]
        return message("add route \(text) on \(name)", RTM_NEWROUTE, flags, link, insteadOf: before)
    }

    /// `ip route del ...`; one that is gone is no failure.
    func deletion(by link: CInt, insteadOf before: CInt, named name: String) -> NetlinkMessage {
        var message = message("delete route \(text) on \(name)", RTM_DELROUTE, [], link, insteadOf: before)
        message.tolerated = .noSuchProcess
        return message
    }

    private func message(
        _ asked: String, _ type: some BinaryInteger, _ flags: NetlinkMessage.Flags, _ link: CInt, insteadOf before: CInt
    ) -> NetlinkMessage {
        NetlinkMessage(asked, type: type, flags: flags) { message in
            guard var header = image.header(as: rtmsg.self) else { return }
            // The others say how things stand; only this one is a wish.
            header.rtm_flags &= UInt32(RTNH_F_ONLINK)
            message.putHeader(header)
            image.forEachAttribute(after: rtmsg.self) { attribute in
                switch attribute.type {
                case Int(RTA_OIF.rawValue):
                    let old: CInt = attribute.value() ?? 0
                    message.put(RTA_OIF.rawValue, old == before ? link : old)
                case Int(RTA_MULTIPATH.rawValue):
                    message.put(attribute.type, Self.hops(attribute.bytes) { $0 == before ? link : $0 })
                case Int(RTA_CACHEINFO.rawValue):
                    let information: rta_cacheinfo? = attribute.value()
                    // In ticks of a hundredth of a second; a router's advertisement is good for a while only.
                    let seconds = (information?.rta_expires ?? 0) / 100
                    if seconds > 0 { message.put(RTA_EXPIRES.rawValue, UInt32(seconds)) }
                default: message.put(attribute.type, attribute.bytes)
                }
            }
        }
    }

    /// The next hops of RTA_MULTIPATH with each interface's number replaced by what `replace` says.
    private static func hops(_ bytes: [UInt8], _ replace: (CInt) -> CInt) -> [UInt8] {
        var bytes = bytes
        var start = 0
        let size = MemoryLayout<rtnexthop>.size
        bytes.withUnsafeMutableBytes { raw in
            while start + size <= raw.count {
                var hop = raw.loadUnaligned(fromByteOffset: start, as: rtnexthop.self)
                hop.rtnh_ifindex = replace(hop.rtnh_ifindex)
                hop.rtnh_flags &= UInt8(RTNH_F_ONLINK)
                raw.storeBytes(of: hop, toByteOffset: start, as: rtnexthop.self)
                guard hop.rtnh_len >= size else { return }
                start += (Int(hop.rtnh_len) + 3) & ~3
            }
        }
        return bytes
    }
}
