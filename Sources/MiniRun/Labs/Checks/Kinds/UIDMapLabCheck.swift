import Namespaces

/// `uidmap`: who a user of a container is outside.
struct UIDMapLabCheck: LabCheck {
    static let kind = "uidmap"
    static let members = ["container", "inside", "outside"]

    let container: String
    let inside: UInt32
    let outside: LabNumber?

    init(json: JSONValue) throws(JSONError) {
        container = try json.string("container")
        inside = try json.integer("inside")
        outside = try json.member(ifPresent: "outside", LabNumber.init(json:))
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(container)
        guard let process = node.process else {
            throw LabMiss("\(container) is no container", "\(container) 不是容器")
        }
        guard let found = try IDMap.of(process: process).outside(uid: inside) else {
            return LabFinding(
                false,
                Phrase("uid \(inside) in \(container) is nobody outside", "\(container) 中的 uid \(inside) 在外面没有对应"))
        }
        return LabFinding(
            outside?.admits(Int64(found)) ?? true,
            Phrase("uid \(inside) in \(container) is \(found) outside", "\(container) 中的 uid \(inside) 在外面是 \(found)"))
    }
}
