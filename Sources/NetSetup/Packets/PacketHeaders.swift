/// An IPv4 (RFC 791) or IPv6 (RFC 8200) header, the latter with what may stand between it and the transport.
public struct IPHeader: Sendable, Hashable {
    /// The sender.
    public var source: IPAddress
    /// The receiver.
    public var destination: IPAddress
    /// What it carries: 6 is TCP, 17 UDP.
    public var `protocol`: UInt8
    /// TTL, or hop limit.
    public var hopLimit: UInt8
    /// In bytes, with options or extension headers.
    public var length: Int
    /// How long what follows is on the wire.
    public var payloadLength: Int
    /// Where in the whole packet this fragment lies, in bytes; 0 for what is none, and for the first one.
    public var fragmentOffset = 0

    /// IPv4 or IPv6.
    public var family: IPAddress.Family { source.family }

    init?(_ view: ByteView, _ family: IPAddress.Family) {
        guard let first = view.byte(0), first >> 4 == (family == .v4 ? 4 : 6),
            let source = view.address(family == .v4 ? 12 : 8, family),
            let destination = view.address(family == .v4 ? 16 : 24, family)
        else { return nil }
        self.source = source
        self.destination = destination
        if family == .v4 {
            let headerLength = Int(first & 0xf) * 4
            guard headerLength >= 20, let total = view.short(2), let fragment = view.short(6),
                let hops = view.byte(8), let carried = view.byte(9)
            else { return nil }
            length = headerLength
            // A card that cuts large packets apart itself (TSO) gets them with the length 0.
            payloadLength = max(0, (total == 0 ? view.count : Int(total)) - headerLength)
            fragmentOffset = Int(fragment & 0x1fff) * 8
            hopLimit = hops
            `protocol` = carried
            return
        }
        guard let total = view.short(4), let next = view.byte(6), let hops = view.byte(7) else { return nil }
        hopLimit = hops
        (`protocol`, length, payloadLength) = (next, 40, Int(total))
        skipExtensions(view)
    }

    /// Passes over hop-by-hop and destination options, routing and fragment headers.
    private mutating func skipExtensions(_ view: ByteView) {
        for _ in 0..<8 where [0, 43, 44, 60].contains(`protocol`) {
            guard fragmentOffset == 0, let next = view.byte(length), let size = view.byte(length + 1) else { return }
            if `protocol` == 44 { fragmentOffset = Int((view.short(length + 2) ?? 0) & 0xfff8) }
            let bytes = `protocol` == 44 ? 8 : (Int(size) + 1) * 8
            `protocol` = next
            length += bytes
            payloadLength = max(0, payloadLength - bytes)
        }
    }
}

/// A TCP header (RFC 9293).
public struct TCPHeader: Sendable, Hashable {
    /// The sender's port.
    public var source: UInt16
    /// The receiver's.
    public var destination: UInt16
    /// Where the data begins in the stream.
    public var sequence: UInt32
    /// What is expected next.
    public var acknowledgement: UInt32
    /// In bytes, with options.
    public var length: Int
    /// FIN is 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32.
    public var flags: UInt8
    /// The receive window.
    public var window: UInt16

    /// The beginning of a connection.
    public var isOpening: Bool { flags & 0x12 == 0x02 }
    /// The answer to it.
    public var isAccepting: Bool { flags & 0x12 == 0x12 }
    /// The end of it, or a refusal.
    public var isReset: Bool { flags & 0x04 != 0 }

    init?(_ view: ByteView) {
        guard let source = view.short(0), let destination = view.short(2), let sequence = view.long(4),
            let acknowledgement = view.long(8), let size = view.byte(12), let flags = view.byte(13),
            let window = view.short(14), size >> 4 >= 5
        else { return nil }
        self.source = source
        self.destination = destination
        self.sequence = sequence
        self.acknowledgement = acknowledgement
        length = Int(size >> 4) * 4
        self.flags = flags
        self.window = window
    }
}

/// A UDP header (RFC 768).
public struct UDPHeader: Sendable, Hashable {
    /// The sender's port.
    public var source: UInt16
    /// The receiver's.
    public var destination: UInt16

    init?(_ view: ByteView) {
        guard let source = view.short(0), let destination = view.short(2), view.count >= 8 else { return nil }
        self.source = source
        self.destination = destination
    }
}

/// An ICMP header (RFC 792), or one of ICMPv6 (RFC 4443).
public struct ICMPHeader: Sendable, Hashable {
    /// What it says.
    public enum Kind: Sendable, Hashable {
        case echoRequest, echoReply
        /// Something could not be delivered.
        case unreachable
        /// It has gone too far.
        case timeExceeded
        /// It does not fit the next link.
        case tooBig
        /// The redirects, neighbours and routers of IPv6 among them.
        case other
    }

    /// What it says.
    public var kind: Kind
    /// As it stands in the packet.
    public var type: UInt8
    /// What it means depends on the type.
    public var code: UInt8
    /// Of a ping: which program's.
    public var identifier: UInt16
    /// Of a ping: which one. Of `tooBig` in IPv4: what would fit.
    public var sequence: UInt16

    init?(_ view: ByteView, _ family: IPAddress.Family) {
        guard let type = view.byte(0), let code = view.byte(1), let identifier = view.short(4),
            let sequence = view.short(6)
        else { return nil }
        self.type = type
        self.code = code
        self.identifier = identifier
        self.sequence = sequence
        switch (family, type, code) {
        case (.v4, 8, _), (.v6, 128, _): kind = .echoRequest
        case (.v4, 0, _), (.v6, 129, _): kind = .echoReply
        case (.v4, 3, 4), (.v6, 2, _): kind = .tooBig
        case (.v4, 3, _), (.v6, 1, _): kind = .unreachable
        case (.v4, 11, _), (.v6, 3, _): kind = .timeExceeded
        default: kind = .other
        }
    }

    /// Whether it tells of another packet, whose beginning it carries.
    public var isError: Bool { [.unreachable, .timeExceeded, .tooBig].contains(kind) }
}

/// Who has which address on a link (RFC 826); for IPv4 on Ethernet only.
public struct ARPMessage: Sendable, Hashable {
    /// 1 asks, 2 answers.
    public var operation: UInt16
    /// Who says it.
    public var senderMAC: MACAddress
    /// The address that it says is its own.
    public var sender: IPAddress
    /// Whom it is for.
    public var targetMAC: MACAddress
    /// The address that is asked for.
    public var target: IPAddress

    init?(_ view: ByteView) {
        guard view.long(0) == 0x0001_0800, view.short(4) == 0x0604, let operation = view.short(6),
            let senderMAC = view.slice(8, 6).flatMap({ MACAddress(bytes: $0) }), let sender = view.address(14, .v4),
            let targetMAC = view.slice(18, 6).flatMap({ MACAddress(bytes: $0) }), let target = view.address(24, .v4)
        else { return nil }
        self.operation = operation
        self.senderMAC = senderMAC
        self.sender = sender
        self.targetMAC = targetMAC
        self.target = target
    }
}
