import Namespaces
import NetSetup

/// What several checks say, or `doctor` itself. What a single one says stands there.
enum DoctorWords {
    // MARK: Nothing to look at

    static let doesNotRun = Phrase("the container does not run", "容器没有运行")
    static let onNoBridge = Phrase("it hangs on no bridge", "它不接在网桥上")
    static let inNoNetwork = Phrase("it is in no network", "它不在任何网络中")
    static let publishesNothing = Phrase("it publishes no port of the host", "它没有发布主机端口")
    static let seeInterface = Phrase("see the interface", "见 interface 一项")
    static let seeCable = Phrase("see the cable", "见 cable 一项")

    // MARK: Links

    static func isUp(_ link: String) -> Phrase { Phrase("\(link) is up", "\(link) 已启用") }
    static func isDown(_ link: String) -> Phrase { Phrase("\(link) is down", "\(link) 未启用") }
    static func hasNoCarrier(_ link: String) -> Phrase { Phrase("\(link) has no carrier", "\(link) 没有载波") }
    static func noBridge(_ name: String) -> Phrase { Phrase("there is no bridge \(name)", "没有网桥 \(name)") }
    static func lacks(_ link: String, _ address: some CustomStringConvertible) -> Phrase {
        Phrase("\(link) does not have \(address)", "\(link) 没有地址 \(address)")
    }
    static func defaultRoute(_ found: String, expected: String) -> Phrase {
        Phrase(
            "the default route is \(found), should be \(expected)",
            Phrase.spaced("默认路由现为", Phrase.value(found).chinese, "，应为", expected))
    }

    // MARK: The firewall

    private static let table = "inet \(FirewallTable.name)"
    static let noTable = Phrase("there is no table \(table)", "没有表 \(table)")
    static let wholeTable = Phrase(
        "table \(table) has its \(FirewallTable.ruleCount) rules", "表 \(table) 的 \(FirewallTable.ruleCount) 条规则都在")
    static func damagedTable(_ rules: Int) -> Phrase {
        Phrase(
            "table \(table) has \(rules) rules, not \(FirewallTable.ruleCount)",
            "表 \(table) 有 \(rules) 条规则，而不是 \(FirewallTable.ruleCount) 条")
    }
    static func addedRules(_ rules: [AddedRule]) -> Phrase {
        let list = rules.map(\.description).joined(separator: ", ")
        return Phrase("table \(table) has rules of somebody else's: \(list)", "表 \(table) 中有别人加入的规则：\(list)")
    }
    static let noOtherDrops = Phrase("no other one drops what it does not know", "没有其他防火墙丢弃它不认识的报文")

    // MARK: The report

    static let repair = Phrase.verbatim("minirun verify --repair")
    static func mend(_ what: Phrase) -> Phrase { Phrase("mend: \(what.english)", "修复：\(what.chinese)") }
    static func summary(passed: Int, skipped: Int) -> Phrase {
        Phrase(
            "\(passed) checks passed, \(skipped) had nothing to look at", "\(passed) 项检查通过，\(skipped) 项没有检查对象")
    }
}

extension Step {
    /// Its commands on one line, each behind what enters a namespace.
    func commands(after enter: String? = nil) -> Phrase {
        .verbatim(explanation.shell.map { command in (enter.map { "\($0) " } ?? "") + command }.joined(separator: "; "))
    }
}
