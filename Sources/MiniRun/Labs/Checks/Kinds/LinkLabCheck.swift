import Namespaces
import NetSetup

/// `link`: an interface is there and is as it is described; what is not described does not matter. The name may have `*`.
struct LinkLabCheck: LabCheck {
    static let kind = "link"
    static let members = ["ns", "name", "exists", "kind", "up", "carrier", "master", "mtu", "peer_ns", "parent"]

    let node: String
    let name: LabGlob
    let isWanted: Bool
    let kind: String?
    let isUp: Bool?
    let hasCarrier: Bool?
    /// Empty for one that is no port.
    let master: String?
    let mtu: Int?
    let peer: String?
    let parent: String?

    init(json: JSONValue) throws(JSONError) {
        node = try json.string("ns")
        name = LabGlob(try json.string("name"))
        isWanted = try json.isWanted()
        kind = try json.string(ifPresent: "kind")
        isUp = try json.bool(ifPresent: "up")
        hasCarrier = try json.bool(ifPresent: "carrier")
        master = try json.string(ifPresent: "master")
        mtu = try json.integer(ifPresent: "mtu")
        peer = try json.string(ifPresent: "peer_ns")
        parent = try json.string(ifPresent: "parent")
    }

    func look(at world: LabWorld) throws -> LabFinding {
        let node = try world.node(node)
        let survey = try node.survey()
        let named = survey.links.filter { link in ([link.name] + link.alternativeNames).contains(where: name.matches) }
        guard !named.isEmpty else {
            return LabFinding(
                !isWanted, LabCheckWords.missing(Phrase("interface \(name.text)", "网卡 \(name.text)"), at: node.name))
        }
        let cables = try cables(of: node, in: world)
        let found = named.map { link in (link, faults: faults(of: link, survey, cables)) }
        // Of several that may be meant, the one that is nearest to what it should be.
        guard let (link, faults) = found.min(by: { $0.faults.count < $1.faults.count }), !faults.isEmpty else {
            let link = found.first { $0.faults.isEmpty }?.0 ?? named[0]
            let thing = Phrase("\(link.name) (\(link.summary(survey)))", "网卡 \(link.name)（\(link.summary(survey))）")
            return LabFinding(isWanted, LabCheckWords.there(thing, at: node.name))
        }
        return LabFinding(
            !isWanted,
            LabCheckWords.list(
                faults.map { fault in
                    Phrase(
                        "\(link.name) in \(node.name) \(fault.english)",
                        "名字空间 \(node.name) 中的 \(link.name) \(fault.chinese)")
                }))
    }

    /// The other ends of its interfaces, where they are asked for.
    private func cables(of node: LabNode, in world: LabWorld) throws -> LabCables? {
        guard peer != nil || parent != nil else { return nil }
        let other = try world.node(peer ?? LabNode.host)
        return LabCables(from: node.namespace, to: other.namespace)
    }

    private func faults(of link: Link, _ survey: NamespaceSurvey, _ cables: LabCables?) -> [Phrase] {
        var found: [Phrase] = []
        let own = link.kind ?? (link.isLoopback ? "loopback" : "card")
        if let kind, own != kind { found.append(Phrase("is a \(own)", "是 \(own)")) }
        if let isUp, link.isUp != isUp {
            found.append(link.isUp ? Phrase("is up", "已启用") : Phrase("is down", "未启用"))
        }
        if let hasCarrier, link.hasCarrier != hasCarrier {
            found.append(
                link.hasCarrier ? Phrase("has a carrier", "有载波") : Phrase("has no carrier", "没有载波"))
        }
        if let mtu, link.mtu != mtu { found.append(Phrase("has an MTU of \(link.mtu)", "的 MTU 是 \(link.mtu)")) }
        let port = link.master.map { survey.link($0)?.name ?? "?" } ?? ""
        if let master, port != master {
            found.append(
                port.isEmpty
                    ? Phrase("is no port of any bridge", "不是任何网桥的端口")
                    : Phrase("is a port of \(port)", "是 \(port) 的端口"))
        }
        let end = cables?.other(of: link)
        if let peer, end == nil {
            found.append(Phrase("has no other end in \(peer)", "的另一端不在 \(peer)"))
        }
        if let parent, end?.name != parent {
            found.append(
                end.map { Phrase("stands on \($0.name)", "的父网卡是 \($0.name)") }
                    ?? Phrase("stands on no interface that can be seen", "没有可见的父网卡"))
        }
        return found
    }
}

/// What is at the other ends of a namespace's interfaces, as far as that is in one other namespace, or in the same.
private struct LabCables {
    private let survey: NetworkSurvey
    private let own: UInt64?
    private let others: UInt64?

    init(from own: NamespaceHandle, to other: NamespaceHandle) {
        survey = NetworkSurvey([own, other])
        self.own = try? own.inode()
        others = try? other.inode()
    }

    func other(of link: Link) -> Link? {
        for cable in survey.cables {
            for (near, far) in [(cable.end, cable.other), (cable.other, cable.end)]
            where near.namespace == own && near.link == link.index && far.namespace == others {
                return survey.namespaces.first { $0.inode == others }?.link(far.link)
            }
        }
        // A macvlan may stand on an interface beside it.
        guard let parent = link.parent, link.parentNamespace == nil else { return nil }
        return survey.namespaces.first { $0.inode == own && own == others }?.link(parent)
    }
}

extension Link {
    /// `veth, up, mtu 1500, master br0`.
    fileprivate func summary(_ survey: NamespaceSurvey) -> String {
        let port = master.map { "master \(survey.link($0)?.name ?? "?")" }
        return [kind, isUp ? "up" : "down", "mtu \(mtu)", port].compactMap(\.self).joined(separator: ", ")
    }
}
