import CShim

/// A chain of the table: a base chain when it hangs on a hook of the kernel, else one to go to.
struct FirewallChain: Sendable {
    enum Kind: String, Sendable { case nat, filter }

    private struct Hook: Sendable {
        let kind: Kind
        let number: UInt32
        let priority: Int32
        let priorityWord: String

        var word: String {
            switch nf_inet_hooks(rawValue: number) {
            case NF_INET_PRE_ROUTING: "prerouting"
            case NF_INET_LOCAL_IN: "input"
            case NF_INET_FORWARD: "forward"
            case NF_INET_LOCAL_OUT: "output"
            default: "postrouting"
            }
        }
    }

    let name: String
    let rules: [FirewallRule]
    private let hook: Hook?

    init(_ name: String, _ rules: [FirewallRule]) {
        self.name = name
        self.rules = rules
        hook = nil
    }

    init(
        _ name: String, _ kind: Kind, hook: nf_inet_hooks, priority: Int32, _ priorityWord: String,
        _ rules: [FirewallRule]
    ) {
        self.name = name
        self.rules = rules
        self.hook = Hook(kind: kind, number: hook.rawValue, priority: priority, priorityWord: priorityWord)
    }

    var lines: [String] {
        let base = hook.map {
            ["\t\ttype \($0.kind.rawValue) hook \($0.word) priority \($0.priorityWord); policy accept;"]
        }
        return ["\tchain \(name) {"] + (base ?? []) + rules.map { "\t\t\($0.text)" } + ["\t}"]
    }

    /// NFT_MSG_NEWCHAIN in the table `inet minirun`.
    var message: NetlinkMessage { message(table: FirewallTable.name, NFPROTO_INET) }

    /// NFT_MSG_NEWCHAIN in a table of a family.
    func message(table: String, _ family: Int) -> NetlinkMessage {
        .nftables("create chain \(name) in table \(table)", NFT_MSG_NEWCHAIN, [.create], family: family) { header in
            guard let chain = nftnl_chain_alloc() else { return }
            defer { nftnl_chain_free(chain) }
            nftnl_chain_set_str(chain, UInt16(NFTNL_CHAIN_TABLE.rawValue), table)
            nftnl_chain_set_str(chain, UInt16(NFTNL_CHAIN_NAME.rawValue), name)
            if let hook {
                nftnl_chain_set_str(chain, UInt16(NFTNL_CHAIN_TYPE.rawValue), hook.kind.rawValue)
                nftnl_chain_set_u32(chain, UInt16(NFTNL_CHAIN_HOOKNUM.rawValue), hook.number)
                nftnl_chain_set_s32(chain, UInt16(NFTNL_CHAIN_PRIO.rawValue), hook.priority)
                nftnl_chain_set_u32(chain, UInt16(NFTNL_CHAIN_POLICY.rawValue), UInt32(NF_ACCEPT))
            }
            nftnl_chain_nlmsg_build_payload(header, chain)
        }
    }
}

/// A rule: clauses from left to right, and why.
struct FirewallRule: Sendable {
    let clauses: [FirewallClause]
    let comment: String?

    init(_ clauses: [FirewallClause], _ comment: String? = nil) {
        self.clauses = clauses
        self.comment = comment
    }

    var text: String {
        (clauses.map(\.text) + (comment.map { ["comment \"\($0)\""] } ?? [])).joined(separator: " ")
    }

    /// NFT_MSG_NEWRULE at the end of a chain.
    func message(
        in chain: String, table: String = FirewallTable.name, _ family: Int = NFPROTO_INET
    ) -> NetlinkMessage {
        .nftables("add a rule to chain \(chain)", NFT_MSG_NEWRULE, [.create, .append], family: family) { header in
            guard let rule = nftnl_rule_alloc() else { return }
            defer { nftnl_rule_free(rule) }
            nftnl_rule_set_str(rule, UInt16(NFTNL_RULE_TABLE.rawValue), table)
            nftnl_rule_set_str(rule, UInt16(NFTNL_RULE_CHAIN.rawValue), chain)
            for expression in clauses.flatMap(\.expressions) {
                // The rule owns the expression from here on.
                if let object = expression.allocate() { nftnl_rule_add_expr(rule, object) }
            }
            if let comment {
                var notes = UserData()
                notes.put(NFTNL_UDATA_RULE_COMMENT.rawValue, comment)
                nftnl_rule_set_data(rule, UInt16(NFTNL_RULE_USERDATA.rawValue), notes.bytes, UInt32(notes.bytes.count))
            }
            nftnl_rule_nlmsg_build_payload(header, rule)
        }
    }
}
