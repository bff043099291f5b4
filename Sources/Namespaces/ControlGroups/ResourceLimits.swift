/// What a container may use at most: the values of `--memory` and its companions. Nothing is limited to begin with.
public struct ResourceLimits: Sendable, Equatable {
    /// `--memory`, in bytes.
    public var memory: Int64?
    /// `--memory-swap`: memory and swap together, in bytes, -1 without limit; nil for twice the memory, which a host that
    /// does not count swap need not keep.
    public var memorySwap: Int64?
    /// `--cpus`, in billionths of one.
    public var nanoCPUs: Int64?
    /// `--cpu-shares`: 2 to 262144, 1024 being everybody's.
    public var cpuShares: Int64?
    /// `--cpuset-cpus`: `0-2,4`.
    public var cpusetCPUs: String?
    /// `--cpu-period`, in microseconds, of which `--cpu-quota` may be used.
    public var cpuPeriod: Int64?
    /// `--cpu-quota`, in microseconds of processor time.
    public var cpuQuota: Int64?
    /// `--cpuset-mems`: memory nodes.
    public var cpusetMemories: String?
    /// `--memory-reservation`, in bytes: what is left to it longest when memory is short.
    public var memoryReservation: Int64?
    /// `--pids-limit`.
    public var pids: Int64?

    /// No limits.
    public init() {}

    /// Whether nothing is limited.
    public var isEmpty: Bool { self == ResourceLimits() }
}

/// One value that a limit comes to, and the file of a control group that takes it.
struct LimitFile: Sendable, Equatable {
    /// The option that asked for it.
    var option: String
    /// The controller that the file belongs to.
    var controller: String
    /// The file's name.
    var name: String
    /// What is written.
    var value: String
    /// Whether a kernel without this file will do.
    var isDispensable = false
}

extension ResourceLimits {
    /// The files of cgroup v2, in the order of writing.
    var unifiedFiles: [LimitFile] {
        var files: [LimitFile] = []
        if let memory {
            let swap = memorySwap ?? 2 * memory
            files.append(LimitFile(option: "--memory", controller: "memory", name: "memory.max", value: "\(memory)"))
            // Here swap is counted apart from memory.
            files.append(
                LimitFile(
                    option: "--memory-swap", controller: "memory", name: "memory.swap.max",
                    value: swap < 0 ? "max" : "\(swap - memory)", isDispensable: memorySwap == nil))
        }
        if let memoryReservation {
            files.append(
                LimitFile(
                    option: "--memory-reservation", controller: "memory", name: "memory.low",
                    value: "\(memoryReservation)"))
        }
        if let bandwidth {
            let quota = bandwidth.quota.map { "\($0)" } ?? "max"
            files.append(
                LimitFile(
                    option: bandwidth.option, controller: "cpu", name: "cpu.max", value: "\(quota) \(bandwidth.period)")
            )
        }
        if let cpuShares {
            let weight = Self.weight(shares: cpuShares)
            files.append(LimitFile(option: "--cpu-shares", controller: "cpu", name: "cpu.weight", value: "\(weight)"))
        }
        return files + commonFiles
    }

    /// The files of cgroup v1, in the order of writing.
    var legacyFiles: [LimitFile] {
        var files: [LimitFile] = []
        if let memory {
            // The sum must never be below the first, and starts without limit.
            files.append(
                LimitFile(
                    option: "--memory", controller: "memory", name: "memory.limit_in_bytes", value: "\(memory)"))
            files.append(
                LimitFile(
                    option: "--memory-swap", controller: "memory", name: "memory.memsw.limit_in_bytes",
                    value: "\(memorySwap ?? 2 * memory)", isDispensable: memorySwap == nil))
        }
        if let memoryReservation {
            files.append(
                LimitFile(
                    option: "--memory-reservation", controller: "memory", name: "memory.soft_limit_in_bytes",
                    value: "\(memoryReservation)"))
        }
        if let bandwidth {
            let (option, quota) = (bandwidth.option, bandwidth.quota ?? -1)
            files += [
                LimitFile(option: option, controller: "cpu", name: "cpu.cfs_period_us", value: "\(bandwidth.period)"),
                LimitFile(option: option, controller: "cpu", name: "cpu.cfs_quota_us", value: "\(quota)"),
            ]
        }
        if let cpuShares {
            files.append(
                LimitFile(option: "--cpu-shares", controller: "cpu", name: "cpu.shares", value: "\(cpuShares)"))
        }
        return files + commonFiles
    }

    private var commonFiles: [LimitFile] {
        var files: [LimitFile] = []
        if let cpusetCPUs {
            files.append(
                LimitFile(option: "--cpuset-cpus", controller: "cpuset", name: "cpuset.cpus", value: cpusetCPUs))
        }
        if let cpusetMemories {
            files.append(
                LimitFile(option: "--cpuset-mems", controller: "cpuset", name: "cpuset.mems", value: cpusetMemories))
        }
        if let pids {
            files.append(LimitFile(option: "--pids-limit", controller: "pids", name: "pids.max", value: "\(pids)"))
        }
        return files
    }

    /// The stretch of time, in microseconds, in which a quota can be used up; the kernel's own.
    private static let period: Int64 = 100_000

    /// How much processor time, in how long; nil without any limit of it. `--cpus` excludes the other two.
    private var bandwidth: (option: String, quota: Int64?, period: Int64)? {
        if let nanoCPUs { return ("--cpus", nanoCPUs * Self.period / 1_000_000_000, Self.period) }
        if cpuQuota == nil && cpuPeriod == nil { return nil }
        return (cpuQuota == nil ? "--cpu-period" : "--cpu-quota", cpuQuota, cpuPeriod ?? Self.period)
    }
}
