import Namespaces
import NetSetup

extension Topology {
    /// All of it, for programs: `topo --format json`.
    public var json: JSONValue {
        .record([
            "namespaces": .array(places.map(json)),
            "cables": .array(
                cables.compactMap { cable in
                    guard let end = json(cable.end), let other = json(cable.other) else { return nil }
                    return .array([end, other])
                }),
            "networks": .array(
                networks.map { network in
                    .record([
                        "name": .string(network.name), "driver": .string(network.driver.rawValue),
                        "interface": .string(network.link),
                    ])
                }),
            "ports": .array(ports.map(json)),
            "masqueraded": .strings(policies.masked4.union(policies.masked6).sorted()),
            "masqueradedByOthers": .array(
                masquerades.map {
                    .record(["subnet": .string("\($0.subnet)"), "interface": .text($0.interface)])
                }),
            "internal": .strings(policies.isolated.sorted()),
        ])
    }

    private func json(_ place: Place) -> JSONValue {
        let kind =
            switch place.role {
            case .host: "host"
            case .container: "container"
            case .named: "named"
            case .process: "process"
            }
        return .record([
            "inode": .integer(Int64(place.inode)), "kind": .string(kind), "name": .string(place.title),
            "pid": place.process.map { .integer(Int64($0)) },
            "names": place.names.isEmpty ? nil : .strings(place.names),
            "sharedWith": place.members.isEmpty ? nil : .strings(place.members),
            "interfaces": .array(place.survey.links.map { json($0, in: place) }),
            "routes": .array(
                place.survey.mainRoutes.map { route in
                    .record([
                        "destination": .string(route.destination.length == 0 ? "default" : "\(route.destination)"),
                        "gateway": .text(route.gateway),
                        "interface": .text(route.link.flatMap(place.survey.link)?.name),
                    ])
                }),
        ])
    }

    private func json(_ link: Link, in place: Place) -> JSONValue {
        .record([
            "name": .string(link.name), "index": .integer(Int64(link.index)),
            "kind": .string(link.kind ?? (link.isLoopback ? "loopback" : "card")), "up": .bool(link.isUp),
            "carrier": .bool(link.hasCarrier), "mtu": .integer(Int64(link.mtu)), "mac": .text(link.mac),
            "addresses": .strings(place.survey.addresses(of: link).map(\.description)),
            "bridge": .text(link.master.flatMap(place.survey.link)?.name),
            "isolated": link.port?.isIsolated == true ? true : nil, "mode": .text(link.macvlanKind?.rawValue),
            "vni": link.vni.map { .integer(Int64($0)) },
        ])
    }

    private func json(_ end: NetworkSurvey.End) -> JSONValue? {
        guard let place = place(end.namespace), let link = link(end) else { return nil }
        return .record([
            "namespace": .integer(Int64(place.inode)), "name": .string(place.title), "interface": .string(link.name),
        ])
    }

    private func json(_ port: Port) -> JSONValue {
        let element = port.element
        return .record([
            "hostAddress": .text(element.hostAddress), "hostPort": .integer(Int64(element.hostPort)),
            "protocol": .string(element.transport.rawValue), "address": .string("\(element.address)"),
            "port": .integer(Int64(element.port)), "container": .text(port.place.flatMap(place)?.title),
            "interface": .text(port.interface), "table": .text(port.chain.map { "\($0.family) \($0.table)" }),
            "chain": .text(port.chain?.name),
        ])
    }
}
