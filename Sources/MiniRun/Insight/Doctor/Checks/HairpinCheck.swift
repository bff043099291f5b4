import Namespaces
import NetSetup

/// Can the container, and can its siblings, reach it by the host's address?
struct HairpinCheck: Check {
    static let number = 14
    static let id = "hairpin"
    static let title = "Can the container and its siblings reach its own published ports?"

    func look(at patient: Patient) throws -> Finding {
        guard let publisher = patient.publisher, !patient.reserved.isEmpty, publisher.isBridged,
            let name = publisher.hostInterface
        else { return .skip(DoctorWords.publishesNothing) }
        guard let port = patient.cable(publisher)?.port else { return .skip(DoctorWords.seeCable) }
        guard port.hasHairpin else {
            return .fail(
                Phrase(
                    "\(name) sends no frame back to where it came from (hairpin off)", "\(name) 不把帧送回它来的端口（hairpin off）"
                ),
                mend: .verbatim("bridge link set dev \(name.shellQuoted) hairpin on"))
        }
        let netfilter = (try? Sysctl("net/bridge/bridge-nf-call-iptables").value()) ?? nil
        return .pass(
            Phrase(
                "\(name) has hairpin on; bridge-nf-call-iptables is \(netfilter ?? "not there")",
                "\(name) 已启用 hairpin；bridge-nf-call-iptables \(netfilter.map { "为 \($0)" } ?? "不存在")"))
    }
}
