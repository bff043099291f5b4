import Namespaces
import NetSetup
import SystemPackage

/// `clean`: nothing of minirun is left, in its files and in the kernel.
struct CleanLabCheck: LabCheck {
    static let kind = "clean"
    static let members: [String] = []

    init(json: JSONValue) throws(JSONError) {}

    func look(at world: LabWorld) throws -> LabFinding {
        var left: [Phrase] = []
        for id in try world.store.ids() {
            let name = try world.store.record(id)?.name ?? ContainerID.short(id)
            left.append(Phrase("container \(name)", "容器 \(name)"))
        }
        let networks = try NetworkStore(world.paths).all()
        left += networks.map { Phrase("network \($0.name)", "网络 \($0.name)") }
        let survey = try world.node(LabNode.host).survey()
        let own = Set(
            networks.filter { $0.hasBridge && $0.addedToBridge == nil }.map(\.bridgeName)
                + [DefaultNetwork.ownBridge, LoopPair.outward, LoopPair.inward])
        left += survey.links.filter { own.contains($0.name) }.map {
            Phrase("interface \($0.name)", "网卡 \($0.name)")
        }
        if try EnsureFirewall.condition(NetlinkSocket(.netfilter)) != .missing {
            left.append(Phrase("table inet \(FirewallTable.name)", "nftables 表 inet \(FirewallTable.name)"))
        }
        for name in try Files.names(in: world.paths.networks).sorted() where HostSetting(fileName: name) != nil {
            left.append(Phrase("the changed setting \(name)", "改动过的内核参数 \(name)"))
        }
        guard !left.isEmpty else { return LabFinding(true, Phrase("nothing of minirun is left", "没有留下 minirun 的任何东西")) }
        return LabFinding(
            false,
            Phrase(
                "left are: \(left.map(\.english).joined(separator: ", "))",
                "还留有：\(left.map(\.chinese).joined(separator: "、"))"))
    }
}
