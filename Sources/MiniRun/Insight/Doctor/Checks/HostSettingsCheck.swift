import Namespaces
import NetSetup

/// Is the host set up as a router?
struct HostSettingsCheck: Check {
    static let number = 8
    static let id = "forwarding"
    static let title = "Does the host forward, and do its settings let published ports work?"

    func look(at patient: Patient) throws -> Finding {
        guard patient.bridged.contains(where: { !patient.isInternal($0) }) else {
            return .skip(Phrase("the host is not its router", "主机不是它的路由器"))
        }
        return Self.finding(patient.host, publishes: !patient.reserved.isEmpty)
    }

    static func finding(_ host: InspectedHost, publishes: Bool) -> Finding {
        func value(_ path: String) -> String? { (try? Sysctl(path).value()) ?? nil }
        guard value("net/ipv4/ip_forward") == "1" else {
            return .fail(
                Phrase(
                    "net.ipv4.ip_forward is not 1: the host passes nothing on", "net.ipv4.ip_forward 不为 1：主机不转发任何报文"),
                mend: .verbatim("sysctl -w net.ipv4.ip_forward=1"))
        }
        if publishes, let fault = MendLoopPair.faults(in: host.survey).first {
            let isMissing = host.survey.link(named: LoopPair.outward) == nil
            return .fail(
                Phrase(
                    "host processes reach no published port: \(fault.found), should be \(fault.expected)",
                    Phrase.spaced(
                        "主机上的进程到不了已发布的端口：现为", Phrase.value(fault.found).chinese, "，应为", fault.expected)),
                mend: isMissing
                    ? DoctorWords.repair : MendLoopPair().commands())
        }
        let ways = host.survey.routes.filter { $0.isDefault && $0.destination.address.family == .v4 }
        let links = host.survey.links.filter { link in ways.contains { $0.link == link.index } }
        if links.count > 1 {
            // The stricter of the two counts.
            let all = value("net/ipv4/conf/all/rp_filter").flatMap { Int($0) } ?? 0
            for link in links {
                let own = value("net/ipv4/conf/\(link.name)/rp_filter").flatMap { Int($0) } ?? 0
                guard max(all, own) == 1 else { continue }
                return .fail(
                    Phrase(
                        "\(link.name) drops what comes in by it and is answered by another way out (rp_filter 1)",
                        "\(link.name) 丢弃从它进来、却要从另一出口回应的报文（rp_filter 为 1）"),
                    mend: .verbatim("sysctl -w net.ipv4.conf.\(link.name).rp_filter=2"))
            }
        }
        let forwards = "net.ipv4.ip_forward = 1"
        return .pass(
            publishes ? Phrase("\(forwards), the loop pair is whole", "\(forwards)，回环虚拟网卡对完好") : .verbatim(forwards))
    }
}
