import Namespaces
import NetSetup
import SystemPackage

/// Every word that `trace` says: what cannot be done in English, what was found in the reader's language.
enum TraceWords {
    private static func say(_ english: String, _ chinese: String) -> String { Phrase(english, chinese).description }

    // MARK: What cannot be done

    static func unknownProtocol(_ word: String) -> String { "unknown protocol \(word.goQuoted): tcp, udp or icmp" }
    static let portOfPing = "a ping has no port: leave it away, or use --proto tcp or udp"
    static func noPort(_ kind: String, _ target: String) -> String { "\(kind) needs a port, as in \(target):80" }
    static let badCount = "--count has to be 1 or more"
    static let badTimeout = "--timeout has to be more than nothing"
    static let noTarget = "trace needs to know whither: NAME:PORT, ADDRESS:PORT, or a port of the host's"
    static func badPort(_ text: String) -> String { "invalid port: \(text)" }
    static func badFormat(_ text: String) -> String { "unknown format \(text.goQuoted): text, json or html" }
    static func noAddress(_ name: String) -> String { "\(name) has no address that could be reached" }
    static func nobody(_ name: String) -> String {
        "no such container, network namespace, interface of the host or address: \(name)"
    }
    static func nowhere(_ name: String) -> String { "no such container, network namespace or address: \(name)" }
    static let needsRoot = "trace needs root, to listen in network namespaces"
    static func noTracing(_ place: String, _ error: some Error) -> String {
        say(
            "nftables of \(place) cannot be asked to tell what it does (\(error)); only interfaces are looked at there",
            "\(place) 的 nftables 不能跟踪（\(error)）；那里只看网卡")
    }
    static func noListening(_ place: String, _ error: some Error) -> String {
        say("the interfaces of \(place) cannot be listened to: \(error)", "\(place) 的网卡无法监听：\(error)")
    }
    static func waiting(_ kind: String, _ request: TraceRequest, _ port: String) -> String {
        say(
            "waiting for a \(kind == "icmp" ? "ping" : "\(kind) packet") from \(request.from) to \(request.to)\(port)",
            "等待从 \(request.from) 到 \(request.to)\(port) 的 \(kind == "icmp" ? "ping" : "\(kind) 报文")")
    }
    static var nothingCame: String { say("no such packet has come", "没有等到这样的报文") }

    // MARK: One line of the way

    static func title(_ from: String, _ flow: Flow, _ kind: ProbeSocket.Kind) -> String {
        "\(from) → \(flow.destinationText)\(kind == .icmp ? say(" (ping)", "（ping）") : "/\(kind.rawValue)")"
    }
    static func flow(_ flow: Flow) -> String { "\(flow.sourceText) → \(flow.destinationText)" }
    static var sent: String { say("sent", "发出") }
    static var seen: String { say("seen first", "首次看到") }
    static func port(of bridge: String) -> String { say("port of bridge \(bridge)", "网桥 \(bridge) 的端口") }
    static func out(next: String?) -> String {
        next.map { say("out, next hop \($0)", "出，下一跳 \($0)") } ?? say("out", "出")
    }
    static var cameIn: String { say("in", "入") }
    static var back: String { say("back", "返回") }
    static var socketWord: String { say("socket", "套接字") }
    static var nobody: String { say("nobody listens", "无人监听") }
    static func conclusion(_ verdict: TraceVerdict) -> String { "\(say("verdict: ", "结论："))\(text(verdict))" }
    static func holder(_ holder: SocketHolder) -> String {
        let who = holder.command.map { " of \($0)" } ?? ""
        return "\(holder.address.bracketed):\(holder.port)\(who)" + (holder.process.map { " (pid \($0))" } ?? "")
    }

