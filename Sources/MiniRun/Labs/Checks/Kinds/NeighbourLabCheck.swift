import Namespaces
import NetSetup

/// `neigh`: after a ping, a node knows where on a link an address is.
struct NeighbourLabCheck: LabCheck {
    static let kind = "neigh"
    static let members = ["ns", "address", "mac", "not_mac_of", "exists"]

    /// An interface of a node.
    struct Interface: Sendable {
        let node: String
        let link: String

        init(json: JSONValue) throws(JSONError) {
            try json.allow(["ns", "link"])
            node = try json.string("ns")
            link = try json.string("link")
        }
    }

    let node: String
    let address: IPAddress
    let mac: MACAddress?
    let other: Interface?
    let isWanted: Bool

    init(json: JSONValue) throws(JSONError) {
        node = try json.string("ns")
        address = try json.parsed("address")
        mac = try json.parsed(ifPresent: "mac")
        other = try json.member(ifPresent: "not_mac_of", Interface.init(json:))
        isWanted = try json.isWanted()
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(node)
        _ = try EchoQuestion(to: address).ask(in: node.namespace.descriptor, milliseconds: 500)
        let all = try NetlinkSocket(.route, in: node.namespace.descriptor).neighbours()
        guard let known = all.first(where: { $0.address == address && !$0.isUnanswered }), let found = known.mac else {
            return LabFinding(
                !isWanted, Phrase("\(node.name) does not know where \(address) is", "\(node.name) 不知道 \(address) 在哪里"))
        }
        var isRight = mac == nil || mac == found
        var evidence = Phrase("\(node.name) knows \(address) at \(found)", "\(node.name) 认为 \(address) 在 \(found)")
        if let other, let link = try world.node(other.node).survey().link(named: other.link), link.mac == found {
            isRight = false
            evidence = Phrase(
                "\(evidence.english), which is \(link.name) of \(other.node)",
                "\(evidence.chinese)，即 \(other.node) 的 \(link.name)")
        }
        return LabFinding(isRight == isWanted, evidence)
    }
}
