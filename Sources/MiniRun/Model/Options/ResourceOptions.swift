import Namespaces

/// `--memory` and its companions: Docker's grammar, bounds and sentences.
public enum ResourceOptions {
    /// The limits that a request asks for on a host with these processors; throws Docker's sentence for the first that
    /// cannot be.
    public static func limits(
        of request: RunRequest, processors: @autoclosure () -> Processors
    ) throws(UsageError) -> ResourceLimits {
        var limits = ResourceLimits()
        try readMemory(request, &limits)
        limits.nanoCPUs = try read(request.cpus, "cpus", NanoCPUs.parse)
        limits.cpuShares = try read(request.cpuShares, "cpu-shares", integer)
        limits.cpusetCPUs = request.cpusetCPUs.flatMap { $0.isEmpty ? nil : $0 }
        limits.cpuPeriod = try read(request.cpuPeriod, "cpu-period", integer)
        // Less than zero is without limit.
        limits.cpuQuota = try read(request.cpuQuota, "cpu-quota", integer).flatMap { $0 > 0 ? $0 : nil }
        limits.cpusetMemories = request.cpusetMemories.flatMap { $0.isEmpty ? nil : $0 }
        // Zero and less are without limit.
        limits.pids = try read(request.pidsLimit, "pids-limit", integer).flatMap { $0 > 0 ? $0 : nil }

        try checkMemory(&limits)
        try checkShares(&limits)
        try checkBandwidth(limits)
        if limits.nanoCPUs != nil || limits.cpusetCPUs != nil { try checkProcessors(&limits, processors()) }
        return limits
    }

    // MARK: Reading

    private static func readMemory(_ request: RunRequest, _ limits: inout ResourceLimits) throws(UsageError) {
        limits.memory = try read(request.memory, "memory") { text throws(UsageError) in try ByteSize.parse(text) }
        limits.memorySwap = try read(request.memorySwap, "memory-swap") { text throws(UsageError) in
            text == "-1" ? -1 : try ByteSize.parse(text)
        }
        limits.memoryReservation = try read(request.memoryReservation, "memory-reservation") {
            text throws(UsageError) in try ByteSize.parse(text)
        }
    }

    /// An option's value; nil without one and for 0, which all of them take for none.
    private static func read(
        _ text: String?, _ name: String, _ parse: (String) throws(UsageError) -> Int64
    ) throws(UsageError) -> Int64? {
        guard let text else { return nil }
        do {
            let value = try parse(text)
            return value == 0 ? nil : value
        } catch {
            let short = RunOption.named(name)?.short.map { "-\($0), " } ?? ""
            throw UsageError("invalid argument \(text.goQuoted) for \"\(short)--\(name)\" flag: \(error)")
        }
    }

    /// What Go's `strconv.ParseInt` reads, in its words.
    private static func integer(_ text: String) throws(UsageError) -> Int64 {
        if let value = Int64(text) { return value }
        let digits = text.drop { $0 == "-" || $0 == "+" }
        let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) }
        let reason = isNumber && text.utf8.count - digits.utf8.count <= 1 ? "value out of range" : "invalid syntax"
        throw UsageError("strconv.ParseInt: parsing \(text.goQuoted): \(reason)")
    }

    // MARK: Bounds

    private static func checkBandwidth(_ limits: ResourceLimits) throws(UsageError) {
        if limits.nanoCPUs != nil {
            for (value, name) in [(limits.cpuPeriod, "Period"), (limits.cpuQuota, "Quota")] where value != nil {
                throw UsageError("Conflicting options: Nano CPUs and CPU \(name) cannot both be set.")
            }
        }
        if let period = limits.cpuPeriod, !(1000...1_000_000).contains(period) {
            throw UsageError(
                "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)")
        }
        if let quota = limits.cpuQuota, quota < 1000 {
            throw UsageError("CPU cfs quota can not be less than 1ms (i.e. 1000)")
        }
        if let nodes = limits.cpusetMemories, (try? Processors(parsing: nodes)) == nil {
            throw UsageError("Invalid value \(nodes) for cpuset mems")
        }
    }

    private static func checkMemory(_ limits: inout ResourceLimits) throws(UsageError) {
        if let reservation = limits.memoryReservation {
            guard reservation >= 6 << 20 else { throw UsageError("Minimum memory reservation allowed is 6MB") }
            if let memory = limits.memory, memory < reservation {
                throw UsageError(
                    "Minimum memory limit can not be less than memory reservation limit, see usage")
            }
        }
        guard let memory = limits.memory else {
            if let swap = limits.memorySwap, swap > 0 {
                throw UsageError(
                    "You should always set the Memory limit when using Memoryswap limit, see usage")
            }
            limits.memorySwap = nil
            return
        }
        guard memory >= 6 << 20 else { throw UsageError("Minimum memory limit allowed is 6MB") }
        // Twice of it has to be a number too.
        guard memory <= Int64.max / 2 else { throw UsageError("invalid argument: --memory is limited to 4EiB") }
        if let swap = limits.memorySwap, swap > 0, swap < memory {
            throw UsageError("Minimum memoryswap limit should be larger than memory limit, see usage")
        }
    }

    private static func checkShares(_ limits: inout ResourceLimits) throws(UsageError) {
        guard let shares = limits.cpuShares else { return }
        guard shares > 0 else {
            throw UsageError("invalid CPU shares (\(shares)): value must be a positive integer")
        }
        guard shares >= 2 else { throw UsageError("the minimum allowed cpu-shares is 2") }
        guard shares <= 262_144 else { throw UsageError("the maximum allowed cpu-shares is 262144") }
    }

    private static func checkProcessors(_ limits: inout ResourceLimits, _ host: Processors) throws(UsageError) {
        if let nanoCPUs = limits.nanoCPUs {
            let count = host.numbers.count
            guard nanoCPUs >= 10_000_000, nanoCPUs <= Int64(count) * 1_000_000_000 else {
                throw UsageError(
                    "range of CPUs is from 0.01 to \(count).00, as there are only \(count) CPUs available")
            }
        }
        if let text = limits.cpusetCPUs {
            let wanted: Processors
            do { wanted = try Processors(parsing: text) } catch {
                throw UsageError("Invalid value \(text) for cpuset cpus: \(error)")
            }
            guard wanted.numbers.isSubset(of: host.numbers) else {
                throw UsageError("Requested CPUs are not available - requested \(text), available: \(host)")
            }
        }
    }
}