    /// What of a flow has changed: the end that NAT has put in place of another.
    static func change(_ before: Flow, _ after: Flow) -> String {
        var parts: [String] = []
        func part(_ old: String, _ new: String, _ oldAddress: IPAddress, _ newAddress: IPAddress) {
            guard old != new else { return }
            let samePort =
                old.dropFirst("\(oldAddress.bracketed)".count) == new.dropFirst("\(newAddress.bracketed)".count)
            parts.append(samePort ? "\(oldAddress) → \(newAddress)" : "\(old) → \(new)")
        }
        part(before.sourceText, after.sourceText, before.source, after.source)
        part(before.destinationText, after.destinationText, before.destination, after.destination)
        return parts.joined(separator: ", ")
    }

    /// `"from a container" › "the way out is open"` of our own table; of others where the rule is, and what it says.
    static func rule(_ run: ChainRun, _ book: RuleBook?) -> String {
        guard let end = run.path.last else { return run.base.name }
        if end.handle == nil {
            return say(
                "policy of chain \(end.chain.name) (table \(end.chain.tableText))",
                "链 \(end.chain.name) 的默认策略（表 \(end.chain.tableText)）")
        }
        if run.base.isOwn {
            let comments = run.path.map { step in
                let rule = step.handle.flatMap { book?.rule(step.chain, $0) }
                return rule?.comment.map { "\"\($0)\"" } ?? "\(step.chain.name) handle \(step.handle ?? 0)"
            }
            return comments.joined(separator: " › ")
        }
        let rule = end.handle.flatMap { book?.rule(end.chain, $0) }
        let text = rule?.comment.map { "\"\($0)\"" } ?? rule?.text ?? ""
        return "table \(end.chain.tableText) chain \(end.chain.name) handle \(end.handle ?? 0)"
            + (text.isEmpty ? "" : ": \(text)")
    }

    static func verdict(_ run: ChainRun, _ book: RuleBook?) -> String {
        let step = run.path.last
        let isReject = step?.handle.flatMap { book?.rule(step?.chain ?? run.base, $0) }?.isReject == true
        switch run.verdict {
        case .accept: return say("accept", "放行")
        case .drop: return isReject ? say("REJECT", "拒绝 REJECT") : say("DROP", "丢弃 DROP")
        case .other(let number): return "verdict \(number)"
        default: return "continue"
        }
    }

    // MARK: The page

    static let there = Phrase("there", "去程")
    static let andBack = Phrase("and back", "返程")
    static let end = Phrase("where it ended", "终止之处")
    static let place = Phrase("where", "位置")
    static let addresses = Phrase("addresses", "地址")
    static let event = Phrase("what happened", "经过")
    static let decision = Phrase("decision", "裁决")

    // MARK: The verdict

