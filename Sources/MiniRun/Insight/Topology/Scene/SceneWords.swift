/// The words of a picture.
enum SceneWords {
    static let router = Phrase("router", "路由器")
    static let host = Phrase("host", "主机")
    static let bridge = Phrase("bridge", "网桥")
    static let wire = Phrase("card", "网卡")
    static let network = Phrase("network", "网络")
    static let container = Phrase("container", "容器")
    static let named = Phrase("namespace", "名字空间")
    static let process = Phrase("process", "进程")
    static let interfaces = Phrase("interfaces", "网卡")
    static let interface = Phrase("interface", "网卡")
    static let routes = Phrase("routes", "路由")
    static let route = Phrase("route", "路由")
    static let addresses = Phrase("addresses", "地址")
    static let masquerade = Phrase("NAT", "地址转换")
    static let masqueradeHint = Phrase("leaves as", "出口地址")
    static let published = Phrase("published", "已发布")
    static let gateway = Phrase("gateway", "网关")
    static let members = Phrase("also inside", "同在其中")
    static let hostMembers = Phrase("--net host", "--net host")
    static let beside = Phrase("other namespaces", "其他名字空间")
    static let alone = Phrase("not connected", "未连接")
    static let alsoIn = Phrase("also in", "也在")
    static let nobody = Phrase("nobody", "无人应答")
    static let internalNetwork = Phrase("internal: no way out", "内部网络：不通外网")
    static let unrouted = Phrase("the host has no address in it", "主机在其中没有地址")
    static let empty = Phrase("nobody is in it", "其中没有容器")
    static let down = Phrase("down", "未启用")
    static let port = Phrase("port", "端口")
    static let title = Phrase("The network of this host", "本机的网络")
    static let foreign = Phrase("made by others", "由其他程序创建")
    static let details = Phrase("Details", "详情")
    static let cardKind = Phrase("card", "网卡")

    static func more(_ count: Int) -> Phrase {
        Phrase("\(count) more line\(count == 1 ? "" : "s"): enlarge the window", "还有 \(count) 行：请放大窗口")
    }
    static func count(bridges: Int, containers: Int, others: Int) -> Phrase {
        Phrase(
            "\(bridges) bridge\(bridges == 1 ? "" : "s"), \(containers) container\(containers == 1 ? "" : "s"), "
                + "\(others) other namespace\(others == 1 ? "" : "s")",
            "\(bridges) 个网桥，\(containers) 个容器，\(others) 个其他名字空间")
    }
    static func macvlan(on parent: String) -> Phrase { Phrase("on \(parent)", "位于 \(parent)") }
}

extension Scene {
    /// A phrase in the picture's language.
    func say(_ phrase: Phrase) -> String { phrase.text(language) }

    /// What kind of thing a machine is.
    func say(_ kind: Machine.Kind) -> String {
        switch kind {
        case .container: say(SceneWords.container)
        case .named: say(SceneWords.named)
        case .process: say(SceneWords.process)
        }
    }

    /// `network bridge`; empty for a segment that no network of minirun's has.
    func networks(of segment: Segment) -> String {
        segment.networks.isEmpty ? "" : say(SceneWords.network) + " " + segment.networks.joined(separator: ", ")
    }

    /// `bridge`, or `card`.
    func say(_ kind: Segment.Kind) -> String { say(kind == .bridge ? SceneWords.bridge : SceneWords.wire) }

    /// What a segment is not, or has besides machines.
    func remarks(on segment: Segment) -> [String] {
        let further = segment.further.map { interface in
            ([say(SceneWords.port), interface.name]
                + [interface.kind ?? say(SceneWords.cardKind), interface.note]
                .compactMap(\.self) + (interface.peer.map { ["↔", $0] } ?? [])).joined(separator: " ")
        }
        return (segment.isUp ? [] : [say(SceneWords.down)])
            + (segment.isInternal ? [say(SceneWords.internalNetwork)] : [])
            + (segment.isRouted ? [] : [say(SceneWords.unrouted)]) + further
    }

    /// Whether it is drawn dim: nothing of minirun's.
    func isForeign(_ segment: Segment) -> Bool {
        !segment.isOwn && !segment.attachments.contains { machines[$0.machine]?.kind == .container }
    }

    /// Who answers at a published port.
    func answerer(of port: Port) -> String { port.machine.flatMap { machines[$0] }?.title ?? say(SceneWords.nobody) }

    /// Other segments that a machine is in than this one.
    func otherSegments(of machine: Machine, than segment: Segment) -> [String] {
        machine.segments.filter { $0 != segment.name }
    }
}
