/// Who talks to whom: what tells the packets of one conversation from others at one place, for NAT may change it on the way.
public struct Flow: Sendable, Hashable {
    /// What IP says that it carries.
    public var `protocol`: UInt8
    /// The sender.
    public var source: IPAddress
    /// Its port; of a ping the identifier.
    public var sourcePort: UInt16
    /// The receiver.
    public var destination: IPAddress
    /// Its port; of a ping the identifier again, so that the answer is the same flow the other way round.
    public var destinationPort: UInt16

    /// From its parts.
    public init(
        protocol: UInt8, source: IPAddress, sourcePort: UInt16, destination: IPAddress, destinationPort: UInt16
    ) {
        self.protocol = `protocol`
        self.source = source
        self.sourcePort = sourcePort
        self.destination = destination
        self.destinationPort = destinationPort
    }

    /// Whether there are ports.
    public var hasPorts: Bool { `protocol` == 6 || `protocol` == 17 }

    /// The same, from the other side.
    public var reversed: Flow {
        Flow(
            protocol: `protocol`, source: destination, sourcePort: destinationPort, destination: source,
            destinationPort: sourcePort)
    }

    /// `10.0.0.2:43210`, `[2001:db8::1]:80`, `10.0.0.2`.
    public var sourceText: String { Self.text(source, sourcePort, hasPorts) }
    /// The same of the receiver.
    public var destinationText: String { Self.text(destination, destinationPort, hasPorts) }

    private static func text(_ address: IPAddress, _ port: UInt16, _ hasPorts: Bool) -> String {
        hasPorts ? "\(address.bracketed):\(port)" : "\(address)"
    }
}

extension Packet {
    /// Who talks to whom; nil for what has neither ports nor a ping's identifier.
    public var flow: Flow? {
        guard case .ip(let header) = network else { return nil }
        func flow(_ source: UInt16, _ destination: UInt16) -> Flow {
            Flow(
                protocol: header.protocol, source: header.source, sourcePort: source, destination: header.destination,
                destinationPort: destination)
        }
        switch transport {
        case .tcp(let tcp): return flow(tcp.source, tcp.destination)
        case .udp(let udp): return flow(udp.source, udp.destination)
        case .icmp(let icmp):
            guard icmp.kind == .echoRequest || icmp.kind == .echoReply else { return nil }
            return flow(icmp.identifier, icmp.identifier)
        case .fragment, .other: return nil
        }
    }

    /// The packet that an ICMP error is about, as far as it is quoted.
    public var complaint: (error: ICMPHeader, about: Packet)? {
        guard case .ip(let header) = network, case .icmp(let icmp) = transport, icmp.isError else { return nil }
        return (icmp, Packet(quoted: payload, header.family))
    }
}

extension Packet {
    /// An error quotes only the beginning, of TCP perhaps no more than ports and sequence number.
    init(quoted bytes: [UInt8], _ family: IPAddress.Family) {
        self.init(bytes, protocol: family == .v4 ? EtherType.ipv4 : EtherType.ipv6)
        guard case .ip(let header) = network, header.protocol == 6, transport == .other else { return }
        let beginning = bytes.dropFirst(header.length)
        guard beginning.count >= 8 else { return }
        // The rest of the header: no data, no flags but SYN, for it is the beginning that is looked for.
        let rest: [UInt8] = [0, 0, 0, 0, 0x50, 0x02, 0, 0]
        if let tcp = TCPHeader(ByteView(bytes: (Array(beginning.prefix(8)) + rest)[...])) { transport = .tcp(tcp) }
    }
}
