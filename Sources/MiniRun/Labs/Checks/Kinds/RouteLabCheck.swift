import Namespaces
import NetSetup

/// `route`: the main table has a route, over the router and the interface that are named, if any.
struct RouteLabCheck: LabCheck {
    static let kind = "route"
    static let members = ["ns", "to", "via", "dev", "exists"]

    let node: String
    let destination: IPPrefix
    let gateway: IPAddress?
    let link: LabGlob?
    let isWanted: Bool

    init(json: JSONValue) throws(JSONError) {
        node = try json.string("ns")
        let gateway: IPAddress? = try json.parsed(ifPresent: "via")
        self.gateway = gateway
        link = try json.string(ifPresent: "dev").map(LabGlob.init)
        isWanted = try json.isWanted()
        destination = try json.member("to") { (value) throws(JSONError) in
            let text = try JSONValue.string(of: value)
            let every = IPPrefix(.unspecified(gateway?.family ?? .v4), length: 0)
            let single = IPAddress(text).flatMap { IPPrefix($0, length: $0.family.bits) }
            guard let prefix = text == "default" ? every : IPPrefix(text)?.network ?? single else {
                throw JSONError("is neither \"default\" nor a prefix: \(text.goQuoted)")
            }
            return prefix
        }
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let survey = try world.node(node).survey()
        let there = survey.mainRoutes.filter { $0.destination == destination }
        let name = destination.length == 0 ? "default" : "\(destination)"
        guard !there.isEmpty else {
            return LabFinding(!isWanted, LabCheckWords.missing(Phrase("route to \(name)", "到 \(name) 的路由"), at: node))
        }
        let isFound = there.contains { route in
            (gateway == nil || route.gateway == gateway)
                && link?.matches(route.link.flatMap { survey.link($0)?.name } ?? "") ?? true
        }
        let shown = there.map { route in
            let via = route.gateway.map { "via \($0)" }
            let device = route.link.flatMap { survey.link($0) }.map { "dev \($0.name)" }
            return [name, via, device].compactMap(\.self).joined(separator: " ")
        }.joined(separator: ", ")
        return LabFinding(
            isFound == isWanted, Phrase("\(node) has the route \(shown)", "\(node) 有路由 \(shown)"))
    }
}
