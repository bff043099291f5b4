import CShim
import SystemPackage

/// What one process uses, from its files in /proc (proc(5)).
struct ProcessUsage: Sendable, Equatable {
    /// Processor time of all its threads, and of children that it has waited for, in clock ticks.
    var ticks: UInt64 = 0
    /// How many threads it has.
    var threads: UInt64 = 0
    /// Memory in bytes; what it shares with others counts in part.
    var memory: UInt64 = 0
    /// Bytes that it had fetched from a block device.
    var blockRead: UInt64 = 0
    /// Bytes that it had sent to a block device.
    var blockWritten: UInt64 = 0

    /// From the texts of its `stat`, `smaps_rollup` and `io`, of which the last two may be kept from us.
    init(stat: String, rollup: String?, io: String?, pageSize: UInt64) {
        // The command's name stands in parentheses and may hold anything: fields are counted behind the last one.
        let fields = (stat.lastIndex(of: ")").map { String(stat[stat.index(after: $0)...]) } ?? "").words
        func field(_ number: Int) -> UInt64 {
            fields.indices.contains(number - 3) ? UInt64(fields[number - 3]) ?? 0 : 0
        }
        // utime, stime, cutime, cstime
        ticks = (14...17).reduce(0) { $0 + field($1) }
        threads = field(20)
        let resident = field(24) * pageSize
        memory = rollup.flatMap { FlatKeyed($0)["Pss"] }.map { $0 * 1024 } ?? resident
        let counters = FlatKeyed(io ?? "")
        blockRead = counters["read_bytes"] ?? 0
        blockWritten = counters["write_bytes"] ?? 0
    }

    /// Reads them; nil when the process is gone.
    static func read(_ process: pid_t) -> ProcessUsage? {
        let directory = FilePath("/proc/\(process)")
        guard let stat = try? Files.text(directory.appending("stat")) else { return nil }
        return ProcessUsage(
            stat: stat, rollup: try? Files.text(directory.appending("smaps_rollup")),
            io: try? Files.text(directory.appending("io")), pageSize: UInt64(max(0, sysconf(CInt(_SC_PAGESIZE)))))
    }
}
