import Namespaces
import NetSetup

/// What all networks with a bridge share: the firewall's table, what is published in it, and the loop pair.
struct SharedVerification {
    let host: InspectedHost

    init(_ host: InspectedHost) { self.host = host }

    func deviations() throws -> [Deviation] { try table() + strayPorts() + loopPair() }

    private func table() throws -> [Deviation] {
        guard let netfilter = host.netfilter else { return [] }
        let (expected, found): (Phrase, Phrase)
        switch try EnsureFirewall.condition(netfilter) {
        case .whole: return []
        case .extended(let rules):
            return rules.map { rule in
                let step = RemoveAddedRule(rule)
                return Deviation(
                    place: .host, what: VerifyWords.rule(rule), expected: VerifyWords.notThere,
                    found: VerifyWords.there,
                    mend: step.explanation.shell, remedy: .host([step]))
            }
        case .missing: (expected, found) = (VerifyWords.there, VerifyWords.missing)
        case .damaged(_, let rules):
            (expected, found) = (VerifyWords.whole, VerifyWords.damaged(rules))
        }
        return [
            Deviation(
                place: .host, what: VerifyWords.table, expected: expected, found: found,
                mend: ["minirun verify --repair"], remedy: .host([RemoveDamagedFirewall(), EnsureFirewall()]))
        ]
    }

    private func strayPorts() throws -> [Deviation] {
        try host.strayPorts().map { port in
            Deviation(
                place: .host, what: VerifyWords.firewallSet(port.set), expected: .value("none"),
                found: .value(port.text),
                mend: [port.shell], remedy: .host([RemoveStrayPort(port)]))
        }
    }

    private func loopPair() -> [Deviation] {
        MendLoopPair.faults(in: host.survey).map { fault in
            let isMissing = host.survey.link(named: LoopPair.outward) == nil
            return Deviation(
                place: .host, what: VerifyWords.loopPair, expected: .value(fault.expected), found: .value(fault.found),
                mend: isMissing ? ["minirun verify --repair"] : MendLoopPair().explanation.shell,
                remedy: .host(isMissing ? [EnsureFirewall()] : [MendLoopPair()]))
        }
    }
}

/// Takes the firewall's table away when it has lost rules, so that ``EnsureFirewall`` makes it anew.
private struct RemoveDamagedFirewall: Step {
    func apply(on stage: Stage) throws {
        _ = try EnsureFirewall.removeDamaged(HostNetfilter.of(stage).socket)
    }

    var explanation: Explanation {
        Explanation(
            shell: ["nft delete table inet \(FirewallTable.name)"], systemCalls: ["NFT_MSG_DELTABLE"],
            why: "What is left of a table that was flushed lets everything pass.")
    }
}
