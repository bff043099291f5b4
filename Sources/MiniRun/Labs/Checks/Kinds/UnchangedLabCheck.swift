import Namespaces

/// `unchanged`: everything is as it was at the lab's start, except for what is listed.
struct UnchangedLabCheck: LabCheck {
    static let kind = "unchanged"
    static let members = ["except"]

    let exceptions: [LabException]

    init(json: JSONValue) throws(JSONError) {
        exceptions = try json.list("except", of: LabException.init(json:))
    }

    func look(at world: LabWorld) throws -> LabFinding {
        guard let baseline = world.baseline else {
            throw LabMiss("nobody has looked at the lab's start", "实验开始时没有留下记录")
        }
        let found = try LabSnapshot(taking: world).differences(from: baseline, except: exceptions)
        guard !found.isEmpty else {
            return LabFinding(true, Phrase("all is as it was at the start", "一切与开始时相同"))
        }
        let shown = found.prefix(4)
        let more = found.count - shown.count
        return LabFinding(
            false,
            Phrase(
                shown.map(\.english).joined(separator: "; ") + (more > 0 ? "; and \(more) more" : ""),
                shown.map(\.chinese).joined(separator: "；") + (more > 0 ? "；另有 \(more) 处" : "")))
    }
}
