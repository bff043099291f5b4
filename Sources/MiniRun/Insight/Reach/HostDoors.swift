import Namespaces
import NetSetup

/// The host's addresses by interface, as far as others can mean them: without those of networks' bridges and the loop pair.
struct HostDoors {
    private let doors: [PortReach.Door]
    /// What other firewalls do; nil where that cannot be read.
    private let ruleset: ForeignRuleset?

    /// Asks the kernel. Throws `NetlinkError`, and what is wrong with the settings.
    init(_ paths: StatePaths) throws {
        let store = NetworkStore(paths)
        let usual = DefaultNetwork.bridgeName(try NetworkSettings.read(paths.configuration))
        let bridges = try Set(
            store.all().filter { $0.hasBridge && $0.addedToBridge == nil }.map(\.bridgeName)
                + [usual == DefaultNetwork.ownBridge ? usual : nil].compactMap(\.self))
        let host = try HostNetwork(NetlinkSocket(.route))
        doors = host.links.filter { link in
            link.isUp && !bridges.contains(link.name) && ![LoopPair.outward, LoopPair.inward].contains(link.name)
        }.flatMap { link in
            host.addresses(of: link).map {
                PortReach.Door(interface: link.name, address: $0.address, audience: .init($0.address))
            }
        }
        ruleset = try? ForeignRuleset(by: NetlinkSocket(.netfilter), detail: true)
    }

    /// From plain values, for tests.
    init(doors: [PortReach.Door], ruleset: ForeignRuleset? = nil) { (self.doors, self.ruleset) = (doors, ruleset) }

    /// Where ports of a container are open, which are published through this endpoint: one for each port of the host, and one
    /// for each port inside that neighbours of a routed network reach.
    func reach(_ publications: [Publication], of container: String, through endpoint: Endpoint?) -> [PortReach] {
        let targets = endpoint?.publicAddresses ?? []
        func reach(_ publication: Publication, _ hostPort: UInt16?, _ open: [PortReach.Door]) -> PortReach {
            PortReach(
                container: container, port: publication.container, targets: targets, hostPort: hostPort,
                isEverywhere: hostPort != nil && publication.hostAddress == nil,
                doors: open.map { door in
                    var door = door
                    door.obstacle = obstacle(door, publication, hostPort, endpoint)
                    return door
                })
        }
        var reaches: [PortReach] = []
        for publication in publications where publication.isReserved {
            let open: [PortReach.Door]
            if let address = publication.hostAddress {
                let door = doors.first { $0.address == address }
                open = [door ?? .init(interface: nil, address: address, audience: .init(address))]
            } else {
                open = doors.filter { door in
                    (door.address.family == .v4 ? publication.guardAddress4 : publication.guardAddress6) != nil
                }
            }
            reaches.append(reach(publication, publication.hostPort, open))
        }
        for publication in publications {
            let open = targets.filter { address in
                endpoint?.isRouted(address.family) == true
                    && (publication.hostAddress.map { $0.family == address.family } ?? true)
            }.map { PortReach.Door(interface: nil, address: $0, audience: .init($0)) }
            guard !open.isEmpty else { continue }
            reaches.append(reach(publication, nil, open))
        }
        // Two ports of the host may lead to one inside.
        return reaches.unique
    }

    /// What of other firewalls stands between a door and the container.
    private func obstacle(
        _ door: PortReach.Door, _ publication: Publication, _ hostPort: UInt16?, _ endpoint: Endpoint?
    ) -> ForeignRuleset.Obstacle? {
        let family = door.address.family
        guard let ruleset, let target = endpoint?.publicAddresses.first(where: { $0.family == family }) else {
            return nil
        }
        let inside = publication.container
        return ruleset.obstacle(
            to: ForeignRuleset.Arrival(
                inside.transport, by: door.audience == .host ? LoopPair.inward : door.interface, to: door.address,
                hostPort ?? inside.number, for: target, inside.number, over: endpoint?.link))
    }
}

extension Endpoint {
    fileprivate func isRouted(_ family: IPAddress.Family) -> Bool {
        (family == .v4 ? modes.v4 : modes.v6) == .routed
    }
}
