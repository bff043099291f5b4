import CShim
import Namespaces
import NetSetup
import SystemPackage

/// Does another firewall drop the container's packets? A drop anywhere wins over any accept elsewhere.
struct ForeignFirewallCheck: Check {
    static let number = 10
    static let id = "firewall"
    static let title = "Does no other firewall drop the container's packets?"

    func look(at patient: Patient) throws -> Finding {
        guard !patient.bridged.isEmpty else { return .skip(DoctorWords.onNoBridge) }
        let ruleset = try patient.foreignRuleset()
        let bridges = patient.bridged.map { (name: $0.link, isInternal: patient.isInternal($0)) }
        if let failure = Self.policy(of: ruleset, bridges) { return failure }
        for (base, rule) in Self.drops(ruleset) where concerns(rule, patient) {
            return Self.failure(base, rule)
        }
        let legacy = ((try? Files.text(ifPresent: "/proc/net/ip_tables_names")) ?? nil)?.contains("filter") ?? false
        let count = Set(ruleset.chains.filter { $0.hook != nil }.map { "\($0.family) \($0.table)" }).count
        guard count > 0 || legacy else { return .pass(Phrase("there is no other", "没有其他防火墙")) }
        return .pass(
            Phrase(
                "\(count) other tables, none drops them"
                    + (legacy ? "; iptables-legacy has rules of its own that are not seen here" : ""),
                "另有 \(count) 个表，都不丢弃它的报文" + (legacy ? "；iptables-legacy 自己的规则在这里看不到" : "")))
    }

    /// A chain whose policy is to drop, and that knows nothing of a bridge. Packets of an internal network come by only where
    /// br_netfilter shows them those between containers.
    static func policy(of ruleset: ForeignRuleset, _ bridges: [(name: String, isInternal: Bool)]) -> Finding? {
        let concernsSiblings = ((try? Sysctl("net/bridge/bridge-nf-call-iptables").value()) ?? nil) == "1"
        let bridges = bridges.filter { !$0.isInternal || concernsSiblings }.map(\.name)
        for chain in ruleset.chains where chain.dropsByPolicy && chain.hook == NF_INET_FORWARD.rawValue {
            let accepting = ruleset.rules.filter {
                $0.accepts && $0.chain.family == chain.family && $0.chain.table == chain.table
            }
            for bridge in bridges {
                if chain.family == "ip6" { continue }
                let name = Array(bridge.utf8)
                let isKnown = accepting.contains { rule in
                    !rule.isConditional || rule.equals.contains { $0.prefix { $0 != 0 }.elementsEqual(name) }
                }
                guard !isKnown else { continue }
                return .fail(
                    Phrase(
                        "\(chain.words) drops forwarded packets that it does not know"
                            + (concernsSiblings
                                ? ", those between containers too (bridge-nf-call-iptables is 1)" : ""),
                        "\(chain.phrase.chinese) 丢弃它不认识的转发报文"
                            + (concernsSiblings ? "，容器之间的也不例外（bridge-nf-call-iptables 为 1）" : "")),
                    mend: .verbatim(ForeignFirewall(chain).remedy(bridge: bridge)))
            }
        }
        return nil
    }

    /// Rules of others that drop what passes through the host.
    private static func drops(
        _ ruleset: ForeignRuleset
    ) -> [(base: ForeignRuleset.Chain, rule: ForeignRuleset.Rule)] {
        [NF_INET_PRE_ROUTING, NF_INET_FORWARD, NF_INET_POST_ROUTING].flatMap { ruleset.rules(at: $0.rawValue) }
            .filter { $0.rule.drops }
    }

    private static func failure(_ base: ForeignRuleset.Chain, _ rule: ForeignRuleset.Rule) -> Finding {
        .fail(
            Phrase(
                "a rule in \(rule.chain.words) drops its packets", "\(rule.chain.phrase.chinese) 中有一条规则丢弃它的报文"),
            mend: .verbatim("nft delete rule \(rule.chain.shell) handle \(rule.handle)"))
    }

    /// Whether a rule plainly names the container: its address, its bridge, its port; or everything.
    private func concerns(_ rule: ForeignRuleset.Rule, _ patient: Patient) -> Bool {
        guard rule.isConditional else { return true }
        guard !rule.isUnclear else { return false }
        let addresses = patient.endpoints.flatMap(\.publicAddresses).map(\.bytes)
        let bridges = patient.bridged.map { Array($0.link.utf8) }
        func names(_ value: [UInt8]) -> Bool {
            addresses.contains(value) || bridges.contains { $0.elementsEqual(value.prefix { $0 != 0 }) }
        }
        return rule.equals.contains(where: names)
    }

    /// What rules that nobody can read out of the dump do shows when a packet is sent.
    func probe(_ patient: Patient) throws -> Finding? {
        let hasFailed = patient.connections().values.contains { $0 != .accepted }
        guard hasFailed, let suspect = Self.drops(try patient.foreignRuleset()).first else { return nil }
        return Self.failure(suspect.base, suspect.rule)
    }
}
