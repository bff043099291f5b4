import CShim
import Namespaces
import NetSetup

/// `captured`: how many packets of a kind pass an interface while a probe is sent.
struct CapturedLabCheck: LabCheck {
    static let kind = "captured"
    static let members = ["ns", "link", "during", "proto", "src", "dst", "port", "count"]
    let needsQuiet = true

    /// What is done meanwhile.
    struct Action: Sendable {
        let kind: ProbeSocket.Kind
        let from: String
        let target: LabTarget

        init(json: JSONValue) throws(JSONError) {
            let kinds = ProbeSocket.Kind.allCases.filter { json[Self.word($0)] != nil }
            try json.allow(ProbeSocket.Kind.allCases.map(Self.word))
            guard let kind = kinds.first, kinds.count == 1 else { throw JSONError("is not one of ping, tcp, udp") }
            self.kind = kind
            (from, target) = try json.member(Self.word(kind)) { (action) throws(JSONError) in
                try action.allow(["from", "to"])
                let read = kind == .icmp ? LabTarget.withoutPort : LabTarget.withPort
                return (try action.string("from"), try action.member("to", read))
            }
        }

        private static func word(_ kind: ProbeSocket.Kind) -> String { kind == .icmp ? "ping" : kind.rawValue }

        /// Does it, and waits for the answer.
        func run(in world: LabWorld) throws {
            let node = try world.node(from)
            let address = try target.address(from: node, in: world)
            let namespace = node.namespace.descriptor
            switch kind {
            case .icmp: _ = try EchoQuestion(to: address).ask(in: namespace, milliseconds: 500)
            case .tcp:
                _ = try ProbeSocket(.tcp, to: address, target.port, in: namespace).connect(milliseconds: 500)
            case .udp: _ = try ProbeSocket(.udp, to: address, target.port, in: namespace).ask(milliseconds: 300)
            }
        }
    }

    /// Which packets count.
    struct Selection: Sendable, Hashable {
        enum Kind: String, CaseIterable { case tcp, udp, icmp, arp }

        var kind: Kind?
        var source: IPAddress?
        var destination: IPAddress?
        var port: UInt16?
    }

    let node: String
    let link: String
    let action: Action
    let selection: Selection
    let count: LabRange

    init(json: JSONValue) throws(JSONError) {
        node = try json.string("ns")
        link = try json.string("link")
        action = try json.member("during", Action.init(json:))
        var selection = Selection()
        if json["proto"] != nil { selection.kind = try json.word("proto") }
        selection.source = try json.parsed(ifPresent: "src")
        selection.destination = try json.parsed(ifPresent: "dst")
        selection.port = try json.integer(ifPresent: "port")
        self.selection = selection
        count = try json.member(ifPresent: "count", LabRange.init(json:)) ?? LabRange(min: 1)
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(node)
        guard let index = try node.survey().link(named: link)?.index else {
            throw LabMiss("there is no interface \(link) in \(node.name)", "\(node.name) 中没有网卡 \(link)")
        }
        let socket = try PacketSocket(in: node.namespace.descriptor, link: index, .network, longest: 2048)
        try action.run(in: world)
        // What was sent last may still be on its way.
        usleep(50000)
        var seen = 0
        while let capture = socket.take() {
            if selection.admits(Packet(capture.bytes, protocol: capture.protocol)) { seen += 1 }
        }
        let words = selection.words
        return LabFinding(
            count.contains(seen),
            Phrase(
                "\(seen) packet\(seen == 1 ? "" : "s")\(words) passed \(link) in \(node.name)",
                "\(node.name) 的 \(link) 上看到 \(seen) 个报文\(words)"))
    }
}

extension CapturedLabCheck.Selection {
    func admits(_ packet: Packet) -> Bool {
        switch packet.network {
        case .arp(let message):
            return (kind == nil || kind == .arp) && port == nil && source ?? message.sender == message.sender
                && destination ?? message.target == message.target
        case .ip(let header):
            guard kind == nil || header.protocol == kind?.number(header.family),
                source ?? header.source == header.source,
                destination ?? header.destination == header.destination
            else { return false }
            guard let port else { return true }
            switch packet.transport {
            case .tcp(let tcp): return tcp.source == port || tcp.destination == port
            case .udp(let udp): return udp.source == port || udp.destination == port
            default: return false
            }
        case .other: return false
        }
    }

    /// ` tcp src 10.0.0.11 port 80`.
    fileprivate var words: String {
        [
            kind?.rawValue, source.map { "src \($0)" }, destination.map { "dst \($0)" }, port.map { "port \($0)" },
        ].compactMap(\.self).map { " \($0)" }.joined()
    }
}

extension CapturedLabCheck.Selection.Kind {
    /// As IP counts protocols; nil for what is none of its.
    fileprivate func number(_ family: IPAddress.Family) -> UInt8? {
        ProbeSocket.Kind(rawValue: rawValue)?.number(family)
    }
}
