import Namespaces
import NetSetup

/// Where a probe goes: an address, or a node's name, and with most probes a port: `10.0.0.11:80`, `[fd00::1]:80`, `web:80`.
struct LabTarget: Sendable, Hashable {
    /// An address, or whose it is.
    let host: String
    /// 0 where there is none.
    let port: UInt16
    /// As the teacher has written it.
    let text: String

    /// Reads one with a port. Throws `JSONError`.
    static func withPort(_ json: JSONValue) throws(JSONError) -> LabTarget {
        let text = try JSONValue.string(of: json)
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0,
            colon != text.startIndex
        else { throw JSONError("is no address with a port, like 10.0.0.11:80: \(text.goQuoted)") }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return LabTarget(host: host, port: port, text: text)
    }

    /// Reads one without a port. Throws `JSONError`.
    static func withoutPort(_ json: JSONValue) throws(JSONError) -> LabTarget {
        let text = try JSONValue.string(of: json)
        guard !text.isEmpty else { throw JSONError("is empty") }
        return LabTarget(host: text, port: 0, text: text)
    }

    /// The address; a node's is the one that the asker reaches. Throws ``LabMiss``.
    func address(from asker: LabNode, in world: LabWorld) throws -> IPAddress {
        if let address = IPAddress(host) { return address }
        let node = try world.node(host)
        return try Self.address(of: node, node.survey(), from: asker.survey())
    }

    static func address(
        of node: LabNode, _ survey: NamespaceSurvey, from asker: NamespaceSurvey
    ) throws(LabMiss) -> IPAddress {
        if survey.inode == asker.inode { return IPAddress(v4: 0x7f00_0001) }
        guard let address = survey.address(for: asker, .v4) ?? survey.address(for: asker, nil) else {
            throw LabMiss("\(node.name) has no address", "\(node.name) 没有地址")
        }
        return address
    }
}
