import CShim
import SystemPackage

/// An address of an interface with all that the kernel keeps of it: label, flags, lifetimes, metric.
public struct UplinkAddress: Sendable, Hashable {
    /// As the kernel told it.
    public let image: NetlinkImage
    /// The address with its subnet's length.
    public let prefix: IPPrefix
    private let header: ifaddrmsg.Fields

    /// Nil for an image that is no address.
    public init?(_ image: NetlinkImage) {
        guard let header = image.header(as: ifaddrmsg.self) else { return nil }
        var (local, address): (IPAddress?, IPAddress?)
        image.forEachAttribute(after: ifaddrmsg.self) { attribute in
            switch attribute.type {
            case Int(IFA_LOCAL): local = IPAddress(bytes: attribute.bytes)
            case Int(IFA_ADDRESS): address = IPAddress(bytes: attribute.bytes)
            default: break
            }
        }
        guard let own = local ?? address, let prefix = IPPrefix(own, length: Int(header.ifa_prefixlen)) else {
            return nil
        }
        self.image = image
        self.prefix = prefix
        self.header = .init(family: header.ifa_family, length: header.ifa_prefixlen, scope: header.ifa_scope)
    }

    /// Whether it is one that moves: an IPv6 link-local address belongs to its interface.
    var isMovable: Bool { prefix.address.family == .v4 || !prefix.address.isLinkLocal }

    /// `ip address add PREFIX dev LINK`, with all the rest. A label that begins with the old interface's name begins with
    /// the new one's. Nobody is asked whether he has the address: we had it a moment ago.
    func addition(to link: CInt, named name: String, before: String) -> NetlinkMessage {
        NetlinkMessage("add address \(prefix) to \(name)", type: RTM_NEWADDR, flags: [.create, .exclusive]) { message in
            message.putHeader(header.message(on: link))
            image.forEachAttribute(after: ifaddrmsg.self) { attribute in
                switch attribute.type {
                case Int(IFA_LABEL):
                    let label = name + attribute.text.dropFirst(before.count)
                    guard attribute.text.hasPrefix(before), label.utf8.count <= 15 else { return }
                    message.put(IFA_LABEL, label)
                case Int(IFA_FLAGS):
                    var flags: UInt32 = attribute.value() ?? 0
                    flags &= UInt32(IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN | IFA_F_HOMEADDRESS)
                    if prefix.address.family == .v6 { flags |= UInt32(IFA_F_NODAD) }
                    message.put(IFA_FLAGS, flags)
                default: message.put(attribute.type, attribute.bytes)
                }
            }
        }
    }

    /// `ip address del PREFIX dev LINK`; one that is gone is no failure.
    func deletion(from link: CInt, named name: String) -> NetlinkMessage {
        var message = NetlinkMessage("delete address \(prefix) from \(name)", type: RTM_DELADDR) { message in
            message.putHeader(header.message(on: link))
            image.forEachAttribute(after: ifaddrmsg.self) { attribute in
                guard [Int(IFA_LOCAL), Int(IFA_ADDRESS)].contains(attribute.type) else { return }
                message.put(attribute.type, attribute.bytes)
            }
        }
        message.tolerated = .addressNotAvailable
        return message
    }
}

extension ifaddrmsg {
    /// What of the header is the address's own.
    struct Fields: Sendable, Hashable {
        var family: UInt8
        var length: UInt8
        var scope: UInt8

        func message(on link: CInt) -> ifaddrmsg {
            ifaddrmsg(
                ifa_family: family, ifa_prefixlen: length, ifa_flags: 0, ifa_scope: scope, ifa_index: UInt32(link))
        }
    }
}
