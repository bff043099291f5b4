import SystemPackage

/// What a control group has counted; nil is what none of its controllers counts.
struct GroupCounters: Sendable, Equatable {
    /// Memory in bytes, without the inactive page cache.
    var memory: UInt64?
    /// Its limit.
    var memoryLimit: UInt64?
    /// Processor time in nanoseconds.
    var cpu: UInt64?
    /// Processes and threads.
    var pids: UInt64?
    /// Their limit.
    var pidsLimit: UInt64?
    /// Bytes read from block devices.
    var blockRead: UInt64?
    /// Bytes written to them.
    var blockWritten: UInt64?

    /// Whether nothing is left to be found out from the processes.
    var isComplete: Bool { memory != nil && cpu != nil && pids != nil && blockRead != nil }

    /// The usage without `inactive`, the page cache that goes first when memory is short.
    static func memory(_ usage: UInt64?, inactive: UInt64?) -> UInt64? {
        guard let usage else { return nil }
        let inactive = inactive ?? 0
        return inactive < usage ? usage - inactive : usage
    }

    /// A limit's file: `max` is none, and so is cgroup v1's greatest number of whole pages.
    static func limit(_ text: String?) -> UInt64? {
        text.flatMap { UInt64($0.trimmed) }.flatMap { $0 < 1 << 62 ? $0 : nil }
    }

    /// The sum of one key over the devices of an io.stat: `8:0 rbytes=4096 wbytes=0 rios=1 ...`.
    static func sum(_ key: String, ofDevices text: String) -> UInt64 {
        text.words.reduce(0) { sum, word in
            let (name, value) = word.cut("=")
            return name == key ? sum + (value.flatMap { UInt64($0) } ?? 0) : sum
        }
    }
}

extension ControlGroup {
    /// Reads what is there; a file that is missing or gone counts nothing.
    func counters() -> GroupCounters {
        var counters = GroupCounters()
        if let unified { readUnified(unified, &counters) }
        if let memory = legacy["memory"] {
            counters.memory = GroupCounters.memory(
                number(memory, "memory.usage_in_bytes"), inactive: key(memory, "memory.stat", "total_inactive_file"))
            counters.memoryLimit = GroupCounters.limit(text(memory, "memory.limit_in_bytes"))
        }
        if let account = legacy["cpuacct"] { counters.cpu = number(account, "cpuacct.usage") }
        if let pids = legacy["pids"] {
            counters.pids = number(pids, "pids.current")
            counters.pidsLimit = GroupCounters.limit(text(pids, "pids.max"))
        }
        return counters
    }

    /// How many of its processes the kernel has killed because memory was short; nil when nobody counts.
    public func outOfMemoryKills() -> UInt64? {
        if let memory = legacy["memory"] { return key(memory, "memory.oom_control", "oom_kill") }
        return unified.flatMap { key($0, "memory.events", "oom_kill") }
    }

    private func readUnified(_ directory: FilePath, _ counters: inout GroupCounters) {
        counters.memory = GroupCounters.memory(
            number(directory, "memory.current"), inactive: key(directory, "memory.stat", "inactive_file"))
        counters.memoryLimit = GroupCounters.limit(text(directory, "memory.max"))
        counters.cpu = key(directory, "cpu.stat", "usage_usec").map { $0 * 1000 }
        counters.pids = number(directory, "pids.current")
        counters.pidsLimit = GroupCounters.limit(text(directory, "pids.max"))
        if let devices = text(directory, "io.stat") {
            counters.blockRead = GroupCounters.sum("rbytes", ofDevices: devices)
            counters.blockWritten = GroupCounters.sum("wbytes", ofDevices: devices)
        }
    }

    private func text(_ directory: FilePath, _ name: FilePath.Component) -> String? {
        try? Files.text(directory.appending(name))
    }

    private func number(_ directory: FilePath, _ name: FilePath.Component) -> UInt64? {
        text(directory, name).flatMap { UInt64($0.trimmed) }
    }

    private func key(_ directory: FilePath, _ file: FilePath.Component, _ name: String) -> UInt64? {
        text(directory, file).flatMap { FlatKeyed($0)[name] }
    }
}
