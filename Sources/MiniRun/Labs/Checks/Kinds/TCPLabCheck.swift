import CShim
import Namespaces
import NetSetup
import SystemPackage

/// `tcp`: a connection is established, or why not; as whom the server sees the client; what it answers to `GET /`.
struct TCPLabCheck: LabCheck {
    static let kind = "tcp"
    static let members = ["from", "to", "expect", "seen_as", "server", "reply"]

    let from: String
    let target: LabTarget
    let expected: LabExpectation
    /// Under which address, and by which node.
    let seen: (address: IPAddress, server: String)?
    let reply: String?

    init(json: JSONValue) throws(JSONError) {
        from = try json.string("from")
        target = try json.member("to", LabTarget.withPort)
        expected = try json.word("expect", usual: .ok)
        reply = try json.expression(ifPresent: "reply")
        let address: IPAddress? = try json.parsed(ifPresent: "seen_as")
        if let address {
            seen = (address, try json.string("server"))
        } else {
            seen = nil
            guard json["server"] == nil else { throw JSONError("is of use with seen_as only", path: "server") }
        }
        guard expected == .ok || (seen == nil && reply == nil) else {
            throw JSONError("goes together with neither seen_as nor reply", path: "expect")
        }
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(from)
        let address = try target.address(from: node, in: world)
        let watch = try seen.map { try ServerWatch(world.node($0.server)) }
        let socket = try ProbeSocket(.tcp, to: address, target.port, in: node.namespace.descriptor)
        let outcome = socket.connect(milliseconds: 1000)
        let name = "\(address.bracketed):\(target.port)"
        guard outcome == .accepted, expected == .ok else {
            return LabFinding(
                expected.admits(outcome),
                LabCheckWords.attempt(from, name, outcome.words(accepted: Phrase("connected", "已连接"))))
        }
        var isMet = true
        var said: [Phrase] = [Phrase("connected", "已连接")]
        if let seen, let watch {
            let peer = try watch.client(port: socket.ownPort)
            isMet = peer == seen.address
            said.append(
                peer.map { Phrase("\(seen.server) sees it come from \($0)", "\(seen.server) 看到的来源是 \($0)") }
                    ?? Phrase("\(seen.server) does not see it", "\(seen.server) 没有看到这个连接"))
        }
        if let reply {
            let answer = LabHTTP.get(socket, address, milliseconds: 1000)
            isMet = isMet && Pattern(reply)?.matches(answer) == true
            let line = LabHTTP.firstLine(answer)
            said.append(
                answer.isEmpty
                    ? Phrase("no answer to GET /", "对 GET / 没有应答")
                    : Phrase("it answers \(line.goQuoted)", "应答为 \(line.goQuoted)"))
        }
        return LabFinding(
            isMet,
            LabCheckWords.attempt(
                from, name,
                Phrase(said.map(\.english).joined(separator: ", "), said.map(\.chinese).joined(separator: "，"))))
    }
}

/// Who is connected to a node, from before a connection until after: the program there is not asked, and need not know.
private struct ServerWatch {
    private let socket: NetlinkSocket
    private let before: Set<UInt64>

    init(_ node: LabNode) throws {
        socket = try NetlinkSocket(.socketDiagnostics, in: node.namespace.descriptor)
        before = Set(try socket.establishedSockets().map(\.cookie))
    }

    /// The client's address as the server has it: the new connection from the client's own port, which translation leaves
    /// alone where it can; else the one that is new, as with somebody between the two who connects anew.
    func client(port: UInt16) throws -> IPAddress? {
        let end = Moment.after(seconds: 0.3)
        while true {
            let fresh = try socket.establishedSockets().filter { !before.contains($0.cookie) }
            if let exact = fresh.first(where: { $0.peerPort == port }) { return exact.peer }
            if end.hasCome {
                let others = Set(fresh.filter { $0.port != port }.map(\.peer))
                return others.count == 1 ? others.first : nil
            }
            usleep(5000)
        }
    }
}
