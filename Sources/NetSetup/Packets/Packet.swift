/// What a packet says of itself, from its network header on. Pure: bytes in, value out; whatever the bytes are, reading ends,
/// and what cannot be read is not there.
public struct Packet: Sendable, Hashable {
    /// What it is.
    public enum Network: Sendable, Hashable {
        case ip(IPHeader)
        case arp(ARPMessage)
        /// Something else, by its EtherType.
        case other(UInt16)
    }

    /// What IP carries.
    public enum Transport: Sendable, Hashable {
        case tcp(TCPHeader)
        case udp(UDPHeader)
        case icmp(ICMPHeader)
        /// A fragment behind the first one, which has no ports.
        case fragment
        /// Another protocol, or one whose header is cut off.
        case other
    }

    /// The network's part.
    public var network: Network
    /// What is in it.
    public var transport: Transport = .other
    /// What follows the last header, as far as it was captured.
    public var payload: [UInt8] = []
    /// How long that is on the wire, as the headers say.
    public var payloadLength = 0

    /// Reads what follows a link's header; `protocol` is the EtherType.
    public init(_ bytes: some Collection<UInt8>, protocol: UInt16) {
        let view = ByteView(bytes: ArraySlice(bytes))
        switch `protocol` {
        case EtherType.ipv4, EtherType.ipv6:
            guard let header = IPHeader(view, `protocol` == EtherType.ipv4 ? .v4 : .v6) else {
                network = .other(`protocol`)
                return
            }
            network = .ip(header)
            read(view.rest(header.length, atMost: header.payloadLength), header)
        case EtherType.arp: network = ARPMessage(view).map(Network.arp) ?? .other(`protocol`)
        default: network = .other(`protocol`)
        }
    }

    /// A network and a transport header that come apart, as nftables reports them.
    init?(network bytes: [UInt8], transport: [UInt8], _ family: IPAddress.Family) {
        guard let header = IPHeader(ByteView(bytes: bytes[...]), family) else { return nil }
        network = .ip(header)
        read(ByteView(bytes: transport[...]), header)
    }

    private mutating func read(_ view: ByteView, _ header: IPHeader) {
        payloadLength = header.payloadLength
        payload = Array(view.bytes)
        guard header.fragmentOffset == 0 else {
            transport = .fragment
            return
        }
        var used = 0
        switch header.protocol {
        case 6:
            guard let tcp = TCPHeader(view) else { return }
            transport = .tcp(tcp)
            used = tcp.length
        case 17:
            guard let udp = UDPHeader(view) else { return }
            transport = .udp(udp)
            used = 8
        case header.family == .v4 ? 1 : 58:
            guard let icmp = ICMPHeader(view, header.family) else { return }
            transport = .icmp(icmp)
            used = 8
        default: return
        }
        payload = Array(view.rest(used).bytes)
        payloadLength = max(0, header.payloadLength - used)
    }
}

/// EtherTypes (ETH_P_*).
public enum EtherType {
    /// IPv4.
    public static let ipv4: UInt16 = 0x0800
    /// IPv6.
    public static let ipv6: UInt16 = 0x86dd
    /// Address resolution.
    public static let arp: UInt16 = 0x0806
    /// A VLAN's tag.
    public static let vlan: UInt16 = 0x8100
    /// The tag of a provider's VLAN, around another one.
    public static let providerVLAN: UInt16 = 0x88a8
}

/// A frame of Ethernet, tags of VLANs included.
public struct EthernetFrame: Sendable, Hashable {
    /// Whom it is for.
    public var destination: MACAddress
    /// Who has sent it.
    public var source: MACAddress
    /// The numbers of the VLANs that it is in, the outer one first.
    public var vlans: [UInt16] = []
    /// What it carries.
    public var `protocol`: UInt16
    /// The packet in it.
    public var packet: Packet

    /// Reads a frame; nil when its header is cut off.
    public init?(_ bytes: some Collection<UInt8>) {
        let view = ByteView(bytes: ArraySlice(bytes))
        guard let destination = view.slice(0, 6).flatMap({ MACAddress(bytes: $0) }),
            let source = view.slice(6, 6).flatMap({ MACAddress(bytes: $0) }), var type = view.short(12)
        else { return nil }
        self.destination = destination
        self.source = source
        var place = 14
        while type == EtherType.vlan || type == EtherType.providerVLAN {
            guard vlans.count < 4, let tag = view.short(place), let next = view.short(place + 2) else { break }
            vlans.append(tag & 0xfff)
            type = next
            place += 4
        }
        `protocol` = type
        packet = Packet(view.rest(place).bytes, protocol: type)
    }
}
