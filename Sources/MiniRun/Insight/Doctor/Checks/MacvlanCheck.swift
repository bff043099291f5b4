import Namespaces
import NetSetup

/// What a container on the host's own wire needs.
struct MacvlanCheck: Check {
    static let number = 17
    static let id = "macvlan"
    static let title = "Is the wire of a macvlan up, and can host and container meet?"

    func look(at patient: Patient) throws -> Finding {
        let endpoints = patient.endpoints.filter { $0.driver == .macvlan }
        guard !endpoints.isEmpty else { return .skip(Phrase("it is in no macvlan network", "它不在 macvlan 网络中")) }
        for endpoint in endpoints {
            guard let network = patient.networkRecord(endpoint) else { continue }
            let finding = Self.finding(about: network, patient.host)
            guard finding.isPass else { return finding }
            guard let shim = try? ReadyNetwork.Finder(patient.host.paths, patient.host.route).find(network.id).shim
            else {
                continue
            }
            let link = patient.host.survey.link(named: shim.name)
            let hasRoute = endpoint.publicAddresses.filter { $0.family == .v4 }.allSatisfy { address in
                patient.host.survey.routes.contains {
                    $0.destination == IPPrefix(address, length: 32) && $0.link == link?.index
                }
            }
            guard link?.isUp == true, hasRoute else {
                return .fail(
                    Phrase(
                        "host and container do not meet: \(shim.name) is "
                            + (link == nil ? "missing" : "down or has no route"),
                        "主机与容器互不可达：\(shim.name) \(link == nil ? "不存在" : "未启用或没有路由")"),
                    mend: DoctorWords.repair)
            }
        }
        return .pass(endpoints.map { DoctorWords.isUp($0.link) }.joined())
    }

    /// About a network's parent.
    static func finding(about network: NetworkRecord, _ host: InspectedHost) -> Finding {
        guard let parent = (try? MacvlanOptions(network))?.parent else {
            return .skip(Phrase("its record names no parent", "它的记录没有写明父网卡"))
        }
        guard let link = host.survey.link(named: parent) else {
            return .fail(
                Phrase("there is no interface \(parent)", "没有网卡 \(parent)"), mend: .verbatim("ip link show"))
        }
        guard link.isUp else {
            return .fail(DoctorWords.isDown(parent), mend: .verbatim("ip link set dev \(parent.shellQuoted) up"))
        }
        guard link.hasCarrier else {
            return .fail(
                DoctorWords.hasNoCarrier(parent), mend: .verbatim("ip link show dev \(parent.shellQuoted)"))
        }
        guard !link.isWireless else {
            return .fail(
                Phrase(
                    "\(parent) is wireless: an access point takes frames only under the card's own address",
                    "\(parent) 是无线网卡：接入点只接受以网卡自身地址发出的帧"),
                mend: .verbatim("minirun network create -d bridge ..."))
        }
        return .pass(DoctorWords.isUp(parent))
    }
}
