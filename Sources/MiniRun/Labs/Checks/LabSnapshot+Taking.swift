import Namespaces
import NetSetup
import SystemPackage

extension LabSnapshot {
    /// Looks at everything now. What ends meanwhile is left out. Throws what keeps it from looking at the host.
    public init(taking world: LabWorld) throws {
        var places = [try Self.place(LabNode.host, of: world.node(LabNode.host))]
        places[0].items.append(
            Item(
                kind: .file, name: ContainerResolver.hostPath,
                value: (try? Files.text(FilePath(ContainerResolver.hostPath))) ?? ""))
        for name in try Files.names(in: Exposure.directory).sorted() {
            guard case .live(let namespace) = NamedNamespace(name) else { continue }
            let node = LabNode(name: name, process: nil, namespace: namespace)
            if let place = try? Self.place(name, of: node) { places.append(place) }
        }
        self.init(places: places)
    }

    private static func place(_ name: String, of node: LabNode) throws -> Place {
        let survey = try node.survey()
        let neighbours = try NetlinkSocket(.route, in: node.namespace.descriptor).neighbours()
        let (settings, tables) = try NetworkVisit.run(in: node.namespace.descriptor) {
            (Self.settings(of: survey), try NftRuleset.current())
        }
        let items = links(survey) + addresses(survey) + routes(survey) + permanent(neighbours, survey) + settings
        return Place(
            name: name, items: items + tables.map { Item(kind: .nft, name: $0.name, value: $0.text) })
    }

    private static func links(_ survey: NamespaceSurvey) -> [Item] {
        survey.links.map { link in
            var words = [link.kind ?? "card", link.isUp ? "up" : "down", "mtu \(link.mtu)"]
            if let master = link.master { words.append("master \(survey.link(master)?.name ?? "?")") }
            // That of a port is nobody's address, and another one after each new cable.
            if let mac = link.mac, link.master == nil { words.append("\(mac)") }
            if let vni = link.vni { words.append("vni \(vni)") }
            if link.port?.hasHairpin == true { words.append("hairpin") }
            if link.port?.isIsolated == true { words.append("isolated") }
            return Item(kind: .link, name: link.name, value: words.joined(separator: " "))
        }
    }

    /// Without those that the kernel makes by itself, at its own time.
    private static func addresses(_ survey: NamespaceSurvey) -> [Item] {
        survey.addresses.filter { $0.prefix.address.family == .v4 || !$0.prefix.address.isLinkLocal }.map { address in
            Item(
                kind: .addr, name: "\(address.prefix)", link: survey.link(address.link)?.name ?? "?", value: "")
        }
    }

    private static func routes(_ survey: NamespaceSurvey) -> [Item] {
        survey.mainRoutes.map { route in
            let via = route.gateway.map { "via \($0)" }
            let metric = route.metric == 0 ? nil : "metric \(route.metric)"
            return Item(
                kind: .route, name: route.words, link: route.link.flatMap { survey.link($0)?.name },
                value: [via, metric].compactMap(\.self).joined(separator: " "))
        }
    }

    private static func permanent(_ neighbours: [Neighbour], _ survey: NamespaceSurvey) -> [Item] {
        neighbours.filter { $0.isPermanent && !$0.address.isMulticast }.compactMap { neighbour in
            guard let mac = neighbour.mac else { return nil }
            return Item(
                kind: .neigh, name: "\(neighbour.address)", link: survey.link(neighbour.link)?.name, value: "\(mac)")
        }
    }

    // MARK: Settings

    private static let general = [
        "net/ipv4/ip_forward", "net/ipv4/ip_nonlocal_bind", "net/ipv4/ip_unprivileged_port_start",
        "net/ipv4/icmp_echo_ignore_all", "net/ipv6/conf/all/forwarding", "net/bridge/bridge-nf-call-iptables",
        "net/bridge/bridge-nf-call-ip6tables", "net/bridge/bridge-nf-call-arptables",
    ]
    /// Without `forwarding`, which follows the setting for all.
    private static let ofLinks4 = [
        "rp_filter", "route_localnet", "proxy_arp", "arp_ignore", "arp_announce", "accept_local",
    ]
    private static let ofLinks6 = ["disable_ipv6", "proxy_ndp"]

    /// Read where /proc/sys/net is the namespace's.
    private static func settings(of survey: NamespaceSurvey) -> [Item] {
        var found = general.compactMap { item(Sysctl($0), of: nil) }
        for link in ["all", "default"] + survey.links.map(\.name) {
            let owner = link == "all" || link == "default" ? nil : link
            found += ofLinks4.compactMap { item(Sysctl("net/ipv4/conf/\(link)/\($0)"), of: owner) }
            found += ofLinks6.compactMap { item(Sysctl("net/ipv6/conf/\(link)/\($0)"), of: owner) }
        }
        return found
    }

    private static func item(_ setting: Sysctl, of link: String?) -> Item? {
        guard let value = try? setting.value() else { return nil }
        return Item(kind: .sysctl, name: "\(setting)", link: link, value: value)
    }
}

extension Route {
    /// `default`, or the prefix.
    var words: String { destination.length == 0 ? "default" : "\(destination)" }
}