    static var echoReply: String { say("echo reply", "回显应答") }
    static func datagram(_ length: Int) -> String { say("datagram of \(length) bytes", "\(length) 字节的数据报") }
    static func at(_ place: String, _ rule: String) -> String { "\(place): \(rule)" }
    static func socket(_ holder: SocketHolder, _ place: String) -> String {
        say("\(place), socket \(self.holder(holder))", "\(place)，套接字 \(self.holder(holder))")
    }
    static func silent(_ place: String, _ kind: ProbeSocket.Kind) -> String {
        kind == .icmp
            ? say("it came to \(place), which did not answer", "已到达 \(place)，但没有应答")
            : say(
                "it came to \(place), where no socket listens, and nobody said so",
                "已到达 \(place)，那里没有套接字监听，也没有任何回报")
    }
    static var nothingSeen: String { say("it was not seen anywhere", "任何地方都没有看到它") }
    static func notSent(_ place: String, _ flow: Flow, _ error: Errno?) -> String {
        let reason = error.map { KernelError.words($0) } ?? say("nothing left an interface", "没有网卡发出任何报文")
        if error == .networkUnreachable {
            return say(
                "\(place) has no route to \(flow.destination) (\(reason))",
                "\(place) 没有到 \(flow.destination) 的路由（\(reason)）")
        }
        return say("it did not leave \(place): \(reason)", "没有离开 \(place)：\(reason)")
    }
    static func left(_ place: String, _ link: String) -> String {
        say("it left \(place) by \(link), and nothing came back in time", "已经由 \(link) 离开 \(place)，但没有按时返回")
    }
    static func cameIn(_ place: String, _ link: String) -> String {
        say("it came into \(place) by \(link) and was not seen to go on", "由 \(link) 进入 \(place) 后就不再出现")
    }
    static func stuckAtBridge(_ place: String, _ link: String, _ bridge: String) -> String {
        say(
            "it came into \(place) by \(link), and bridge \(bridge) did not pass it on",
            "由 \(link) 进入 \(place)，但网桥 \(bridge) 没有转发")
    }
    static func isDown(_ place: String, _ link: String) -> String {
        say("\(link) of \(place) is down", "\(place) 的 \(link) 未启用")
    }
    static func after(_ place: String, _ hook: String) -> String {
        say("it was last seen in \(hook) of \(place), and left by no interface", "最后出现在 \(place) 的 \(hook)，没有从任何网卡离开")
    }
    static func noNeighbour(_ neighbour: Neighbour, _ link: String, _ place: String) -> String {
        let question = neighbour.address.family == .v4 ? "ARP" : "neighbour discovery"
        return say(
            "nobody answers \(question) for \(neighbour.address) on \(link) of \(place) (\(neighbour.stateText))",
            "\(place) 的 \(link) 上没有人应答 \(neighbour.address) 的 \(question)（\(neighbour.stateText)）")
    }
    static func notForwarding(_ place: String) -> String {
        say(
            "\(place) passes nothing on (net.ipv4.ip_forward, net.ipv6.conf.all.forwarding)",
            "\(place) 不转发任何报文（net.ipv4.ip_forward、net.ipv6.conf.all.forwarding）")
    }
    static func noWay(_ place: String, _ flow: Flow, _ link: String, _ error: Errno) -> String {
        let isForged = error.rawValue == 18 || error == .invalidArgument  // EXDEV
        return isForged
            ? say(
                "\(place) takes nothing from \(flow.source) over \(link): its way back leads elsewhere (rp_filter)",
                "\(place) 不接受从 \(link) 进来、源为 \(flow.source) 的报文：回程走别的网卡（rp_filter）")
            : say(
                "\(place) has no route to \(flow.destination): \(KernelError.words(error))",
                "\(place) 没有到 \(flow.destination) 的路由：\(KernelError.words(error))")
    }

    static func text(_ verdict: TraceVerdict) -> String {
        switch verdict {
        case .answered(let what, let time):
            say("answered (\(what))\(within(time))", "有应答（\(what)）\(within(time))")
        case .refused(let rule, let time):
            rule.isEmpty
                ? say("refused (RST)\(within(time)): nobody listens there", "被拒绝（RST）\(within(time))：那里无人监听")
                : say("refused by \(rule)\(within(time))", "被 \(rule) 拒绝\(within(time))")
        case .unreachable(let what, let source):
            say("unreachable: \(what)", "不可达：\(what)") + (source.map { say(", says \($0)", "（由 \($0) 告知）") } ?? "")
        case .dropped(let rule, let isAnswer):
            (isAnswer ? say("the answer was dropped: ", "应答被丢弃：") : say("dropped: ", "被丢弃：")) + rule
        case .delivered(let socket): say("delivered to \(socket); no answer", "已送达 \(socket)，没有应答")
        case .lost(let reason): say("lost: \(reason)", "丢失：\(reason)")
        case .unsent(let reason): say("not sent: \(reason)", "未发出：\(reason)")
        }
    }

    /// One word for programs.
    static func kind(_ verdict: TraceVerdict) -> String {
        switch verdict {
        case .answered: "answered"
        case .refused: "refused"
        case .unreachable: "unreachable"
        case .dropped(_, let isAnswer): isAnswer ? "answer-dropped" : "dropped"
        case .delivered: "delivered"
        case .lost: "lost"
        case .unsent: "not-sent"
        }
    }

    private static func within(_ nanoseconds: Int64?) -> String {
        guard let nanoseconds else { return "" }
        let hundredths = (nanoseconds + 5000) / 10000
        let time = "\(hundredths / 100).\(Int(hundredths % 100).padded(2))"
        return say(" in \(time) ms", "，用时 \(time) 毫秒")
    }
}
