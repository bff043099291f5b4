/// What makes a packet known again at another place, whatever NAT has made of its addresses and ports.
public enum PacketSignature: Sendable, Hashable {
    /// The beginning of a connection, by its sequence number.
    case opening(UInt32)
    /// A datagram, by what it begins with: as much as nftables tells of it.
    case datagram([UInt8])
    /// A ping, by its number and what it carries.
    case ping(UInt16, [UInt8])

    /// Of a packet that begins something; nil for any other.
    public init?(_ packet: Packet) {
        switch packet.transport {
        case .tcp(let tcp) where tcp.isOpening && !tcp.isReset: self = .opening(tcp.sequence)
        case .udp: self = .datagram(Array(packet.payload.prefix(12)))
        case .icmp(let icmp) where icmp.kind == .echoRequest:
            self = .ping(icmp.sequence, Array(packet.payload.prefix(12)))
        default: return nil
        }
    }
}

/// What tells one packet from any other, as far as nftables shows of it, and what NAT leaves alone.
public struct PacketIdentity: Sendable, Hashable {
    private var `protocol`: UInt8 = 0
    private var numbers: [UInt32] = []
    private var bytes: [UInt8] = []

    /// Of any packet.
    public init(_ packet: Packet) {
        if case .ip(let header) = packet.network { `protocol` = header.protocol }
        switch packet.transport {
        case .tcp(let tcp): numbers = [tcp.sequence, tcp.acknowledgement, UInt32(tcp.flags)]
        case .icmp(let icmp):
            numbers = [UInt32(icmp.type), UInt32(icmp.code), UInt32(icmp.sequence)]
            // What an error quotes is translated with it.
            if !icmp.isError { bytes = Array(packet.payload.prefix(12)) }
        default: bytes = Array(packet.payload.prefix(12))
        }
    }
}
