import CShim
import SystemPackage

/// A network interface as the kernel describes it.
public struct Link: Sendable, Equatable {
    /// The interface's number in its namespace.
    public let index: CInt
    /// `eth0`; at most 15 bytes.
    public let name: String
    /// What made it: `bridge`, `veth`; nil for a physical interface and `lo`.
    public let kind: String?
    /// Its link-layer address, when it has one of 48 bits.
    public let mac: MACAddress?
    /// In bytes.
    public let mtu: Int
    /// Whether it was set up (IFF_UP), with or without a carrier.
    public let isUp: Bool
    /// The bridge that it is a port of.
    public let master: CInt?
    /// The interface that it stands on: a macvlan's parent, a veth's other end; a number of the namespace that lies in.
    public let parent: CInt?
    /// Which namespace that one is in, as this namespace numbers others (IFLA_LINK_NETNSID); nil for this one.
    public let parentNamespace: CInt?
    /// Whether it is a loopback interface (IFF_LOOPBACK).
    public let isLoopback: Bool
    /// Whether neighbours are asked where an address is (IFF_NOARP is not set).
    public let usesARP: Bool
    /// Whether a cable is plugged in at both ends, so to speak (IFLA_CARRIER).
    public let hasCarrier: Bool
    /// Further names (`ip link property add altname`).
    public let alternativeNames: [String]
    /// What its bridge makes of it; nil for what is no port of a bridge.
    public let port: Port?
    /// `bridge`, `private` ... of a macvlan.
    public let macvlanKind: MacvlanKind?
    /// The number of a VXLAN.
    public let vni: UInt32?
    /// Whether a bridge lets frames pass only within VLANs.
    public let filtersVLANs: Bool

    /// A port of a bridge (IFLA_BRPORT_*, if_link.h).
    public struct Port: Sendable, Equatable {
        /// Whether frames pass (BR_STATE_FORWARDING).
        public var isForwarding = false
        /// Whether a frame may go back out of the port by which it came.
        public var hasHairpin = false
        /// Whether it hears only ports that are not isolated.
        public var isIsolated = false
    }

    /// An interface that no kernel has told of, for pictures of hosts that are not there.
    init(
        index: CInt, name: String, kind: String? = nil, mac: MACAddress? = nil, mtu: Int = 1500, isUp: Bool = true,
        master: CInt? = nil, parent: CInt? = nil, parentNamespace: CInt? = nil, isLoopback: Bool = false,
        hasCarrier: Bool = true, alternativeNames: [String] = [], port: Port? = nil, macvlanKind: MacvlanKind? = nil,
        vni: UInt32? = nil
    ) {
        self.index = index
        self.name = name
        self.kind = kind
        self.mac = mac
        self.mtu = mtu
        self.isUp = isUp
        self.master = master
        self.parent = parent
        self.parentNamespace = parentNamespace
        self.isLoopback = isLoopback
        usesARP = true
        self.hasCarrier = hasCarrier
        self.alternativeNames = alternativeNames
        self.port = port
        self.macvlanKind = macvlanKind
        self.vni = vni
        filtersVLANs = false
    }

