import Namespaces

/// One `--sysctl NAME=value`: only those that belong to a namespace of the container.
public struct SysctlOption: Sendable, Hashable {
    /// The namespace that a setting belongs to.
    public enum Owner: Sendable, Hashable {
        /// `kernel.msg*`, `kernel.sem`, `kernel.shm*`, `fs.mqueue.*`.
        case ipc
        /// `net.*`.
        case network
    }

    private static let ipcNames: Set<String> = [
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax",
        "kernel.shmmni", "kernel.shm_rmid_forced",
    ]

    /// As the user wrote it: `net.ipv4.ip_forward`, or `net.ipv4.conf.eth0/100.rp_filter` for a name with a dot in it.
    public var name: String
    /// What is written.
    public var value: String
    /// Which namespace it belongs to.
    public var owner: Owner

    /// Parses the option's value; throws Docker's `sysctl 'x' is not allowed`.
    public init(parsing text: String) throws(UsageError) {
        let refusal = UsageError("sysctl '\(text)' is not allowed")
        let (name, value) = text.cut("=")
        guard let value, !name.isEmpty else { throw refusal }
        if Self.ipcNames.contains(name) || name.begins(with: "fs.mqueue.") {
            owner = .ipc
        } else if name.begins(with: "net.") {
            owner = .network
        } else {
            throw refusal
        }
        self.name = name
        self.value = value
        // `net.//.//.kernel.x` would leave /proc/sys/net: a component that is empty, `.` or `..` names no setting.
        guard components.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }), !name.utf8.contains(0) else {
            throw refusal
        }
    }

    /// Below /proc/sys, `.` and `/` exchanged as sysctl(8) does it: `/proc/sys/net/ipv4/ip_forward`.
    public var path: String { "/proc/sys/" + components.joined(separator: "/") }

    /// Docker's (runc's) sentence for a setting whose namespace is the host's own.
    public var refusalOnHost: String {
        switch owner {
        case .network: "sysctl \(name.goQuoted) not allowed in host network namespace"
        case .ipc: "sysctl \(name.goQuoted) is not allowed in the hosts ipc namespace"
        }
    }

    private var components: [String] {
        name.parts(".").map { String(String.UnicodeScalarView($0.unicodeScalars.map { $0 == "/" ? "." : $0 })) }
    }
}
