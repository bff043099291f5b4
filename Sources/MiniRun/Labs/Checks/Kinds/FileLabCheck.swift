import Namespaces

/// `file`: there is a file, with such a text and such an owner; in a container's root, if one is named.
struct FileLabCheck: LabCheck {
    static let kind = "file"
    static let members = ["path", "exists", "matches", "owner", "container"]

    let path: String
    let isWanted: Bool
    let pattern: String?
    let owner: LabNumber?
    let node: String

    init(json: JSONValue) throws(JSONError) {
        path = try json.string("path")
        guard path.hasPrefix("/") else { throw JSONError("does not begin with /: \(path.goQuoted)", path: "path") }
        isWanted = try json.isWanted()
        pattern = try json.expression(ifPresent: "matches")
        owner = try json.member(ifPresent: "owner", LabNumber.init(json:))
        node = try json.string(ifPresent: "container") ?? LabNode.host
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(node)
        guard let file = try node.file(path) else {
            return LabFinding(!isWanted, Phrase("there is no \(path) in \(node.name)", "\(node.name) 中没有 \(path)"))
        }
        var isRight = true
        var said = [Phrase("\(path) in \(node.name) is there", "\(node.name) 中有 \(path)")]
        if let owner {
            isRight = owner.admits(Int64(file.owner))
            said.append(Phrase("it belongs to uid \(file.owner)", "属于 uid \(file.owner)"))
        }
        if let pattern {
            let text = String(decoding: file.content, as: UTF8.self).trimmed
            isRight = isRight && Pattern(pattern)?.matches(text) == true
            let line = String((text.split(whereSeparator: \.isNewline).first ?? "").prefix(80))
            said.append(Phrase("it begins with \(line.goQuoted)", "开头是 \(line.goQuoted)"))
        }
        return LabFinding(isRight == isWanted, LabCheckWords.list(said))
    }
}
