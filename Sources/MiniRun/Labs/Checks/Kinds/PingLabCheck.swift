import Namespaces
import NetSetup
import SystemPackage

/// `ping`: an address answers, or does not.
struct PingLabCheck: LabCheck {
    static let kind = "ping"
    static let members = ["from", "to", "size", "df", "expect", "count", "loss"]

    /// What a lab wants of a ping.
    enum Expectation: String, CaseIterable { case ok, fail }

    let from: String
    let target: LabTarget
    let size: Int
    let isWhole: Bool
    let wantsAnswer: Bool
    let count: Int
    /// In percent.
    let loss: Int

    init(json: JSONValue) throws(JSONError) {
        from = try json.string("from")
        target = try json.member("to", LabTarget.withoutPort)
        size = try json.integer(ifPresent: "size") ?? 56
        isWhole = try json.bool(ifPresent: "df") ?? false
        let expected: Expectation = try json.word("expect", usual: .ok)
        wantsAnswer = expected == .ok
        count = try json.integer(ifPresent: "count") ?? 1
        loss = try json.integer(ifPresent: "loss") ?? 0
        guard (0...65507).contains(size) else { throw JSONError("is no size of a ping: \(size)", path: "size") }
        guard (1...1000).contains(count) else { throw JSONError("is not from 1 to 1000: \(count)", path: "count") }
    }

    /// Where some are lost by turns, those of others would take turns.
    var needsQuiet: Bool { count > 1 }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(from)
        let address = try target.address(from: node, in: world)
        let question = EchoQuestion(to: address, size: size, isWhole: isWhole, count: count)
        let answer = try question.ask(in: node.namespace.descriptor, milliseconds: 1000)
        let lost = (count - answer.received) * 100 / count
        let isRight = wantsAnswer ? answer.received > 0 && lost <= loss : answer.received == 0
        let details = (size == 56 ? "" : " size \(size)") + (isWhole ? " df" : "")
        return LabFinding(isRight, LabCheckWords.attempt(from, "\(address)\(details)", outcome(answer)))
    }

    private func outcome(_ answer: EchoQuestion.Answer) -> Phrase {
        if count > 1 {
            return Phrase("\(answer.received) of \(count) answered", "\(count) 个中有 \(answer.received) 个得到应答")
        }
        if answer.received > 0 { return Phrase("answered", "有应答") }
        guard let failure = answer.failure else { return LabCheckWords.silence }
        return failure == .messageTooLong
            ? Phrase("too large for the way, and not to be cut", "超过路径 MTU 且不允许分片") : LabCheckWords.refusal(failure)
    }
}
