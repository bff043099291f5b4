import Namespaces
import NetSetup

/// `matrix`: who of several nodes reaches whom, tried out; all of it has to be as it is written.
struct MatrixLabCheck: LabCheck {
    static let kind = "matrix"
    static let members = ["nodes", "proto", "groups", "reaches"]

    let nodes: [String]
    let kind: ProbeSocket.Kind
    /// From whom to whom there should be a way, by their places in `nodes`.
    let ways: Set<Way>

    /// From one node to another.
    struct Way: Sendable, Hashable {
        var from: Int
        var to: Int
    }

    init(json: JSONValue) throws(JSONError) {
        let nodes = try json.strings("nodes")
        guard nodes.count > 1, Set(nodes).count == nodes.count else {
            throw JSONError("are not two or more different ones", path: "nodes")
        }
        self.nodes = nodes
        kind = try json.word("proto", usual: .tcp)
        func place(_ value: JSONValue) throws(JSONError) -> Int {
            let name = try JSONValue.string(of: value)
            guard let place = nodes.firstIndex(of: name) else { throw JSONError("is no node: \(name.goQuoted)") }
            return place
        }
        func lists(_ json: JSONValue) throws(JSONError) -> [[Int]] {
            try json.items { (list) throws(JSONError) in try list.items(place) }
        }
        let groups = try json.member(ifPresent: "groups", lists)
        let pairs = try json.member(ifPresent: "reaches", lists)
        guard (groups == nil) != (pairs == nil) else { throw JSONError("needs either groups or reaches") }
        if let pairs, let odd = pairs.firstIndex(where: { $0.count != 2 }) {
            throw JSONError("is no pair", path: "reaches[\(odd)]")
        }
        let within = (groups ?? []).flatMap { group in
            group.flatMap { from in group.filter { $0 != from }.map { Way(from: from, to: $0) } }
        }
        ways = Set(within + (pairs ?? []).map { Way(from: $0[0], to: $0[1]) })
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let members = try nodes.map(world.node)
        let surveys = try members.map { try $0.survey() }
        var questions: [ConnectionProbe.Question] = []
        for from in nodes.indices {
            for to in nodes.indices where from != to && surveys[from].inode != surveys[to].inode {
                // Who has no address is not reached.
                guard let address = try? LabTarget.address(of: members[to], surveys[to], from: surveys[from]) else {
                    continue
                }
                questions.append(.init(from: from, to: to, address: address))
            }
        }
        let reached = zip(questions, try ask(questions, members.map(\.namespace))).filter(\.1).map(\.0)
        let found = Set(reached.map { Way(from: $0.from, to: $0.to) })
        let together = nodes.indices.flatMap { from in
            nodes.indices.filter { surveys[from].inode == surveys[$0].inode }.map { Way(from: from, to: $0) }
        }
        let wrong = found.symmetricDifference(ways).subtracting(together)
        guard !wrong.isEmpty else {
            return LabFinding(
                true,
                Phrase(
                    "\(questions.count) ways tried, \(found.count) lead there",
                    "尝试了 \(questions.count) 条路径，其中 \(found.count) 条可达"))
        }
        let told = wrong.sorted { ($0.from, $0.to) < ($1.from, $1.to) }.prefix(3).map { way in
            let (from, to) = (nodes[way.from], nodes[way.to])
            return found.contains(way)
                ? Phrase("\(from) reaches \(to)", "\(from) 能到达 \(to)")
                : Phrase("\(from) does not reach \(to)", "\(from) 不能到达 \(to)")
        }
        let more = wrong.count - told.count
        return LabFinding(
            false, LabCheckWords.list(told + (more > 0 ? [Phrase("and \(more) more", "另有 \(more) 处")] : [])))
    }

    private func ask(_ questions: [ConnectionProbe.Question], _ namespaces: [NamespaceHandle]) throws -> [Bool] {
        guard kind == .icmp else {
            return try ConnectionProbe(namespaces, transport: kind == .tcp ? .tcp : .udp).ask(questions)
        }
        return SideBySide.map(questions, threads: 32) { question in
            let namespace = namespaces[question.from].descriptor
            let answer = try? EchoQuestion(to: question.address).ask(in: namespace, milliseconds: 700)
            return answer.map { $0.received > 0 } ?? false
        }
    }
}
