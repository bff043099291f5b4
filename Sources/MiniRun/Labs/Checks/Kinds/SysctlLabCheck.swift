import Namespaces
import NetSetup

/// `sysctl`: a kernel setting has a value, on the host or in a node's network namespace.
struct SysctlLabCheck: LabCheck {
    static let kind = "sysctl"
    static let members = ["ns", "key", "value"]

    let node: String
    let key: Sysctl
    let value: String

    init(json: JSONValue) throws(JSONError) {
        node = try json.string(ifPresent: "ns") ?? LabNode.host
        key = try json.member("key") { (value) throws(JSONError) in Sysctl(dotted: try JSONValue.string(of: value)) }
        value = try json.member("value", JSONValue.plainText(of:)).words.joined(separator: " ")
        guard node == LabNode.host || key.path.begins(with: "net/") else {
            throw JSONError("is no setting of a network: only those differ between namespaces", path: "key")
        }
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(node)
        let found = try NetworkVisit.run(in: node.namespace.descriptor) { try key.value() }
        guard let found = found?.words.joined(separator: " ") else {
            throw LabMiss("\(node.name) has no setting \(key)", "\(node.name) 没有内核参数 \(key)")
        }
        return LabFinding(
            found == value, Phrase("\(key) on \(node.name) is \(found)", "\(node.name) 的 \(key) 为 \(found)"))
    }
}
