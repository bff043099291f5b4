/// Every word that `capture` says, but for its lines, which are tcpdump's.
enum CaptureWords {
    static func nothing(_ name: String) -> String {
        "no such container, interface or bridge of the host, network, or network namespace: \(name)"
    }
    static let needsRoot = "capture needs root, to listen to a network"
    static let badCount = "--count has to be 1 or more"
    static let badTimeout = "--timeout has to be more than nothing"
    static let isTerminal = "a capture file is nothing for a terminal: send it to a program, or name a file"
    static func listening(_ name: String) -> Phrase {
        Phrase("listening to \(name), end with Ctrl-C", "正在监听 \(name)，按 Ctrl-C 结束")
    }
    static func captured(_ count: Int) -> Phrase {
        Phrase("\(count) packet\(count == 1 ? "" : "s") captured", "共捕获 \(count) 个报文")
    }
    static func gone(_ name: String) -> Phrase { Phrase("\(name) has gone", "\(name) 已经消失") }
    static func noBridge(_ network: String) -> String { "network \(network) has no bridge to listen to" }
}
