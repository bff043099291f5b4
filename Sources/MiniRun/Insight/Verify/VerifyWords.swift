import NetSetup
import SystemPackage

/// Every word that `verify` says.
enum VerifyWords {
    // MARK: What differs

    static let table = Phrase("table inet \(FirewallTable.name)", "表 inet \(FirewallTable.name)")
    static func rule(_ rule: AddedRule) -> Phrase {
        Phrase("rule \(rule) of \(table.english)", "\(table.chinese) 的规则 \(rule)")
    }
    static let loopPair = Phrase("the loop pair", "回环虚拟网卡对")
    static func bridge(_ name: String) -> Phrase { Phrase("bridge \(name)", "网桥 \(name)") }
    static func firewallSet(_ name: String) -> Phrase { Phrase("firewall set \(name)", "防火墙集合 \(name)") }
    static func way(over shim: String) -> Phrase { Phrase("the way over \(shim)", "经 \(shim) 的通路") }
    static func lease(_ file: FilePath) -> Phrase { Phrase("lease \(file)", "地址租约 \(file)") }
    static func hostPort(_ port: String) -> Phrase { Phrase("host port \(port)", "主机端口 \(port)") }
    static func name(_ name: String, in network: String) -> Phrase {
        Phrase("the name \(name) in network \(network)", "网络 \(network) 中的名字 \(name)")
    }

    /// `interface eth0`, or `eth0: address`.
    static func property(_ property: LinkDifference.Property, of link: String) -> Phrase {
        func its(_ word: String) -> Phrase { Phrase("\(link): \(property.rawValue)", Phrase.spaced("\(link) 的", word)) }
        return switch property {
        case .interface: Phrase("interface \(link)", "网卡 \(link)")
        case .name: its("名称")
        case .kind: its("类型")
        case .state: its("状态")
        case .mtu: its("MTU")
        case .port: its("网桥端口设置")
        case .mac: its("MAC 地址")
        case .bridge: its("所属网桥")
        case .address: its("地址")
        case .route: its("默认路由")
        }
    }

    // MARK: What is, and what should be

    static let there = Phrase("there", "存在")
    static let missing = Phrase("missing", "缺失")
    static let notThere = Phrase("gone", "不存在")
    static let withoutRoute = Phrase("without its route", "没有路由")
    static let whole = Phrase(
        "whole, with \(FirewallTable.ruleCount) rules", "完好（\(FirewallTable.ruleCount) 条规则）")
    static func damaged(_ rules: Int) -> Phrase { Phrase("damaged, with \(rules) rules", "已损坏（\(rules) 条规则）") }
    static let held = Phrase("held", "已锁定")
    static let heldBySupervisor = Phrase("held by its supervisor", "由它的监督进程占用")
    static let heldByNobody = Phrase("held by nobody", "无人占用")
    static let nobodys = Phrase("nobody's", "不属于任何容器")

    // MARK: The report

    static func mend(_ command: String) -> Phrase { Phrase("    mend: \(command)", "    修复：\(command)") }
    static func mended(_ sentence: Phrase) -> Phrase {
        Phrase("mended: \(sentence.english)", "已修复：\(sentence.chinese)")
    }
    static func notMended(_ failure: Phrase) -> Phrase {
        Phrase("not mended: \(failure.english)", "未能修复：\(failure.chinese)")
    }
    static func end(left: Int, networks: Int, containers: Int) -> Phrase {
        let what = Phrase(
            "\(networks) network\(networks == 1 ? "" : "s"), \(containers) container\(containers == 1 ? "" : "s")",
            "\(networks) 个网络，\(containers) 个容器")
        return left == 0
            ? Phrase("Everything is as it is written down: \(what.english).", "一切与记录一致：\(what.chinese)。")
            : Phrase(
                "\(left) deviation\(left == 1 ? "" : "s") (\(what.english)).", "\(left) 处与记录不符（\(what.chinese)）。")
    }
}
