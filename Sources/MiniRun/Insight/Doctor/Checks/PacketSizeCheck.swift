import Namespaces
import NetSetup

/// Do packets of full size get through? When they do not, connections are made and then hang.
struct PacketSizeCheck: Check {
    static let number = 15
    static let id = "mtu"
    static let title = "Does the whole way carry packets of the container's size?"

    func look(at patient: Patient) throws -> Finding {
        guard let inside = patient.inside, !patient.bridged.isEmpty else { return .skip(DoctorWords.onNoBridge) }
        var sizes: [String] = []
        for endpoint in patient.bridged {
            guard let link = inside.link(named: endpoint.interface) else { continue }
            var way = [patient.cable(endpoint), patient.host.survey.link(named: endpoint.link)].compactMap(\.self)
            if !patient.isInternal(endpoint), let uplink = patient.host.survey.routes.uplink?.link {
                way += patient.host.survey.links.filter { $0.index == uplink }
            }
            if let narrow = way.first(where: { $0.mtu < link.mtu }) {
                return .fail(
                    Phrase(
                        "\(link.name) sends packets of \(link.mtu) bytes, and \(narrow.name) carries \(narrow.mtu)",
                        "\(link.name) 发送 \(link.mtu) 字节的报文，而 \(narrow.name) 只能承载 \(narrow.mtu)"),
                    mend: Self.narrowing(link, to: narrow.mtu, patient))
            }
            sizes.append("\(link.name) \(link.mtu)")
        }
        guard !sizes.isEmpty else { return .skip(DoctorWords.seeInterface) }
        let list = sizes.joined(separator: ", ")
        return .pass(Phrase("\(list), no hop carries less", "\(list)，沿途没有更小的 MTU"))
    }

    /// To the host's router with a packet that nobody may cut to pieces.
    func probe(_ patient: Patient) throws -> Finding? {
        guard let (sent, link) = try patient.pathQuestion(), let size = sent.answer(), size < link.mtu else {
            return nil
        }
        let router = sent.question.target
        return .fail(
            Phrase(
                "on the way to \(router) a hop carries \(size) bytes, and \(link.name) sends \(link.mtu)",
                "去往 \(router) 的途中有一跳只能承载 \(size) 字节，而 \(link.name) 发送 \(link.mtu) 字节"),
            mend: Self.narrowing(link, to: size, patient))
    }

    /// Commands for now and for good.
    private static func narrowing(_ link: Link, to size: Int, _ patient: Patient) -> Phrase {
        let command = "\(patient.enter) ip link set dev \(link.name) mtu \(size)"
        let option = "network create -o com.docker.network.driver.mtu=\(size)"
        return Phrase("\(command)  # and for good: \(option)", "\(command)  # 长久之计：\(option)")
    }
}
