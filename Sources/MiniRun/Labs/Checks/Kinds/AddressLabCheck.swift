import Namespaces
import NetSetup

/// `addr`: an interface has an address. Without `/LENGTH` any length will do.
struct AddressLabCheck: LabCheck {
    static let kind = "addr"
    static let members = ["ns", "link", "address", "exists"]

    let node: String
    let link: LabGlob?
    let address: IPAddress
    let length: Int?
    let isWanted: Bool

    init(json: JSONValue) throws(JSONError) {
        node = try json.string("ns")
        link = try json.string(ifPresent: "link").map(LabGlob.init)
        isWanted = try json.isWanted()
        let text = try json.string("address")
        if let prefix = IPPrefix(text) {
            (address, length) = (prefix.address, prefix.length)
        } else if let plain = IPAddress(text) {
            (address, length) = (plain, nil)
        } else {
            throw JSONError("is no address: \(text.goQuoted)", path: "address")
        }
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let survey = try world.node(node).survey()
        func name(_ entry: InterfaceAddress) -> String { survey.link(entry.link)?.name ?? "?" }
        let wanted = survey.addresses.filter { entry in
            entry.prefix.address == address && (length == nil || entry.prefix.length == length)
                && link?.matches(name(entry)) ?? true
        }
        if let found = wanted.first {
            return LabFinding(
                isWanted,
                LabCheckWords.there(
                    Phrase("address \(found.prefix) on \(name(found))", "地址 \(found.prefix)（\(name(found))）"), at: node)
            )
        }
        // What is there instead is the better evidence.
        let others = survey.addresses.filter { entry in
            entry.prefix.address.family == address.family && !entry.prefix.address.isLoopback
                && (link?.matches(name(entry)) ?? true || entry.prefix.address == address)
        }
        let shown = others.map { "\($0.prefix) (\(name($0)))" }.joined(separator: ", ")
        let place = link.map { "\($0.text) in \(node)" } ?? node
        let placeChinese = link.map { "\(node) 的 \($0.text)" } ?? node
        return LabFinding(
            !isWanted,
            shown.isEmpty
                ? Phrase("\(place) has no address", "\(placeChinese) 没有地址")
                : Phrase("\(place): the addresses there are \(shown)", "\(placeChinese)：现有地址 \(shown)"))
    }
}
