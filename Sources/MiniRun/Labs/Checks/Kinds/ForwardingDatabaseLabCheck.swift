import Namespaces
import NetSetup

/// `fdb`: a bridge, one of its ports or a VXLAN knows where link-layer addresses are. Without `mac` and `dst`: has learned one.
struct ForwardingDatabaseLabCheck: LabCheck {
    static let kind = "fdb"
    static let members = ["ns", "link", "mac", "dst", "exists"]

    let node: String
    let link: LabGlob
    let mac: MACAddress?
    let destination: IPAddress?
    let isWanted: Bool

    init(json: JSONValue) throws(JSONError) {
        node = try json.string("ns")
        link = LabGlob(try json.string("link"))
        mac = try json.parsed(ifPresent: "mac")
        destination = try json.parsed(ifPresent: "dst")
        isWanted = try json.isWanted()
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(node)
        let socket = try NetlinkSocket(.route, in: node.namespace.descriptor)
        let links = Set(try socket.links().filter { link.matches($0.name) }.map(\.index))
        guard !links.isEmpty else {
            throw LabMiss("there is no interface \(link.text) in \(node.name)", "\(node.name) 中没有网卡 \(link.text)")
        }
        let entries = try socket.forwardingEntries().filter { entry in
            links.contains(entry.link) || entry.bridge.map(links.contains) == true
        }
        let found = entries.first { entry in
            guard mac != nil || destination != nil else { return !entry.isPermanent }
            return (mac == nil || entry.mac == mac) && (destination == nil || entry.destination == destination)
        }
        if let found {
            let place = found.destination.map { " dst \($0)" } ?? ""
            return LabFinding(
                isWanted, Phrase("\(link.text) knows \(found.mac)\(place)", "\(link.text) 的转发表中有 \(found.mac)\(place)"))
        }
        let wanted = [mac.map { "\($0)" }, destination.map { "dst \($0)" }].compactMap(\.self).joined(separator: " ")
        return LabFinding(
            !isWanted,
            wanted.isEmpty
                ? Phrase("\(link.text) in \(node.name) has learned nothing", "\(node.name) 的 \(link.text) 没有学到任何地址")
                : Phrase(
                    "\(link.text) in \(node.name) knows nothing of \(wanted)",
                    "\(node.name) 的 \(link.text) 转发表中没有 \(wanted)"))
    }
}