    init?(_ reply: NetlinkReply) {
        guard let header = reply.header(as: ifinfomsg.self) else { return nil }
        index = header.ifi_index
        isUp = header.ifi_flags & UInt32(IFF_UP) != 0
        isLoopback = header.ifi_flags & UInt32(IFF_LOOPBACK) != 0
        usesARP = header.ifi_flags & UInt32(IFF_NOARP) == 0
        var name = ""
        var mac: MACAddress?
        var mtu: UInt32 = 0
        var master: CInt?
        var parent: CInt?
        var parentNamespace: CInt?
        var carrier: UInt8 = 0
        var alternativeNames: [String] = []
        var information: AttributeReader?
        for attribute in reply.attributes(after: ifinfomsg.self) {
            switch attribute.type {
            case Int(IFLA_IFNAME): name = attribute.text
            case Int(IFLA_ADDRESS): mac = MACAddress(bytes: attribute.bytes)
            case Int(IFLA_MTU): mtu = attribute.value() ?? 0
            case Int(IFLA_MASTER): master = attribute.value()
            case Int(IFLA_LINK): parent = attribute.value()
            case Int(IFLA_CARRIER): carrier = attribute.value() ?? 0
            case Int(IFLA_LINK_NETNSID): parentNamespace = attribute.value()
            case Int(IFLA_PROP_LIST): alternativeNames = attribute.nested.map(\.text)
            case Int(IFLA_LINKINFO): information = attribute.nested
            default: break
            }
        }
        kind = information?[IFLA_INFO_KIND]?.text
        let data = information?[IFLA_INFO_DATA]?.nested
        macvlanKind = kind == "macvlan" ? data?[IFLA_MACVLAN_MODE]?.value().flatMap(MacvlanKind.init(rawMode:)) : nil
        filtersVLANs = kind == "bridge" && data?[IFLA_BR_VLAN_FILTERING]?.value(as: UInt8.self) == 1
        vni = kind == "vxlan" ? data?[IFLA_VXLAN_ID]?.value() : nil
        let isPort = information?[IFLA_INFO_SLAVE_KIND]?.text == "bridge"
        port = isPort ? information?[IFLA_INFO_SLAVE_DATA].map { Port($0.nested) } : nil
        self.name = name
        self.parentNamespace = parentNamespace
        self.alternativeNames = alternativeNames
        self.mac = mac
        self.mtu = Int(mtu)
        self.master = master
        self.parent = parent
        hasCarrier = carrier != 0
    }

    /// Whether the kernel takes a text for an interface's name (dev_valid_name).
    public static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 15 && text != "." && text != ".."
            && !text.unicodeScalars.contains { $0 == "/" || $0 == ":" || $0.properties.isWhitespace }
    }

    /// Whether it is a wireless one. An access point takes frames only with the station's own address, so neither bridges
    /// nor macvlans work on it. Read from /sys, which has to be that of the interface's network namespace.
    public var isWireless: Bool {
        ["wireless", "phy80211"].contains { access("/sys/class/net/\(name)/\($0)", F_OK) == 0 }
    }
}

extension Link.Port {
    init(_ data: AttributeReader) {
        func isSet(_ attribute: Int) -> Bool { data[attribute]?.value(as: UInt8.self) == 1 }
        isForwarding = data[IFLA_BRPORT_STATE]?.value(as: UInt8.self) == UInt8(BR_STATE_FORWARDING)
        hasHairpin = isSet(Int(IFLA_BRPORT_MODE))
        isIsolated = isSet(Int(IFLA_BRPORT_ISOLATED))
    }
}

extension NetlinkSocket {
    /// `ip link show dev NAME`: one question, whatever the number of interfaces; nil when there is none of this name.
    public func link(named name: String) throws(NetlinkError) -> Link? {
        let message = NetlinkMessage("look up link \(name)", type: RTM_GETLINK) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, name)
            message.put(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
        }
        do { return try get(message, Link.init) } catch {
            if error.errno == .noSuchDevice { return nil }
            throw error
        }
    }

    /// `ip link show`: all interfaces of the namespace.
    public func links() throws(NetlinkError) -> [Link] {
        let message = NetlinkMessage("list links", type: RTM_GETLINK) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
        }
        return try dump(message, Link.init)
    }

    /// `ip link show master BRIDGE`: the ports of the bridge of this number. The kernel itself leaves out all others.
    public func ports(of bridge: CInt) throws(NetlinkError) -> [Link] {
        let message = NetlinkMessage("list the ports of a bridge", type: RTM_GETLINK) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
            message.put(IFLA_MASTER, bridge)
        }
        return try dump(message, Link.init).filter { $0.master == bridge }
    }
}
