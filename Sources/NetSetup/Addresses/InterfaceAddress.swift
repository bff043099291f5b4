import CShim
import SystemPackage

/// An address of an interface.
public struct InterfaceAddress: Sendable, Hashable {
    /// The number of the interface.
    public let link: CInt
    /// The address with its subnet's length.
    public let prefix: IPPrefix

    /// One that no kernel has told of.
    init(link: CInt, prefix: IPPrefix) {
        self.link = link
        self.prefix = prefix
    }

    init?(_ reply: NetlinkReply) {
        guard let header = reply.header(as: ifaddrmsg.self) else { return nil }
        let attributes = reply.attributes(after: ifaddrmsg.self)
        // On a point-to-point link IFA_ADDRESS is the other end's; IPv6 has no IFA_LOCAL otherwise.
        guard let bytes = (attributes[IFA_LOCAL] ?? attributes[IFA_ADDRESS])?.bytes,
            let address = IPAddress(bytes: bytes), let prefix = IPPrefix(address, length: Int(header.ifa_prefixlen))
        else { return nil }
        link = CInt(header.ifa_index)
        self.prefix = prefix
    }
}

extension NetlinkSocket {
    /// `ip address show`, of one interface when its number is given: then the kernel itself leaves out the others.
    public func addresses(of link: CInt? = nil) throws(NetlinkError) -> [InterfaceAddress] {
        if link != nil { try checkDumpsStrictly() }
        let message = NetlinkMessage("list addresses", type: RTM_GETADDR) { message in
            var header = ifaddrmsg()
            header.ifa_index = UInt32(link ?? 0)
            message.putHeader(header)
        }
        let found = try dump(message, InterfaceAddress.init)
        return link.map { wanted in found.filter { $0.link == wanted } } ?? found
    }
}
