import Namespaces

/// `netns`: a name in /run/netns leads to a living network namespace, or there is no such name.
struct NetnsLabCheck: LabCheck {
    static let kind = "netns"
    static let members = ["ns", "exists"]

    let name: String
    let isWanted: Bool

    init(json: JSONValue) throws(JSONError) {
        name = try json.string("ns")
        isWanted = try json.isWanted()
    }

    func look(at world: LabWorld) -> LabFinding {
        switch NamedNamespace(name) {
        case .live:
            LabFinding(isWanted, Phrase("/run/netns/\(name) is a network namespace", "/run/netns/\(name) 是网络名字空间"))
        case .dead(let miss): LabFinding(false, miss.evidence)
        case .none: LabFinding(!isWanted, Phrase("there is no /run/netns/\(name)", "没有 /run/netns/\(name)"))
        }
    }
}
