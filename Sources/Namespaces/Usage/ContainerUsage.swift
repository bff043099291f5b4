import CShim
import SystemPackage

/// What a container uses at one moment: from its control group where that counts, else summed over its processes.
public struct ContainerUsage: Sendable, Equatable {
    /// Memory in bytes, without the page cache that the kernel could drop at once, as Docker shows it.
    public var memory: UInt64 = 0
    /// The limit of memory; nil without one.
    public var memoryLimit: UInt64?
    /// Processor time since its start, in nanoseconds.
    public var cpu: UInt64 = 0
    /// Processes and threads.
    public var pids: UInt64 = 0
    /// The limit of these; nil without one.
    public var pidsLimit: UInt64?
    /// Bytes read from block devices.
    public var blockRead: UInt64 = 0
    /// Bytes written to block devices.
    public var blockWritten: UInt64 = 0
    /// Bytes that its network namespace has received, the loopback's not counted.
    public var networkReceived: UInt64 = 0
    /// Bytes that it has sent.
    public var networkSent: UInt64 = 0

    /// Looks at a running container: its first process, and its control group if it has one. Throws the kernel's answer
    /// when there is no such process.
    public static func of(process: pid_t, group: ControlGroup?) throws(KernelError) -> ContainerUsage {
        var usage = ContainerUsage()
        let counters = group?.counters() ?? GroupCounters()
        if !counters.isComplete { usage.add(try ContainerProcesses(first: process)) }
        usage.memory = counters.memory ?? usage.memory
        usage.memoryLimit = counters.memoryLimit
        // A group that was made for freezing has not counted what was before; /proc not who left unnoticed. Neither is
        // ever too much.
        usage.cpu = max(counters.cpu ?? 0, usage.cpu)
        usage.pids = counters.pids ?? usage.pids
        usage.pidsLimit = counters.pidsLimit
        usage.blockRead = counters.blockRead ?? usage.blockRead
        usage.blockWritten = counters.blockWritten ?? usage.blockWritten
        let traffic = NetworkTraffic(try Files.text(FilePath("/proc/\(process)/net/dev")))
        usage.networkReceived = traffic.received
        usage.networkSent = traffic.sent
        return usage
    }

    private mutating func add(_ processes: ContainerProcesses) {
        let perTick = 1_000_000_000 / UInt64(max(1, sysconf(CInt(_SC_CLK_TCK))))
        for process in (try? processes.list()) ?? [] {
            guard let one = ProcessUsage.read(process) else { continue }
            memory += one.memory
            cpu += one.ticks * perTick
            pids += one.threads
            blockRead += one.blockRead
            blockWritten += one.blockWritten
        }
    }
}

/// What has gone through the interfaces of a network namespace: the text of /proc/PID/net/dev.
struct NetworkTraffic: Sendable, Equatable {
    /// Bytes in.
    var received: UInt64 = 0
    /// Bytes out.
    var sent: UInt64 = 0

    /// Sums all interfaces but the loopback; the two lines of headings have no numbers.
    init(_ text: String) {
        for line in text.parts("\n") {
            let (name, rest) = line.cut(":")
            guard name.trimmed != "lo", let numbers = rest?.words.map({ UInt64($0) }), numbers.count > 8 else {
                continue
            }
            received += numbers[0] ?? 0
            sent += numbers[8] ?? 0
        }
    }
}
