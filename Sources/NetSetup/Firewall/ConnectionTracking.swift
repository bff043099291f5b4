import CShim
import SystemPackage

/// Makes the kernel forget connections that would lead packets to where they do not belong any more (conntrack(8)).
///
/// Translation is decided by a connection's first packet. UDP and SCTP conversations live on in the kernel's memory for
/// minutes, so an old entry would keep sending to a dead container.
enum ConnectionTracking {
    /// Which connections.
    enum Selection: Sendable, Equatable {
        /// Those that were sent to a host port; nil or the wildcard: under any address.
        case toHost(TransportProtocol, UInt16, IPAddress?)
        /// Those that this address answers: a container's.
        case answeredBy(TransportProtocol, IPAddress)

        fileprivate var families: [IPAddress.Family] {
            switch self {
            case .toHost(_, _, let address): address.map { [$0.family] } ?? [.v4, .v6]
            case .answeredBy(_, let address): [address.family]
            }
        }

        /// The equivalent command.
        var shell: String {
            switch self {
            case .toHost(let transport, let port, let address):
                let destination = address.flatMap { $0.isUnspecified ? nil : " -d \($0)" } ?? ""
                let commands = families.map {
                    "conntrack -D -f \($0 == .v4 ? "ipv4" : "ipv6") -p \(transport.rawValue)"
                        + "\(destination) --orig-port-dst \(port)"
                }
                return commands.joined(separator: "; ")
            case .answeredBy(let transport, let address):
                return "conntrack -D -p \(transport.rawValue) --reply-src \(address)"
            }
        }

        /// The equivalent messages.
        var systemCall: String {
            switch self {
            case .toHost(let transport, let port, _):
                "IPCTNL_MSG_CT_GET NLM_F_DUMP, IPCTNL_MSG_CT_DELETE orig{proto=\(transport.rawValue) dport=\(port)}"
            case .answeredBy(let transport, let address):
                "IPCTNL_MSG_CT_GET NLM_F_DUMP, IPCTNL_MSG_CT_DELETE reply{proto=\(transport.rawValue) src=\(address)}"
            }
        }

        fileprivate func matches(original: Tuple, reply: Tuple) -> Bool {
            switch self {
            case .toHost(let transport, let port, let address):
                let isAddressed = address.map { $0.isUnspecified || $0 == original.destination } ?? true
                return original.transport == transport.number && original.port == port && isAddressed
            case .answeredBy(let transport, let address):
                return reply.transport == transport.number && reply.source == address
            }
        }
    }

    /// Deletes the connections of the selection.
    static func forget(_ selection: Selection, by socket: NetlinkSocket) throws(NetlinkError) {
        for family in selection.families {
            let list = message("list connections", IPCTNL_MSG_CT_GET, family) { _ in }
            let keys = try socket.dump(list) { reply -> [UInt8]? in
                let attributes = reply.attributes(after: nfgenmsg.self)
                guard let original = attributes[CTA_TUPLE_ORIG.rawValue],
                    let answer = attributes[CTA_TUPLE_REPLY.rawValue],
                    selection.matches(original: Tuple(original), reply: Tuple(answer))
                else { return nil }
                return original.bytes
            }
            for key in keys {
                let delete = message("forget a connection", IPCTNL_MSG_CT_DELETE, family) { message in
                    message.put(CTA_TUPLE_ORIG.rawValue | UInt32(NLA_F_NESTED), key)
                }
                // It may have ended meanwhile.
                do { try socket.request(delete) } catch  where error.errno == .noSuchFileOrDirectory { continue }
            }
        }
    }

    /// Whom the kernel remembers conversations with a host port to be with: the address that answers, for each of them.
    static func answerers(
        _ transport: TransportProtocol, _ port: UInt16, by socket: NetlinkSocket
    ) throws(NetlinkError) -> [IPAddress] {
        let selection = Selection.toHost(transport, port, nil)
        var found: [IPAddress] = []
        for family in selection.families {
            found += try socket.dump(message("list connections", IPCTNL_MSG_CT_GET, family) { _ in }) { reply in
                let attributes = reply.attributes(after: nfgenmsg.self)
                guard let original = attributes[CTA_TUPLE_ORIG.rawValue],
                    let answer = attributes[CTA_TUPLE_REPLY.rawValue],
                    selection.matches(original: Tuple(original), reply: Tuple(answer))
                else { return nil }
                return Tuple(answer).source
            }
        }
        return found
    }

