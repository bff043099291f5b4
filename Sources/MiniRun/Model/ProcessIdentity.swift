import CShim
import Namespaces
import SystemPackage

/// A process that cannot be mistaken for another one that got its number later: the pid, the moment it started, and the
/// boot that this moment is counted from.
public struct ProcessIdentity: Sendable, Equatable {
    /// As the host sees it.
    public var pid: Int32
    /// In clock ticks since boot: field 22 of /proc/PID/stat (proc(5)).
    public var startTime: UInt64
    /// The kernel's name for this boot (/proc/sys/kernel/random/boot_id): records on disk outlive it.
    public var boot: String

    /// Looks at a living process. Throws the kernel's answer when there is none.
    public init(of pid: Int32) throws(KernelError) {
        let stat = try Files.text(FilePath("/proc/\(pid)/stat"))
        self.pid = pid
        startTime = Self.startTime(inStat: stat) ?? 0
        boot = Self.currentBoot
    }

    private static let currentBoot = (try? Files.text("/proc/sys/kernel/random/boot_id").trimmed) ?? ""

    /// Whether this very process still exists, and is no zombie: one that has ended leads to nothing any more.
    public var isAlive: Bool {
        guard let stat = try? Files.text(FilePath("/proc/\(pid)/stat")), Self.startTime(inStat: stat) == startTime,
            boot == Self.currentBoot, let end = stat.lastIndex(of: ")")
        else { return false }
        let state = stat[stat.index(after: end)...].first { $0 != " " }
        return state != "Z" && state != "X"
    }

    /// The command's name stands in parentheses and may hold anything, so fields are counted behind the last one.
    static func startTime(inStat stat: String) -> UInt64? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? UInt64(fields[19]) : nil
    }
}
