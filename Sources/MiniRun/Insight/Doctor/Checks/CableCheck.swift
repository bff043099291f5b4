import Namespaces
import NetSetup

/// Is the host's end of the cable in its bridge, and do frames pass?
struct CableCheck: Check {
    static let number = 6
    static let id = "cable"
    static let title = "Is the cable in its bridge, and does the bridge let its frames pass?"

    func look(at patient: Patient) throws -> Finding {
        let plugs = patient.network.plugs.filter { $0.hostInterface != nil }
        guard !patient.bridged.isEmpty || !plugs.isEmpty else { return .skip(DoctorWords.onNoBridge) }
        var seen: [Phrase] = []
        for endpoint in patient.bridged {
            guard let name = endpoint.hostInterface, let inside = patient.inside?.link(named: endpoint.interface) else {
                continue
            }
            if let fault = try Self.fault(of: endpoint, inside, patient.host) { return fault }
            seen.append(Phrase("\(name) in \(endpoint.link)", "\(name) 在 \(endpoint.link) 上"))
        }
        for plug in plugs where patient.inside?.link(named: plug.interface) != nil {
            guard let cable = ContainerVerification.expectedCable(plug) else { continue }
            if let difference = cable.differences(from: patient.host.survey).first {
                return .fail(
                    Deviation(.container(patient.name), cable.name, difference).statement,
                    mend: difference.mend?.commands() ?? DoctorWords.repair)
            }
            seen.append(Phrase("\(cable.name) in \(plug.bridge)", "\(cable.name) 在 \(plug.bridge) 上"))
        }
        guard !seen.isEmpty else { return .skip(DoctorWords.seeInterface) }
        let list = seen.joined()
        return .pass(Phrase("\(list.english), forwarding", "\(list.chinese)，转发状态"))
    }

    /// What is wrong with one cable; `inside` is the container's end.
    static func fault(of endpoint: Endpoint, _ inside: Link?, _ host: InspectedHost) throws -> Finding? {
        let (bridgeName, name) = (endpoint.link, endpoint.hostInterface ?? "")
        let (dev, master) = (name.shellQuoted, bridgeName.shellQuoted)
        guard let bridge = host.survey.link(named: bridgeName) else {
            return .fail(DoctorWords.noBridge(bridgeName), mend: DoctorWords.repair)
        }
        guard bridge.isUp else {
            return .fail(DoctorWords.isDown(bridgeName), mend: .verbatim("ip link set dev \(master) up"))
        }
        guard let cable = host.survey.link(named: name) else {
            return .fail(Phrase("the host has no interface \(name)", "主机上没有网卡 \(name)"), mend: DoctorWords.repair)
        }
        let expected = try ContainerVerification.expectedCable(endpoint, host)
        guard cable.master == bridge.index else {
            let other = host.survey.links.first { $0.index == cable.master }?.name
            return .fail(
                Phrase(
                    "\(name) is \(other.map { "in bridge \($0)" } ?? "in no bridge"), not in \(bridgeName)",
                    "\(name) \(other.map { "在网桥 \($0) 上" } ?? "不在任何网桥上")，而不在 \(bridgeName) 上"),
                mend: expected?.differences(from: host.survey).first { $0.property == .bridge }?.mend?.commands()
                    ?? DoctorWords.repair)
        }
        guard cable.isUp else {
            return .fail(DoctorWords.isDown(name), mend: .verbatim("ip link set dev \(dev) up"))
        }
        if let port = cable.port, port.isIsolated, expected?.port?.isolated == false {
            return .fail(
                Phrase(
                    "\(name) is isolated from other ports, although the network lets its containers talk",
                    "\(name) 被设为隔离端口 (isolated)，但该网络允许容器互访"),
                mend: .verbatim("ip link set dev \(dev) type bridge_slave isolated off"))
        }
        // An end that is down takes its port out, and is its own check's.
        if let port = cable.port, !port.isForwarding, inside?.isUp != false {
            return .fail(
                Phrase(
                    "\(name) is no forwarding port of \(bridgeName)", "\(name) 在 \(bridgeName) 上的端口不处于转发状态 (forwarding)"
                ),
                mend: .verbatim("bridge link set dev \(dev) state 3"))
        }
        if bridge.filtersVLANs, try !host.route.linksWithPVID().contains(cable.index) {
            return .fail(
                Phrase(
                    "\(bridgeName) filters by VLAN, and \(name) is in none",
                    "\(bridgeName) 启用了 VLAN 过滤，而 \(name) 不属于任何 VLAN"),
                mend: .verbatim("bridge vlan add dev \(dev) vid 1 pvid untagged"))
        }
        return nil
    }
}
