import NetSetup

// What is said of other firewalls, by `doctor`, `exposure` and at a start.

extension ForeignRuleset.Chain {
    /// `chain FORWARD of table ip filter`.
    var phrase: Phrase { Phrase(words, "表 \(family) \(table) 的链 \(name)") }
}

extension ForeignRuleset.Obstacle {
    /// What happens to a port's packets, as `doctor` says it.
    var phrase: Phrase {
        let place = chain.phrase
        let (may, chineseMay) = isCertain ? ("", "") : ("may ", "可能")
        func verb(_ text: String) -> String { may + (isCertain ? "\(text)s" : text) }
        switch effect {
        case .drops:
            return Phrase(
                "a rule in \(place.english) \(verb("drop")) its packets",
                "\(place.chinese) 中有一条规则\(chineseMay)丢弃它的报文")
        case .redirects(let port):
            return Phrase(
                "a rule in \(place.english) \(verb("give")) packets to port \(port) another destination",
                "\(place.chinese) 中有一条规则\(chineseMay)把发往端口 \(port) 的报文改送别处")
        case .dropsUnknown:
            return Phrase(
                "\(place.english) \(verb("drop")) what it does not know",
                "\(place.chinese) \(isCertain ? "会" : chineseMay)丢弃它不认识的报文")
        }
    }
}

extension ForeignFirewall {
    /// `chain FORWARD of table ip filter`.
    var phrase: Phrase { Phrase(description, "表 \(family) \(table) 的链 \(chain)") }

    /// What it does, and the lines to add for a bridge.
    func warning(bridge: String) -> Phrase {
        Phrase(sentence(bridge: bridge), "\(phrase.chinese) 会丢弃它不认识的转发报文，容器因此不通；放行的办法：\(remedy(bridge: bridge))")
    }
}
