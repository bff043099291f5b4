import Namespaces
import NetSetup

/// Does the way out lead to somebody?
struct RouteCheck: Check {
    static let number = 5
    static let id = "route"
    static let title = "Has the container a default route, and does its gateway answer?"

    func look(at patient: Patient) throws -> Finding {
        guard let inside = patient.inside, !patient.endpoints.isEmpty else { return .skip(DoctorWords.inNoNetwork) }
        guard patient.endpoints.allSatisfy(patient.hasInterface) else { return .skip(DoctorWords.seeInterface) }
        var seen: [String] = []
        for endpoint in patient.endpoints {
            var expected = ContainerVerification.expected(endpoint, of: patient.network)
            expected.gateways.removeAll { $0.family == .v6 }
            for difference in expected.differences(from: inside) where difference.property == .route {
                return .fail(
                    DoctorWords.defaultRoute(difference.found, expected: difference.expected),
                    mend: difference.mend?.commands(after: patient.enter) ?? DoctorWords.repair)
            }
            seen += expected.gateways.map { "default via \($0) dev \(endpoint.interface)" }
        }
        return seen.isEmpty
            ? .skip(Phrase("its networks have no way out", "它的网络不通外网"))
            : .pass(.verbatim(seen.joined(separator: ", ")))
    }

    func probe(_ patient: Patient) throws -> Finding? {
        guard let namespace = patient.namespace, let inside = patient.inside,
            let leader = patient.endpoints.leading(.v4), let gateway = leader.gateway,
            let own = leader.address?.address, let link = inside.link(named: leader.interface), let mac = link.mac
        else { return nil }
        let answers = try ARPQuestion(from: mac, own, about: gateway)
            .ask(in: namespace.descriptor, on: link.index, milliseconds: 1000, firstIsEnough: true)
        guard let answer = answers.first else {
            return .fail(
                Phrase("nobody says that he is the gateway \(gateway)", "网关 \(gateway) 没有应答 ARP"),
                mend: leader.isBridged ? DoctorWords.repair : .verbatim("ping -c 1 -I \(leader.link) \(gateway)"))
        }
        let route = "default via \(gateway) dev \(leader.interface)"
        return .pass(Phrase("\(route), which is \(answer)", "\(route)，其 MAC 为 \(answer)"))
    }
}
