import CShim
import Namespaces
import SystemPackage

/// Sets a kernel setting, unless it has the value already: so a read-only /proc/sys is no obstacle when all is well.
public struct SetSysctl: Step, Equatable {
    /// The setting.
    public var sysctl: Sysctl
    /// The value to have.
    public var value: String
    /// Why, in one sentence.
    public var why: String
    /// A file that keeps the value from before the first change, until the last network that needs the new one is gone.
    public var record: FilePath?
    /// The link whose existence means that the new value is still needed, so that it is not restored.
    public var neededBy: String?
    /// Whether a kernel without this setting is all right, and one where it cannot be written.
    public var isOptional: Bool

    /// Describes the change.
    public init(
        _ path: String, _ value: String, why: String, record: FilePath? = nil, neededBy: String? = nil,
        isOptional: Bool = false
    ) {
        sysctl = Sysctl(path)
        self.value = value
        self.why = why
        self.record = record
        self.neededBy = neededBy
        self.isOptional = isOptional
    }

    /// Reads, and writes only what differs; the old value is written down before it is changed. Throws `KernelError`.
    public func apply(on stage: Stage) throws {
        guard let old = try sysctl.value() else {
            if isOptional { return }
            throw KernelError("set \(sysctl) to \(value)", .noSuchFileOrDirectory)
        }
        guard old != value else { return }
        let isRecorded = try record.map { try remember(old, in: $0) } ?? false
        let (sysctl, record, neededBy) = (sysctl, record, neededBy)
        do { try sysctl.set(value) } catch {
            if isRecorded, let record { unlink(record.string) }
            if isOptional, error.errno == .readOnlyFileSystem { return }
            throw error
        }
        stage.undo.push("set \(sysctl) back to \(old)", scope: .setup) { [weak stage] in
            // Another container may have come to rely on it meanwhile, in this network or in another one.
            if let neededBy, if_nametoindex(neededBy) != 0 { return }
            if record != nil, let stage, Self.isNeededElsewhere(stage) { return }
            try sysctl.set(old)
            if isRecorded, let record { unlink(record.string) }
        }
    }

    /// Whether a network is in the firewall's table; the failed start's own has been taken out before, unless it is used. A
    /// host without nf_tables has no networks.
    private static func isNeededElsewhere(_ stage: Stage) -> Bool {
        (try? HostNetfilter.of(stage).socket).flatMap { try? !EnsureFirewall.isUnused($0) } ?? false
    }

    /// Keeps the oldest value: what an earlier network found is what has to come back.
    private func remember(_ old: String, in record: FilePath) throws -> Bool {
        let number = minirun_open(record.string, O_WRONLY | O_CREAT | O_EXCL, 0o644)
        guard number >= 0 else {
            let error = Errno.current
            if error == .fileExists { return false }
            throw KernelError("write \(record)", error)
        }
        let descriptor = OwnedDescriptor(owning: number)
        guard write(descriptor.rawValue, old + "\n", old.utf8.count + 1) >= 0 else {
            throw KernelError.current("write \(record)")
        }
        return true
    }

    /// The shell form has the same condition.
    public var explanation: Explanation {
        let file = sysctl.file.shellQuoted
        let condition = isOptional ? "[ ! -e \(file) ] || " : ""
        return Explanation(
            shell: [condition + "[ \"$(cat \(file))\" = \(value.shellQuoted) ] || echo \(value.shellQuoted) >\(file)"],
            systemCalls: ["open(\"\(sysctl.file)\", O_WRONLY|O_CLOEXEC), write(\"\(value)\"), when it differs"],
            why: why)
    }
}
