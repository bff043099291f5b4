import Namespaces
import NetSetup

/// `reply_spread`: `GET /` so many times, and how the answers are spread over those who give them.
struct ReplySpreadLabCheck: LabCheck {
    static let kind = "reply_spread"
    static let members = ["from", "to", "requests", "distinct", "each"]
    // A request of somebody else would take one's turn.
    let needsQuiet = true

    let from: String
    let target: LabTarget
    let requests: Int
    let distinct: LabRange
    let each: LabRange?

    init(json: JSONValue) throws(JSONError) {
        from = try json.string("from")
        target = try json.member("to", LabTarget.withPort)
        requests = try json.integer("requests")
        distinct = try json.member("distinct", LabRange.init(json:))
        each = try json.member(ifPresent: "each", LabRange.init(json:))
        guard (1...1000).contains(requests) else {
            throw JSONError("is not from 1 to 1000: \(requests)", path: "requests")
        }
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(from)
        let address = try target.address(from: node, in: world)
        var replies: [String: Int] = [:]
        // One after the other, as a balancer's turns are counted.
        for number in 0..<requests {
            let socket = try ProbeSocket(.tcp, to: address, target.port, in: node.namespace.descriptor)
            let outcome = socket.connect(milliseconds: 1000)
            let answer = outcome == .accepted ? LabHTTP.get(socket, address, milliseconds: 1000) : ""
            guard !answer.isEmpty else {
                let reason = outcome.words(accepted: Phrase("no answer to GET /", "对 GET / 没有应答"))
                return LabFinding(
                    false,
                    LabCheckWords.attempt(
                        from, target.text,
                        Phrase("request \(number + 1): \(reason.english)", "第 \(number + 1) 次请求：\(reason.chinese)")))
            }
            replies[LabHTTP.firstLine(answer), default: 0] += 1
        }
        let isRight = distinct.contains(replies.count) && replies.values.allSatisfy { each?.contains($0) ?? true }
        let shown = replies.sorted { $0.key < $1.key }.prefix(5).map { "\($0.value) × \($0.key.goQuoted)" }
        let more = replies.count > shown.count ? ", …" : ""
        let list = shown.joined(separator: ", ") + more
        return LabFinding(
            isRight,
            LabCheckWords.attempt(
                from, target.text,
                Phrase(
                    "\(replies.count) different answer\(replies.count == 1 ? "" : "s"): \(list)",
                    "\(replies.count) 种不同的应答：\(list)")))
    }
}
