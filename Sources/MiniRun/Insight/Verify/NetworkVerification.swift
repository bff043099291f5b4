import Namespaces
import NetSetup

/// A network that has a bridge: the bridge, what the host is set to for it, the port to other hosts, the firewall's sets.
struct NetworkVerification {
    let host: InspectedHost
    let record: NetworkRecord

    init(_ host: InspectedHost, _ record: NetworkRecord) {
        self.host = host
        self.record = record
    }

    private var place: Deviation.Place { .network(record.name) }

    /// A record whose options cannot be read has nothing to be compared with, and says so when it is used.
    func deviations() throws -> [Deviation] {
        guard let options = try? BridgeOptions(record) else { return [] }
        guard host.survey.link(named: record.bridgeName) != nil else { return [missing(options)] }
        return bridge(options) + settings() + port() + (try firewall())
    }

    /// The steps that a start would take.
    private func steps() throws -> [any Step] { try NetworkSetup(record, paths: host.paths, host.route).steps }

    private func missing(_ options: BridgeOptions) -> Deviation {
        let isForeign = record.addedToBridge != nil
        let name = record.bridgeName.shellQuoted
        return Deviation(
            place: place, what: VerifyWords.bridge(record.bridgeName), expected: VerifyWords.there,
            found: VerifyWords.missing,
            mend: isForeign
                ? ["ip link add name \(name) type bridge"]
                : ["ip link add name \(name) type bridge"]
                    + record.bridgeAddresses(options).map { "ip address add \($0) dev \(name)" }
                    + ["ip link set dev \(name) up"],
            remedy: isForeign ? nil : (try? steps()).map { .host($0) })
    }

    /// What its bridge should be.
    static func expected(
        _ record: NetworkRecord, _ options: BridgeOptions, members: [Endpoint]
    ) -> ExpectedLink {
        var link = ExpectedLink(record.bridgeName)
        link.kind = "bridge"
        link.addresses = record.bridgeAddresses(options)
        if let linkLocal = CreateBridge.linkLocal, link.addresses.contains(where: { $0.address.family == .v6 }) {
            link.addresses.append(linkLocal)
        }
        // Nobody else's address is ours to take away; and without members the settings decide anew at the next start.
        let isUndecided = record.isPredefined && members.isEmpty
        link.allowsOthers = record.addedToBridge != nil || isUndecided
        if isUndecided { link.addresses = [] }
        link.mtu = record.addedToBridge == nil ? options.mtu : nil
        link.leastMTU = members.map(\.mtu).max()
        return link
    }

    private func bridge(_ options: BridgeOptions) -> [Deviation] {
        let expected = Self.expected(record, options, members: host.endpoints(in: record.id))
        return expected.differences(from: host.survey).map { Deviation(place, record.bridgeName, $0) }
    }

    private func settings() -> [Deviation] {
        guard !record.isInternal else { return [] }
        let needed: [HostSetting] = [.forwarding4] + (record.hasIPv6 ? [.forwarding6] : [])
        return needed.compactMap { setting in
            let sysctl = Sysctl(setting.path)
            guard let value = try? sysctl.value(), value != setting.needed else { return nil }
            let step = SetSysctl(setting.path, setting.needed, why: "A network needs it.")
            return Deviation(
                place: place, what: .verbatim("\(sysctl)"), expected: .verbatim(setting.needed),
                found: .verbatim(value),
                mend: ["sysctl -w \(sysctl)=\(setting.needed)"], remedy: .host([step]))
        }
    }

    /// The port to other hosts, of an overlay network.
    func port() -> [Deviation] {
        guard record.driver == .overlay, let options = try? OverlayOptions(record) else { return [] }
        let name = OverlayOptions.portName(record)
        let link = host.survey.link(named: name)
        var expected = ExpectedLink(name)
        expected.kind = "vxlan"
        expected.bridge = record.bridgeName
        return expected.differences(from: host.survey).map { difference in
            var deviation = Deviation(place, name, difference)
            if link == nil || difference.property == .state {
                let mtu = host.survey.link(named: record.bridgeName)?.mtu ?? 1450
                let step = options.port(of: record, mtu: mtu)
                deviation.mend = step.explanation.shell
                deviation.remedy = .host([step])
            }
            return deviation
        }
    }

    private func firewall() throws -> [Deviation] {
        guard let netfilter = host.netfilter, try EnsureFirewall.condition(netfilter) != .missing else { return [] }
        let step = AdmitNetwork(try record.policy(host.route))
        return try Deviation.of(step, place, netfilter)
    }
}

extension Deviation {
    /// What of a step is not in the firewall's table.
    static func of(_ step: some FirewallStep, _ place: Place, _ netfilter: NetlinkSocket) throws -> [Deviation] {
        try step.faults(by: netfilter).map { fault in
            Deviation(
                place: place, what: VerifyWords.firewallSet(fault.set), expected: .value(fault.expected),
                found: .value(fault.found),
                mend: ["nft \(fault.command.shellQuoted)"], remedy: .host([step]))
        }
    }
}
