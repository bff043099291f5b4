import CShim
import Namespaces
import SystemPackage

/// An unsolicited neighbour advertisement (RFC 4861, sections 4.4 and 7.2.6): who had another link-layer address for this
/// IPv6 address takes the new one at once.
public struct NeighbourAdvertisement: Sendable, Equatable {
    /// The address that it is about; also its sender's.
    public var target: IPAddress
    /// The link-layer address that the target is at.
    public var mac: MACAddress

    /// Describes an advertisement.
    public init(_ target: IPAddress, at mac: MACAddress) {
        self.target = target
        self.mac = mac
    }

    /// All nodes of the link.
    static let allNodes = IPAddress(v6: 0xff02 << 48, 1)

    /// The ICMPv6 message, its checksum left to the kernel: the override flag alone, for nobody has asked, and one option,
    /// the target's link-layer address.
    public var bytes: [UInt8] {
        let (type, override, targetLinkLayerAddress): (UInt8, UInt8, UInt8) = (136, 0x20, 2)
        return [type, 0, 0, 0, override, 0, 0, 0] + target.bytes + [targetLinkLayerAddress, 1] + mac.bytes
    }

    /// Sends it on an interface, by its number, to all nodes there. The socket is that of `minirun_icmp6_socket_in`.
    /// Throws `KernelError`.
    func send(by socket: CInt, on link: CInt) throws(KernelError) {
        let asked = "announce \(target)"
        // Farther than the link no advertisement counts: receivers check that no router has counted this down.
        var hops: CInt = 255
        var scope = link
        var no: CInt = 0
        let size = socklen_t(MemoryLayout<CInt>.size)
        let level = CInt(IPPROTO_IPV6)
        guard setsockopt(socket, level, IPV6_MULTICAST_HOPS, &hops, size) == 0,
            setsockopt(socket, level, IPV6_MULTICAST_IF, &scope, size) == 0,
            setsockopt(socket, level, IPV6_MULTICAST_LOOP, &no, size) == 0
        else { throw KernelError.current(asked) }
        // Bound anew for each: the sender of an advertisement is the address that it is about.
        guard minirun_bind(socket, AF_INET6, target.bytes, 0) == 0 else { throw KernelError.current(asked) }
        var name = sockaddr_in6()
        name.sin6_family = sa_family_t(AF_INET6)
        name.sin6_scope_id = UInt32(link)
        withUnsafeMutableBytes(of: &name.sin6_addr) { $0.copyBytes(from: Self.allNodes.bytes) }
        let bytes = bytes
        let sent = withUnsafeBytes(of: name) { raw -> Int in
            guard let base = raw.baseAddress else { return -1 }
            let address = __CONST_SOCKADDR_ARG(__sockaddr__: base.assumingMemoryBound(to: sockaddr.self))
            return sendto(socket, bytes, bytes.count, CInt(MSG_DONTWAIT), address, socklen_t(raw.count))
        }
        guard sent == bytes.count else { throw KernelError.current(asked) }
    }
}
