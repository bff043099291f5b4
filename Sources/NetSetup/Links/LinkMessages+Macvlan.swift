import CShim
import SystemPackage

/// How the macvlans of one parent get on with each other (ip-link(8)).
public enum MacvlanKind: String, Sendable, Hashable, CaseIterable {
    /// They reach each other directly, without the parent's wire.
    case bridge
    /// They do not reach each other.
    case `private`
    /// Everything goes out to the switch, which has to send it back (IEEE 802.1Qbg).
    case vepa
    /// One macvlan takes the parent over, with its address.
    case passthru

    /// MACVLAN_MODE_*.
    var rawMode: UInt32 {
        switch self {
        case .private: MACVLAN_MODE_PRIVATE.rawValue
        case .vepa: MACVLAN_MODE_VEPA.rawValue
        case .bridge: MACVLAN_MODE_BRIDGE.rawValue
        case .passthru: MACVLAN_MODE_PASSTHRU.rawValue
        }
    }

    /// The mode of this number, if there is one.
    init?(rawMode: UInt32) {
        guard let kind = Self.allCases.first(where: { $0.rawMode == rawMode }) else { return nil }
        self = kind
    }
}

extension NetlinkMessage {
    /// `ip link add link PARENT name NAME address MAC mtu MTU netns FILE type macvlan mode KIND`.
    ///
    /// Born under its final name inside the namespace that `namespace` (an nsfs descriptor) stands for; the parent's number
    /// is one of the namespace that the socket is in.
    public static func createMacvlan(
        _ name: String, parent: CInt, kind: MacvlanKind = .bridge, mac: MACAddress? = nil, mtu: Int? = nil,
        namespace: CInt? = nil
    ) -> NetlinkMessage {
        NetlinkMessage("create macvlan \(name)", type: RTM_NEWLINK, flags: [.create, .exclusive]) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, name)
            message.put(IFLA_LINK, parent)
            if let mac { message.put(IFLA_ADDRESS, mac) }
            if let mtu { message.put(IFLA_MTU, UInt32(mtu)) }
            if let namespace { message.put(IFLA_NET_NS_FD, namespace) }
            message.nest(IFLA_LINKINFO) { info in
                info.put(IFLA_INFO_KIND, "macvlan")
                info.nest(IFLA_INFO_DATA) { $0.put(IFLA_MACVLAN_MODE, kind.rawMode) }
            }
        }
    }

    /// `ip link set dev NAME arp off`, for an interface whose neighbours are all written down.
    static func setWithoutARP(_ name: String) -> NetlinkMessage {
        NetlinkMessage("switch ARP off on \(name)", type: RTM_NEWLINK) { message in
            var header = ifinfomsg()
            header.ifi_flags = UInt32(IFF_NOARP)
            header.ifi_change = UInt32(IFF_NOARP)
            message.putHeader(header)
            message.put(IFLA_IFNAME, name)
        }
    }
}

extension ContainerNetlink {
    /// Deletes the macvlans inside, whoever made them and whatever they are called by now: `ip link delete dev NAME` for each.
    ///
    /// A dying namespace takes them along as well, but in the background, and until then nobody else can have their parents
    /// (`passthru`), their link-layer addresses, or a parent as a port of a bridge. Throws `NetlinkError`.
    public func deleteMacvlans() throws(NetlinkError) {
        let socket = try socket()
        let links = try socket.links().filter { $0.kind == "macvlan" }
        try socket.request(links.map { .deleteLink($0).tolerating(.noSuchDevice) })
    }
}

extension NetlinkMessage {
    /// `ip link delete dev NAME`, by its number.
    fileprivate static func deleteLink(_ link: Link) -> NetlinkMessage {
        NetlinkMessage("delete link \(link.name)", type: RTM_DELLINK) { message in
            var header = ifinfomsg()
            header.ifi_index = link.index
            message.putHeader(header)
        }
    }
}
