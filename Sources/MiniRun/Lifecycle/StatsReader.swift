import CShim
import Namespaces
import SystemPackage

/// Looks at containers again and again, and tells what they used in between.
public final class StatsReader {
    private let store: ContainerStore
    private let references: [String]
    private let all: Bool
    private var before: [String: (cpu: UInt64, moment: Moment)] = [:]
    private let hostMemory: UInt64

    /// Of the containers named, or of all that run, or with `all` of those that do not as well. Throws `KernelError`.
    public init(_ paths: StatePaths, references: [String], all: Bool) throws {
        store = ContainerStore(paths)
        self.references = references
        self.all = all
        hostMemory = Self.memory()
    }

    private static func memory() -> UInt64 {
        UInt64(max(0, sysconf(CInt(_SC_PHYS_PAGES)))) * UInt64(max(0, sysconf(CInt(_SC_PAGESIZE))))
    }

    /// What they have used since the last look; the first time since their start, and no processor time. Throws
    /// `NoSuchContainer` for a name that is nobody's.
    public func next() throws -> [ContainerStats] {
        let containers =
            try references.isEmpty ? store.containers(all: all, held: Sweep(store).run()) : references.map(store.find)
        let layout = try ControlGroupLayout.read()
        return containers.map { stats(of: $0, layout) }
    }

    private func stats(of container: Container, _ layout: ControlGroupLayout) -> ContainerStats {
        let record = container.record
        var stats = ContainerStats(id: record.id, name: record.name)
        guard container.isRunning, let process = record.process else { return stats }
        let group = record.hasControlGroup ? ControlGroup.existing(record.id, in: layout) : nil
        // One that has just ended has used nothing.
        guard let usage = try? ContainerUsage.of(process: process.pid, group: group) else { return stats }
        let now = Moment.now
        if let last = before[record.id] {
            let elapsed = now.nanoseconds(since: last.moment)
            if elapsed > 0 && usage.cpu >= last.cpu {
                stats.processor = Double(usage.cpu - last.cpu) / Double(elapsed) * 100
            }
        }
        before[record.id] = (usage.cpu, now)
        stats.usage = usage
        stats.memoryLimit = min(usage.memoryLimit ?? hostMemory, hostMemory)
        return stats
    }
}
