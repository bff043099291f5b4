import Namespaces
import NetSetup

/// `nat`: what the host makes of a packet's destination and source, whatever rules it has: a probe is sent, and conntrack
/// asked where its answer would come from, and to whom it would go.
struct NATLabCheck: LabCheck {
    static let kind = "nat"
    static let members = ["from", "to", "proto", "destination", "source"]
    let needsQuiet = true

    /// The protocols that have ports.
    enum Transport: String, CaseIterable { case tcp, udp }

    /// What an address should have become.
    enum Wish: Sendable, Hashable {
        case unchanged
        case address(IPAddress, port: UInt16?)

        init(json: JSONValue) throws(JSONError) {
            let text = try JSONValue.string(of: json)
            if text == "unchanged" {
                self = .unchanged
            } else if let address = IPAddress(text) {
                self = .address(address, port: nil)
            } else {
                let target = try LabTarget.withPort(json)
                guard let address = IPAddress(target.host) else {
                    throw JSONError("is neither an address nor \"unchanged\": \(text.goQuoted)")
                }
                self = .address(address, port: target.port)
            }
        }

        func admits(_ address: IPAddress, _ port: UInt16, was: (IPAddress, UInt16)) -> Bool {
            switch self {
            case .unchanged: (address, port) == was
            case .address(let wanted, let number): address == wanted && (number == nil || number == port)
            }
        }
    }

    let from: String
    let target: LabTarget
    let kind: ProbeSocket.Kind
    let destination: Wish?
    let source: Wish?

    init(json: JSONValue) throws(JSONError) {
        from = try json.string("from")
        target = try json.member("to", LabTarget.withPort)
        let transport: Transport = try json.word("proto", usual: .tcp)
        kind = transport == .tcp ? .tcp : .udp
        destination = try json.member(ifPresent: "destination", Wish.init(json:))
        source = try json.member(ifPresent: "source", Wish.init(json:))
        guard destination != nil || source != nil else { throw JSONError("needs destination or source") }
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(from)
        let address = try target.address(from: node, in: world)
        let watch = try ConnectionWatch()
        let socket = try ProbeSocket(kind, to: address, target.port, in: node.namespace.descriptor)
        if let refusal = socket.send() {
            return LabFinding(false, LabCheckWords.attempt(from, "\(address)", LabCheckWords.refusal(refusal)))
        }
        let name = "\(address.bracketed):\(target.port)"
        let entry = try watch.connection(
            kind.number(address.family), from: socket.ownPort, to: address, target.port, milliseconds: 300)
        guard let entry else {
            let isUntouched = [destination, source].allSatisfy { $0 == nil || $0 == .unchanged }
            return LabFinding(
                isUntouched,
                LabCheckWords.attempt(from, name, Phrase("the host's conntrack has no entry of it", "主机的连接跟踪里没有它的记录")))
        }
        let (original, reply) = (entry.original, entry.reply)
        let isRight =
            destination?.admits(
                reply.source, reply.sourcePort, was: (original.destination, original.destinationPort)) ?? true
            && source?.admits(
                reply.destination, reply.destinationPort, was: (original.source, original.sourcePort)) ?? true
        return LabFinding(
            isRight,
            LabCheckWords.attempt(
                from, name,
                Phrase(
                    "goes to \(reply.sourceText), as if from \(reply.destination)",
                    "到达 \(reply.sourceText)，来源显示为 \(reply.destination)")))
    }
}
