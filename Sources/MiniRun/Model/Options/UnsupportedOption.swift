import Namespaces

/// An option that Docker has and minirun has not, and why: whoever types one is told so, and what there is instead.
///
/// `docs/docker-compatibility.md` has a line for each, and a test tries them.
public struct UnsupportedOption: Sendable, Hashable {
    /// The long name without its dashes.
    public let name: String
    /// The letter of the short form.
    public let short: Character?
    /// Whether no value follows.
    public let isFlag: Bool
    /// Why, and what to use instead.
    public let reason: String

    init(_ name: String, short: Character? = nil, isFlag: Bool = false, _ reason: String) {
        self.name = name
        self.short = short
        self.isFlag = isFlag
        self.reason = reason
    }

    /// The error that says so.
    var refusal: UsageError { UsageError("--\(name) is not supported: \(reason)") }

    /// Those of `run` and `create`.
    public static let run: [UnsupportedOption] = [
        .init("annotation", "nothing reads annotations; --label keeps a note with the container"),
        .init(
            "attach", short: "a",
            "all of the streams are attached, or none with -d; redirect those that you do not want"),
        .init(
            "blkio-weight",
            "few schedulers of disks heed a weight; limits there are for memory, processors and processes"),
        .init("blkio-weight-device", "few schedulers of disks heed a weight"),
        .init("cgroup-parent", "the groups of all containers are below minirun/ in the group that is delegated"),
        .init("cpu-count", "it is of Windows; use --cpus"),
        .init("cpu-percent", "it is of Windows; use --cpus"),
        .init("cpu-rt-period", "kernels with cgroup v2 have no such limit"),
        .init("cpu-rt-runtime", "kernels with cgroup v2 have no such limit"),
        .init("device-cgroup-rule", "devices are given one by one, with --device"),
        .init("device-read-bps", "disks are not limited"),
        .init("device-read-iops", "disks are not limited"),
        .init("device-write-bps", "disks are not limited"),
        .init("device-write-iops", "disks are not limited"),
        .init(
            "disable-content-trust", isFlag: true,
            "which signatures are asked for stands in /etc/containers/policy.json"),
        .init("gpus", "there is no hook of the driver's; --device and -v can give what it would"),
        .init("io-maxbandwidth", "it is of Windows"),
        .init("io-maxiops", "it is of Windows"),
        .init("isolation", "it is of Windows"),
        .init("kernel-memory", "the kernel no longer counts it apart; use --memory"),
        .init("link", "containers in one network find each other by name; use --network-alias for another name"),
        .init("memory-swappiness", "cgroup v2 has no such setting; --memory-swap limits swap"),
        .init("oom-kill-disable", isFlag: true, "cgroup v2 has no such setting; --oom-score-adj makes it less likely"),
        .init("runtime", "minirun is the runtime"),
        .init("storage-opt", "a layer is as large as the disk that it is on"),
        .init("use-api-socket", isFlag: true, "there is no daemon"),
        .init("volume-driver", "directories of the host are bound with -v"),
    ]

    /// Those of commands that have a parser of their own.
    private static let others: [(command: [String], options: [UnsupportedOption])] = [
        (
            ["network", "connect"],
            [.init("link", "containers in one network find each other by name; use --alias for another one")]
        ),
        (
            ["network", "create"],
            [
                .init("ipam-opt", "the one driver of addresses has no options"),
                .init("config-from", "it is of a swarm, and there is none"),
                .init("config-only", isFlag: true, "it is of a swarm, and there is none"),
                .init("ingress", isFlag: true, "an ingress network belongs to a swarm, which minirun does not have"),
            ]
        ),
    ]

    /// Throws when one of them stands among the words of such a command.
    public static func check(_ words: some Sequence<String>) throws(UsageError) {
        let words = Array(words)
        guard let (command, options) = others.first(where: { words.starts(with: $0.command) }) else { return }
        for word in words.dropFirst(command.count) {
            if word == "--" { return }
            if word.hasPrefix("--") { try options.refuse(String(word.cut("=").0.dropFirst(2))) }
        }
    }
}

extension [UnsupportedOption] {
    /// Throws when it is one of these, by its long name or its letter.
    func refuse(_ name: String) throws(UsageError) {
        if let option = first(where: { $0.name == name }) { throw option.refusal }
    }

    /// The same for a letter.
    func refuse(_ letter: Character) throws(UsageError) {
        if let option = first(where: { $0.short == letter }) { throw option.refusal }
    }
}
