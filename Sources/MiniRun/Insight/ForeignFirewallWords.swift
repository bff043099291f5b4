import NetSetup

// What is said of other firewalls, by `doctor`, `exposure` and at a start.

extension ForeignRuleset.Chain {
    /// `chain FORWARD of table ip filter`.
    var phrase: Phrase { Phrase(words, "表 \(family) \(table) 的链 \(name)") }
}

extension ForeignFirewall {
    /// `chain FORWARD of table ip filter`.
    var phrase: Phrase { Phrase(description, "表 \(family) \(table) 的链 \(chain)") }

    /// What it does, and the lines to add for a bridge.
    func warning(bridge: String) -> Phrase {
        Phrase(sentence(bridge: bridge), "\(phrase.chinese) 会丢弃它不认识的转发报文，容器因此不通；放行的办法：\(remedy(bridge: bridge))")
    }
}
