import Namespaces
import NetSetup

/// `listen`: a socket waits at a port of a node. With an address: for what is sent there; 0.0.0.0 means on all of them.
struct ListenLabCheck: LabCheck {
    static let kind = "listen"
    static let members = ["ns", "proto", "port", "address", "exists"]

    let node: String
    let transport: TransportProtocol
    let port: UInt16
    let address: IPAddress?
    let isWanted: Bool

    init(json: JSONValue) throws(JSONError) {
        node = try json.string("ns")
        transport = try json.word("proto", usual: .tcp)
        port = try json.integer("port")
        address = try json.parsed(ifPresent: "address")
        isWanted = try json.isWanted()
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(node)
        let diagnostics = try NetlinkSocket(.socketDiagnostics, in: node.namespace.descriptor)
        let there = try diagnostics.boundSockets(transport).filter { $0.port == port }
        let isFound = there.contains { socket in
            guard let address else { return true }
            return address.isUnspecified
                ? socket.address.isUnspecified && (socket.address.family == address.family || socket.takes(address))
                : socket.takes(address)
        }
        let places = there.map { "\($0.address.bracketed):\(port)" }.joined(separator: ", ")
        let name = "\(port)/\(transport.rawValue)"
        return LabFinding(
            isFound == isWanted,
            there.isEmpty
                ? Phrase("nobody listens at \(name) in \(node.name)", "\(node.name) 中没有进程监听 \(name)")
                : Phrase(
                    "in \(node.name) somebody listens at \(places)/\(transport.rawValue)",
                    "\(node.name) 中的监听地址：\(places)/\(transport.rawValue)"))
    }
}
