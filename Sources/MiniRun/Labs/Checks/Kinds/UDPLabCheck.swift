import Namespaces
import NetSetup

/// `udp`: a datagram is answered, or is not.
struct UDPLabCheck: LabCheck {
    static let kind = "udp"
    static let members = ["from", "to", "expect"]

    let from: String
    let target: LabTarget
    let expected: LabExpectation

    init(json: JSONValue) throws(JSONError) {
        from = try json.string("from")
        target = try json.member("to", LabTarget.withPort)
        expected = try json.word("expect", usual: .ok)
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(from)
        let address = try target.address(from: node, in: world)
        let socket = try ProbeSocket(.udp, to: address, target.port, in: node.namespace.descriptor)
        let outcome = socket.ask(milliseconds: 1000)
        return LabFinding(
            expected.admits(outcome),
            LabCheckWords.attempt(
                from, "\(address.bracketed):\(target.port)/udp", outcome.words(accepted: Phrase("answered", "有应答"))))
    }
}
