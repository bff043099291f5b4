import Namespaces

/// What may differ from a snapshot: `link:br0`, `addr:10.0.0.1/24`, `route:default`, `nft:inet nat`, `sysctl:KEY`, `ns:r1`.
///
/// `*` stands for any characters. An interface that may differ takes along what belongs to it: addresses, routes, settings.
/// A table may be named without its family, an address without its length.
public struct LabException: Sendable, Hashable {
    private let kind: LabSnapshot.Item.Kind?
    private let name: LabGlob

    /// Reads one. Throws `JSONError`.
    init(json: JSONValue) throws(JSONError) {
        try self.init(JSONValue.string(of: json))
    }

    /// Parses one. Throws `JSONError` for what is none.
    public init(_ text: String) throws(JSONError) {
        let (word, rest) = text.cut(":")
        kind = LabSnapshot.Item.Kind(rawValue: word)
        guard let rest, !rest.isEmpty, kind != nil || word == "ns" else {
            let known = LabSnapshot.Item.Kind.allCases.map { "\($0.rawValue):…" }.joined(separator: ", ")
            throw JSONError("is none of \(known), ns:…: \(text.goQuoted)")
        }
        name = LabGlob(rest)
    }

    func covers(_ item: LabSnapshot.Item) -> Bool {
        if kind == .link, let link = item.link, name.matches(link) { return true }
        guard kind == item.kind else { return false }
        if name.matches(item.name) { return true }
        switch item.kind {
        case .addr, .route: return name.matches(item.name.cut("/").0)
        case .nft: return name.matches(item.name.cut(" ").1 ?? "")
        default: return false
        }
    }

    func covers(place: String) -> Bool { kind == nil && name.matches(place) }
}

extension LabSnapshot {
    /// What is different from an earlier one, as sentences.
    public func differences(from earlier: LabSnapshot, except exceptions: [LabException] = []) -> [Phrase] {
        var found: [Phrase] = []
        func counts(_ place: String) -> Bool { !exceptions.contains { $0.covers(place: place) } }
        for place in earlier.places where counts(place.name) {
            guard let now = places.first(where: { $0.name == place.name }) else {
                found.append(Phrase("the namespace \(place.name) is gone", "名字空间 \(place.name) 不见了"))
                continue
            }
            found += now.differences(from: place, except: exceptions)
        }
        for place in places where counts(place.name) && !earlier.places.contains(where: { $0.name == place.name }) {
            found.append(Phrase("the namespace \(place.name) is new", "新增了名字空间 \(place.name)"))
        }
        return found
    }
}

extension LabSnapshot.Place {
    fileprivate func differences(from earlier: Self, except exceptions: [LabException]) -> [Phrase] {
        var now: [[String]: [String]] = [:]
        for item in items { now[item.key, default: []].append(item.value) }
        var before: [[String]: [String]] = [:]
        for item in earlier.items { before[item.key, default: []].append(item.value) }
        var seen: Set<[String]> = []
        var found: [Phrase] = []
        for item in earlier.items + items
        where seen.insert(item.key).inserted && !exceptions.contains(where: { $0.covers(item) }) {
            let (old, new) = (before[item.key] ?? [], now[item.key] ?? [])
            guard old != new else { continue }
            // What belongs to an interface comes and goes with it, and is told with it.
            if item.kind == .sysctl, old.isEmpty || new.isEmpty { continue }
            found.append(item.sentence(at: name, was: old, is: new))
        }
        return found
    }
}

extension LabSnapshot.Item {
    /// `host: sysctl net.ipv4.ip_forward is 1, was 0`.
    fileprivate func sentence(at place: String, was old: [String], is new: [String]) -> Phrase {
        let thing = self.thing
        let place = Phrase(place, place == LabNode.host ? "主机" : place)
        let start = Phrase("\(place.english): \(thing.english)", "\(place.chinese)：\(thing.chinese)")
        let (was, now) = Self.first(of: old, differingFrom: new)
        func shown(_ text: String) -> String { text.isEmpty ? "" : " (\(text))" }
        if new.isEmpty { return Phrase("\(start.english) is gone\(shown(was))", "\(start.chinese) 不见了\(shown(was))") }
        if old.isEmpty { return Phrase("\(start.english) is new\(shown(now))", "\(start.chinese) 是新增的\(shown(now))") }
        return Phrase(
            "\(start.english) is \(now.quotedIfEmpty), was \(was.quotedIfEmpty)",
            "\(start.chinese) 现为 \(now.quotedIfEmpty)，原为 \(was.quotedIfEmpty)")
    }

    private var thing: Phrase {
        let place = link.map { " dev \($0)" } ?? ""
        return switch kind {
        case .link: Phrase("link \(name)", "网卡 \(name)")
        case .addr: Phrase("address \(name)\(place)", "地址 \(name)\(place)")
        case .route: Phrase("route \(name)\(place)", "路由 \(name)\(place)")
        case .neigh: Phrase("neighbour \(name)\(place)", "邻居 \(name)\(place)")
        case .sysctl: Phrase("sysctl \(name)", "内核参数 \(name)")
        case .nft: Phrase("nftables table \(name)", "nftables 表 \(name)")
        case .file: Phrase("file \(name)", "文件 \(name)")
        }
    }

    /// The first line that differs: a table may be long.
    private static func first(of old: [String], differingFrom new: [String]) -> (String, String) {
        let before = old.joined(separator: " | ").parts("\n")
        let now = new.joined(separator: " | ").parts("\n")
        let place = zip(before, now).enumerated().first { $1.0 != $1.1 }?.offset ?? min(before.count, now.count)
        func line(_ lines: [String]) -> String { lines.indices.contains(place) ? lines[place] : "" }
        return (line(before), line(now))
    }
}

extension String {
    fileprivate var quotedIfEmpty: String { isEmpty ? "\"\"" : self }
}
