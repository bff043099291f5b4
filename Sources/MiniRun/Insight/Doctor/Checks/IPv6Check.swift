import CShim
import Namespaces
import NetSetup

/// All that IPv6 needs besides.
struct IPv6Check: Check {
    static let number = 18
    static let id = "ipv6"
    static let title = "Does IPv6 work: address, gateway, forwarding?"

    func look(at patient: Patient) throws -> Finding {
        guard let inside = patient.inside, let endpoint = patient.endpoints.first(where: { $0.address6 != nil }),
            let address = endpoint.address6
        else { return .skip(Phrase("it has no IPv6 address", "它没有 IPv6 地址")) }
        guard let link = inside.link(named: endpoint.interface), link.isUp else {
            return .skip(DoctorWords.seeInterface)
        }
        if endpoint.isBridged, patient.host.survey.link(named: endpoint.link)?.isUp != true {
            return .skip(DoctorWords.seeCable)
        }
        let dev = endpoint.interface.shellQuoted
        guard inside.addresses(of: link).contains(address) else {
            return .fail(
                DoctorWords.lacks(endpoint.interface, address),
                mend: .verbatim("\(patient.enter) ip address add \(address) nodad dev \(dev)"))
        }
        guard
            let gateway = patient.endpoints.leading(.v6).flatMap({
                $0.networkID == endpoint.networkID ? $0.gateway6 : nil
            })
        else { return .pass(Phrase("\(address), no way out", "\(address)，不通外网")) }
        let route = inside.routes.first { $0.isDefault && $0.destination.address.family == .v6 }
        guard route?.gateway == gateway else {
            return .fail(
                DoctorWords.defaultRoute(route?.gateway.map { "via \($0)" } ?? "none", expected: "via \(gateway)"),
                mend: .verbatim("\(patient.enter) ip -6 route replace default via \(gateway) dev \(dev)"))
        }
        guard endpoint.isBridged else { return .pass(.verbatim("\(address), default via \(gateway)")) }
        let setting = Sysctl(HostSetting.forwarding6.path)
        guard try setting.value() == "1" else {
            return .fail(
                Phrase("\(setting) is not 1: the host passes no IPv6 on", "\(setting) 不为 1：主机不转发 IPv6"),
                mend: .verbatim("sysctl -w \(setting)=1"))
        }
        let bridge = patient.host.survey.link(named: endpoint.link)
        guard let bridge, patient.host.survey.addresses(of: bridge).contains(where: { $0.address == gateway }) else {
            return .fail(
                DoctorWords.lacks(endpoint.link, gateway),
                mend: .verbatim(
                    "ip address add \(gateway)/\(address.length) nodad dev \(endpoint.link.shellQuoted)"))
        }
        return .pass(.verbatim("\(address), default via \(gateway), \(setting) = 1"))
    }
}