    fileprivate static func message(
        _ asked: String, _ type: cntl_msg_types, _ family: IPAddress.Family,
        _ build: (inout MessageBuilder) -> Void
    ) -> NetlinkMessage {
        NetlinkMessage(asked, type: NFNL_SUBSYS_CTNETLINK << 8 | CInt(type.rawValue)) { message in
            message.putHeader(
                nfgenmsg(nfgen_family: UInt8(family.rawValue), version: UInt8(NFNETLINK_V0), res_id: 0))
            build(&message)
        }
    }
}

/// One direction of a connection.
private struct Tuple {
    var source: IPAddress?
    var destination: IPAddress?
    var transport: UInt8?
    var sourcePort: UInt16?
    /// The destination port.
    var port: UInt16?

    init(_ attribute: AttributeReader.Attribute) {
        if let addresses = attribute.nested[CTA_TUPLE_IP.rawValue]?.nested {
            source = (addresses[CTA_IP_V4_SRC.rawValue] ?? addresses[CTA_IP_V6_SRC.rawValue])
                .flatMap { IPAddress(bytes: $0.bytes) }
            destination = (addresses[CTA_IP_V4_DST.rawValue] ?? addresses[CTA_IP_V6_DST.rawValue])
                .flatMap { IPAddress(bytes: $0.bytes) }
        }
        if let protocolPart = attribute.nested[CTA_TUPLE_PROTO.rawValue]?.nested {
            transport = protocolPart[CTA_PROTO_NUM.rawValue]?.value()
            sourcePort = protocolPart[CTA_PROTO_SRC_PORT.rawValue]?.value(as: UInt16.self).map {
                UInt16(bigEndian: $0)
            }
            port = protocolPart[CTA_PROTO_DST_PORT.rawValue]?.value(as: UInt16.self).map { UInt16(bigEndian: $0) }
        }
    }

    /// Nil for what has no ports.
    var flow: Flow? {
        guard let source, let destination, let transport, let sourcePort, let port else { return nil }
        return Flow(
            protocol: transport, source: source, sourcePort: sourcePort, destination: destination,
            destinationPort: port)
    }
}

/// A connection as conntrack has it: how its first packet came, and how its answers come.
public struct TrackedConnection: Sendable, Hashable {
    /// Before anything was translated.
    public let original: Flow
    /// From who answers to whom: the other way round of what the first packet had become.
    public let reply: Flow

    /// Whether another address or port was put in.
    public var isTranslated: Bool { reply != original.reversed }

    init?(_ entry: NetlinkReply) {
        let attributes = entry.attributes(after: nfgenmsg.self)
        guard let original = attributes[CTA_TUPLE_ORIG.rawValue].flatMap({ Tuple($0).flow }),
            let reply = attributes[CTA_TUPLE_REPLY.rawValue].flatMap({ Tuple($0).flow })
        else { return nil }
        self.original = original
        self.reply = reply
    }
}

extension NetlinkSocket {
    /// `conntrack -L -p PROTOCOL --orig-port-dst PORT`: the address that answers in each conversation with a host port.
    /// Throws `NetlinkError`.
    public func conversations(_ transport: TransportProtocol, withPort port: UInt16) throws(NetlinkError) -> [IPAddress]
    {
        try ConnectionTracking.answerers(transport, port, by: self)
    }

    /// `conntrack -L -f FAMILY`. Throws `NetlinkError`.
    func connections(_ family: IPAddress.Family) throws(NetlinkError) -> [TrackedConnection] {
        try dump(
            ConnectionTracking.message("list connections", IPCTNL_MSG_CT_GET, family) { _ in }, TrackedConnection.init)
    }
}
