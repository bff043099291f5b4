import CShim
import Namespaces
import NetSetup

/// Does another table send the port's packets elsewhere first? Of several translations the first one counts.
struct EarlierRedirectionCheck: Check {
    static let number = 11
    static let id = "redirected"
    static let title = "Does no rule of another table send the port's packets elsewhere?"

    func look(at patient: Patient) throws -> Finding {
        guard !patient.reserved.isEmpty else { return .skip(DoctorWords.publishesNothing) }
        let ruleset = try patient.foreignRuleset()
        for publication in patient.reserved {
            if let finding = try Self.finding(publication.hostPort, publication.container.transport, ruleset) {
                return finding
            }
        }
        let ports = patient.hostPorts
        return .pass(Phrase("nobody else redirects \(ports)", "没有别的规则重定向 \(ports)"))
    }

    /// The failure when a rule wins over ours for a port.
    static func finding(
        _ port: UInt16, _ transport: TransportProtocol, _ ruleset: ForeignRuleset
    ) throws -> Finding? {
        for hook in [NF_INET_PRE_ROUTING, NF_INET_LOCAL_OUT] {
            // Ours are at -100; of equal ones the younger comes first.
            for (base, rule) in ruleset.rules(at: hook.rawValue) where rule.redirects && base.priority <= -100 {
                guard try redirects(rule, port, transport) else { continue }
                return .fail(
                    Phrase(
                        "a rule in \(rule.chain.words) gives packets to port \(port) another destination",
                        "\(rule.chain.phrase.chinese) 中有一条规则把发往端口 \(port) 的报文改送别处"),
                    mend: .verbatim("nft delete rule \(rule.chain.shell) handle \(rule.handle)"))
            }
        }
        return nil
    }

    private static func redirects(
        _ rule: ForeignRuleset.Rule, _ port: UInt16, _ transport: TransportProtocol
    ) throws -> Bool {
        let bytes = [UInt8(port >> 8), UInt8(port & 0xff)]
        let protocols = rule.equals.filter { $0.count == 1 && [6, 17, 132].contains($0[0]) }
        guard protocols.isEmpty || protocols.contains([transport.number]) else { return false }
        if rule.equals.contains(bytes) || rule.portRanges.contains(where: { $0.contains(port) }) { return true }
        let netfilter = try NetlinkSocket(.netfilter)
        for set in rule.sets {
            let keys = (try? netfilter.keys(ofSet: set, in: rule.chain)) ?? []
            // Each part of a key fills registers of four bytes.
            if keys.contains(where: { key in
                stride(from: 0, to: max(key.count - 1, 0), by: 4).contains { Array(key[$0..<($0 + 2)]) == bytes }
            }) {
                return true
            }
        }
        return false
    }
}
