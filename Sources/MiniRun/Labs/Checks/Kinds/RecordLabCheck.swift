import Namespaces

/// `record`: what minirun has written down of a container or a network, as `inspect -f` shows it.
struct RecordLabCheck: LabCheck {
    static let kind = "record"
    static let members = ["of", "path", "equals", "matches"]

    let name: String
    let template: GoTemplate
    /// As it stands in the lab.
    let text: String
    let value: String?
    let pattern: String?

    init(json: JSONValue) throws(JSONError) {
        name = try json.string("of")
        let text = try json.string("path")
        do { template = try GoTemplate(parsing: text) } catch {
            throw JSONError("is no template: \(error)", path: "path")
        }
        self.text = text
        value = try json.member(ifPresent: "equals", JSONValue.plainText(of:))
        pattern = try json.expression(ifPresent: "matches")
        guard (value == nil) != (pattern == nil) else { throw JSONError("needs either equals or matches") }
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let (record, command) = try record(in: world)
        let shown = "\(command) -f \(text.shellQuoted) \(name.shellQuoted)"
        let found: String
        do { found = try template.render(record) } catch {
            throw LabMiss("\(shown): \(error)", "\(shown)：\(error)")
        }
        let isRight = value.map { $0 == found } ?? pattern.flatMap { Pattern($0)?.matches(found) } ?? false
        return LabFinding(
            isRight, Phrase("\(shown) prints \(found.goQuoted)", "\(shown) 输出 \(found.goQuoted)"))
    }

    /// What is written down, and the command that shows it.
    private func record(in world: LabWorld) throws -> (JSONValue, command: String) {
        do { return (try Containers(world.paths).inspection(of: name), "minirun inspect") } catch is NoSuchContainer {}
        do { return (try Networks(world.paths).inspection(of: name), "minirun network inspect") } catch is NoSuchNetwork
        {
            throw LabMiss("there is no container or network called \(name)", "没有叫做 \(name) 的容器或网络")
        }
    }
}
